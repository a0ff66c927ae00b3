"""HTTP at the edge: requests parsed into models, errors as problem+json (RFC 9457), one log line."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from concierge import errors

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
Method = Literal["GET", "POST", "PATCH", "DELETE"]
M = TypeVar("M", bound=BaseModel)

PROBLEM = "application/problem+json"
JSON = "application/json"
MOST_BODY_BYTES = 1 << 20

# status, code, title; the first class that fits counts, so narrow ones come first.
STATUS_OF: tuple[tuple[type[errors.ConciergeError], int, str, str], ...] = (
    (errors.InvalidRecord, 422, "invalid_request", "The request is not valid"),
    (errors.UnknownItem, 404, "unknown_item", "No such item"),
    (errors.UnknownCustomer, 404, "unknown_customer", "No such customer"),
    (errors.UnknownAnswer, 404, "unknown_answer", "No such answer"),
    (errors.UnknownConversation, 404, "unknown_conversation", "No such conversation"),
    (errors.StalePageToken, 400, "stale_page_token", "The page token cannot be used"),
    (errors.ProfileChanged, 409, "profile_changed", "The profile is being changed; try again"),
    (errors.Warming, 503, "warming", "Not ready yet"),
    (errors.Throttled, 503, "throttled", "Too busy; try again"),
    (errors.Unavailable, 503, "unavailable", "A service we depend on failed; try again"),
)
RETRY_AFTER_S = 5

logger = Logger()


class Message(BaseModel):
    """The base of request bodies: unknown fields are refused, so that typos are seen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class MalformedBody(Exception):
    """The body is no JSON at all."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One route, as the OpenAPI contract describes it; `also` are further good statuses."""

    method: Method
    path: str
    summary: str
    request: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    status: int = 200
    also: tuple[int, ...] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    authenticated: bool = True
    problems: tuple[int, ...] = ()


def new_api() -> APIGatewayRestResolver:
    """Return a resolver that answers our errors as problems."""
    api = APIGatewayRestResolver()
    api.exception_handler([errors.ConciergeError])(lambda error: _known_problem(api, error))
    api.exception_handler(MalformedBody)(
        lambda error: _problem(api, 400, "malformed_body", "The body is not JSON", str(error))
    )
    api.exception_handler(ValidationError)(lambda error: _validation_problem(api, error))
    api.not_found(
        lambda _: _problem(api, 404, "unknown_route", "No such route", "see /openapi.json")
    )
    return api


def parse_body(api: APIGatewayRestResolver, model: type[M]) -> M:
    """Read the body of the current request into a model.

    Raises MalformedBody, or pydantic's ValidationError; both become problems.
    """
    try:
        body = api.current_event.decoded_body or ""
    except ValueError as error:
        raise MalformedBody("the body is not valid base64 of UTF-8") from error
    if len(body) > MOST_BODY_BYTES:
        raise errors.InvalidRecord(
            "", f"the body has {len(body):,} characters; at most {MOST_BODY_BYTES:,}"
        )
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise MalformedBody(first["msg"]) from error
        raise


def parse_query(api: APIGatewayRestResolver, model: type[M]) -> M:
    """Read the query string of the current request into a model."""
    return model.model_validate(dict(api.current_event.query_string_parameters or {}))


def json_response(body: BaseModel, status: int = 200) -> Response[str]:
    """Return a model as JSON, without absent fields."""
    return Response(status, JSON, body.model_dump_json(exclude_none=True))


def observed(resolve: Handler) -> Handler:
    """Wrap a resolver: a request id on every reply, one log line, and 500 for what is unforeseen."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = time.perf_counter()
        request_id = getattr(context, "aws_request_id", "local")
        logger.append_keys(request_id=request_id)
        try:
            reply = resolve(event, context)
        except Exception:  # the edge: log it, and tell the caller nothing of it
            logger.exception("unforeseen error")
            reply = _unforeseen(request_id)
        reply.setdefault("multiValueHeaders", {})["X-Request-Id"] = [request_id]
        took_ms = round((time.perf_counter() - started) * 1e3, 2)
        logger.info(
            "served", route=event.get("resource"), status=reply["statusCode"], took_ms=took_ms
        )
        return reply

    return handler


def _known_problem(api: APIGatewayRestResolver, error: errors.ConciergeError) -> Response[str]:
    for kind, status, code, title in STATUS_OF:
        if isinstance(error, kind):
            details = []
            if isinstance(error, errors.InvalidRecord):
                details = [{"pointer": f"/{error.field}", "detail": error.reason}]
            return _problem(api, status, code, title, str(error), details)
    raise error


def _validation_problem(api: APIGatewayRestResolver, error: ValidationError) -> Response[str]:
    details = [
        {"pointer": "/" + "/".join(map(str, part["loc"])), "detail": part["msg"]}
        for part in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    detail = "; ".join(f"{part['pointer']}: {part['detail']}" for part in details[:3])
    return _problem(api, 422, "invalid_request", "The request is not valid", detail, details)


def _problem(
    api: APIGatewayRestResolver,
    status: int,
    code: str,
    title: str,
    detail: str,
    details: Sequence[Mapping[str, str]] = (),
) -> Response[str]:
    context = api.lambda_context
    body = Problem(
        title=title,
        status=status,
        detail=detail,
        code=code,
        errors=[ProblemPart(**part) for part in details] or None,
        request_id=getattr(context, "aws_request_id", "local"),
    )
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return Response(status, PROBLEM, body.model_dump_json(exclude_none=True), headers)


def _unforeseen(request_id: str) -> dict[str, Any]:
    body = Problem(
        title="Something went wrong on our side",
        status=500,
        detail="The error was logged under this request id.",
        code="internal_error",
        request_id=request_id,
    )
    return {
        "statusCode": 500,
        "isBase64Encoded": False,
        "multiValueHeaders": {"Content-Type": [PROBLEM]},
        "body": body.model_dump_json(exclude_none=True),
    }


class ProblemPart(BaseModel):
    """One thing that is wrong with a request."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """An error as RFC 9457 describes it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemPart] | None = None
    request_id: str
