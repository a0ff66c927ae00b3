"""The call of a flow as a dialogue document writes it."""

import re
from collections.abc import Collection
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from concierge.answering.flows.flow import Call, FieldType, ResponseField, Value
from concierge.answering.flows.placeholders import has_stray_brace, names_in
from concierge.shop.json_nodes import Node

FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
MOST_FIELDS = 50
MOST_HEADERS = 20
LONGEST_CALL_S = 8.0
# What every call is told besides the slots.
ALWAYS = ("language",)
_KNOWN = ("kind", "url", "function", "method", "timeout_s", "headers", "request", "response")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_FORBIDDEN = {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept"}
_FUNCTION = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:)?[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_-]+)?"
)


def call_of(node: Node, slots: Collection[str]) -> Call | None:
    """Return a call whose placeholders are all slots, or None where its kind is not clear."""
    found = node.fields(_KNOWN, required=("kind", "response"))
    if "kind" not in found or "response" not in found:
        return None
    kind = found["kind"].value
    if kind not in {"http", "lambda"}:
        found["kind"].wrong("must be http or lambda")
        return None
    wanted, other = ("url", "function") if kind == "http" else ("function", "url")
    if wanted not in found:
        node.wrong(f"needs the field {wanted!r}, because it is of the kind {kind}")
        return None
    for name in (other, *(("method", "headers") if kind == "lambda" else ())):
        if name in found:
            found[name].wrong(f"belongs to no call of the kind {kind}")
    known = {*slots, *ALWAYS}
    return Call(
        cast("Literal['http', 'lambda']", kind),
        _url(found["url"], known) if kind == "http" else _function(found["function"]),
        _request(found["request"], known) if "request" in found else {},
        _response(found["response"]),
        _method(found["method"]) if "method" in found else "GET",
        found["timeout_s"].number(0.1, LONGEST_CALL_S) if "timeout_s" in found else 3.0,
        _headers(found["headers"]) if "headers" in found else {},
    )


def _url(node: Node, known: Collection[str]) -> str:
    url = node.text(2_000)
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        node.wrong(f"is no address: {error}")
        return ""
    if parts.scheme not in {"https", "http"} or not host or not url.isascii():
        node.wrong("must be an https address, in ASCII")
    elif parts.username or parts.password or parts.fragment:
        node.wrong("may hold no user, password or fragment; use 'headers' for a key")
    elif names_in(parts.netloc) or (parts.scheme == "http" and not _is_loopback(host)):
        node.wrong("must be https, at a host that is written out (http only for localhost)")
    _check_placeholders(node, url, known)
    return url


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def _function(node: Node) -> str:
    name = node.text(200)
    if name and not _FUNCTION.fullmatch(name):
        node.wrong("is no name or ARN of a Lambda function")
    return name


def _method(node: Node) -> str:
    method = node.text(10).upper()
    if method and method not in {"GET", "POST"}:
        node.wrong("must be GET or POST")
    return method


def _headers(node: Node) -> dict[str, str]:
    members = node.members()
    if len(members) > MOST_HEADERS:
        node.wrong(f"has {len(members)} headers; at most {MOST_HEADERS}")
    headers = {}
    for name, member in members.items():
        value = member.text(1_000)
        if not _HEADER.fullmatch(name) or name.lower() in _FORBIDDEN:
            member.wrong("is no header that a call may set")
        elif not value.isascii():
            member.wrong("must be ASCII")
        headers[name] = value
    return headers


def _request(node: Node, known: Collection[str]) -> dict[str, Value]:
    request: dict[str, Value] = {}
    for name, member in node.members().items():
        if isinstance(member.value, str):
            request[name] = member.text(1_000)
            _check_placeholders(member, member.value, known)
        elif isinstance(member.value, bool | int | float):
            request[name] = member.value
        else:
            member.wrong("must be a text, a number or a truth value")
    return request


def _check_placeholders(node: Node, text: str, known: Collection[str]) -> None:
    unknown = [name for name in names_in(text) if name not in known]
    if unknown:
        node.wrong(f"has the placeholder {{{unknown[0]}}}; there are {', '.join(sorted(known))}")
    elif has_stray_brace(text):
        node.wrong("has a brace that belongs to no placeholder")


def _response(node: Node) -> dict[str, ResponseField]:
    members = node.members()
    if not 1 <= len(members) <= MOST_FIELDS and isinstance(node.value, dict):
        node.wrong(f"needs from 1 to {MOST_FIELDS} fields")
    return {name: _field(name, member) for name, member in members.items()}


def _field(name: str, node: Node) -> ResponseField:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        node.wrong("is no name: use up to 64 of a-z, 0-9 and _, a letter first")
    found = node.fields(("type", "required"), required=("type",))
    kind = found["type"].value if "type" in found else "text"
    if kind not in FIELD_TYPES:
        found["type"].wrong(f"is no type of field; there are {', '.join(FIELD_TYPES)}")
        kind = "text"
    required = found["required"].value if "required" in found else False
    if not isinstance(required, bool):
        found["required"].wrong("must be true or false")
    return ResponseField(cast("FieldType", kind), required is True)
