"""Asking a shop's own endpoint, and checking that its reply is what was declared."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any, Protocol

from concierge.answering.flows.flow import Call, ResponseField, Value
from concierge.errors import CallFailed

LONGEST_TEXT = 500
_MARKUP = str.maketrans({"<": " ", ">": " "})


class ShopCalls(Protocol):
    """Asks endpoints and functions of the shop."""

    def call(self, call: Call, values: Mapping[str, Value], timeout_s: float) -> Mapping[str, Any]:
        """Return the object that the shop answers.

        Raise NotFound where it knows nothing of what was asked, CallFailed where anything is wrong.
        """


def checked(reply: Mapping[str, Any], fields: Mapping[str, ResponseField]) -> dict[str, Value]:
    """Return the declared fields of a reply, or raise CallFailed naming the first that is wrong."""
    found: dict[str, Value] = {}
    for name, declared in fields.items():
        value = reply.get(name)
        if value is None:
            if declared.required:
                raise CallFailed(f"the reply lacks the field {name!r}")
            continue
        found[name] = _value(name, value, declared)
    return found


def _value(name: str, value: object, declared: ResponseField) -> Value:
    if declared.type == "boolean" and isinstance(value, bool):
        return value
    if declared.type == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) < 1e15 and isfinite(value):
            return float(value)
    elif declared.type == "text" and isinstance(value, str):
        return plain_text(value)
    elif declared.type == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value[:10]).isoformat()
        except ValueError:
            pass
    raise CallFailed(f"the field {name!r} of the reply is no {declared.type}")


def plain_text(value: str) -> str:
    """Return a text in one line without markup and control characters, and not too long."""
    shown = "".join(
        " " if unicodedata.category(character).startswith(("C", "Z")) else character
        for character in value[: 4 * LONGEST_TEXT].translate(_MARKUP)
    )
    shown = " ".join(shown.split())
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"
