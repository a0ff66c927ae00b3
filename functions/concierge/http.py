"""HTTP at the edge: requests parsed into models, errors as problem+json (RFC 9457), one log line.

The router is our own, since Powertools' adds 40 ms to every cold start; msgspec reads messages,
since pydantic adds 50.
"""

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import unquote

import msgspec
from aws_lambda_powertools import Logger
from msgspec import Struct

from concierge.errors import InvalidRecord
from concierge.problems import PROBLEM, RETRY_AFTER_S, Problem, invalid, new_problem, problem_of

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
Method = Literal["GET", "POST", "PATCH", "DELETE"]
M = TypeVar("M", bound=Struct)

JSON = "application/json"
MOST_BODY_BYTES = 1 << 20
LONGEST_ID = 256

logger = Logger()


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of request bodies: unknown fields are refused, so that typos are seen."""


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base of response bodies: what is absent is left out."""


class MalformedBody(Exception):
    """The body is no JSON at all."""


# Compared by identity: an operation is a constant of its function, and the key of its route.
@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One route, as the OpenAPI contract describes it; `also` are further good statuses."""

    method: Method
    path: str
    summary: str
    request: type[Struct] | None = None
    response: type[Struct] | None = None
    status: int = 200
    also: tuple[int, ...] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    authenticated: bool = True
    problems: tuple[int, ...] = ()


def path_id(name: str) -> Mapping[str, Any]:
    """Return the description of an id in a path, as OpenAPI has it."""
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_ID}
    return {"name": name, "in": "path", "required": True, "schema": schema}


@dataclass(frozen=True, slots=True)
class Call:
    """One request; values of `path` and `query` are decoded."""

    text: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    request_id: str

    def body(self, message: type[M]) -> M:
        """Read the body, or raise MalformedBody or msgspec's ValidationError."""
        if len(self.text) > MOST_BODY_BYTES:
            size = f"the body has {len(self.text):,} characters; at most {MOST_BODY_BYTES:,}"
            raise InvalidRecord("", size)
        try:
            return msgspec.json.decode(self.text, type=message)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            raise MalformedBody(str(error)) from error

    def parameters(self, message: type[M]) -> M:
        """Read the query string, or raise msgspec's ValidationError."""
        found: M = msgspec.convert(dict(self.query), message, strict=False)
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int = 200
    text: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[[Call], Reply]


def json_reply(body: Struct, status: int = 200) -> Reply:
    """Return a body as JSON."""
    return Reply(status, msgspec.json.encode(body).decode())


def serve(routes: Mapping[Operation, Route]) -> Handler:
    """Return the Lambda handler of some routes, for API Gateway's proxy integration."""
    by_resource = {(each.method, each.path): route for each, route in routes.items()}

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = time.perf_counter()
        request_id = getattr(context, "aws_request_id", "local")
        logger.append_keys(request_id=request_id)
        resource = event.get("resource", "")
        route = by_resource.get((event.get("httpMethod", ""), resource), _no_route)
        reply = _answered(route, event, request_id)
        took_ms = round((time.perf_counter() - started) * 1e3, 2)
        logger.info("served", route=resource, status=reply.status, took_ms=took_ms)
        headers = {"Content-Type": reply.content_type, "X-Request-Id": request_id, **reply.headers}
        return {
            "statusCode": reply.status,
            "headers": headers,
            "body": reply.text,
            "isBase64Encoded": False,
        }

    return handler


def allowing(origin: str, handler: Handler) -> Handler:
    """Return the handler with the header that lets pages of an origin read its replies (CORS)."""

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        reply = handler(event, context)
        # A function with routes may be woken by a schedule or a bus as well.
        if "headers" in reply:
            reply["headers"]["Access-Control-Allow-Origin"] = origin
        return reply

    return handle


def _answered(route: Route, event: Mapping[str, Any], request_id: str) -> Reply:
    """Answer with what the route returns, or with the problem that stopped it."""
    try:
        return route(_call(event, request_id))
    except MalformedBody as error:
        problem = new_problem(400, "malformed_body", "The body is not JSON", str(error))
    except msgspec.ValidationError as error:
        problem = invalid(error)
    except Exception as error:
        known = problem_of(error)
        if known is None:
            logger.exception("unforeseen error")
            detail = "The error was logged under this request id."
            known = new_problem(500, "internal_error", "Something went wrong on our side", detail)
        problem = known
    return problem_reply(problem, request_id)


def problem_reply(problem: Problem, request_id: str) -> Reply:
    """Return a problem as it is sent."""
    headers = {"Retry-After": str(RETRY_AFTER_S)} if problem.status == 503 else {}
    named = msgspec.structs.replace(problem, request_id=request_id)
    return Reply(problem.status, msgspec.json.encode(named).decode(), PROBLEM, headers)


def _call(event: Mapping[str, Any], request_id: str) -> Call:
    text = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            text = base64.b64decode(text, validate=True).decode()
        except ValueError as error:
            raise MalformedBody("the body is not base64 of UTF-8") from error
    # The gateway may hand the path on encoded or decoded, so its own parameters are not used.
    names = event.get("resource", "").split("/")
    # Behind a domain of the shop's own, the path begins with what the domain maps to the API.
    values = event.get("path", "").split("/")[-len(names) :]
    path = {
        name.strip("{}"): unquote(value)
        for name, value in zip(names, values, strict=False)
        if name.startswith("{")
    }
    return Call(text, path, event.get("queryStringParameters") or {}, request_id)


def _no_route(call: Call) -> Reply:
    problem = new_problem(404, "unknown_route", "No such route", "GET /openapi.json lists them.")
    return problem_reply(problem, call.request_id)
