"""What the fields of a filter expression may be compared with."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import UnionType

from concierge.errors import InvalidExpression
from concierge.retrieval.expression_tree import Age, Field, Kind, Scalar, Span

Value = str | float | bool | Sequence[str | float | bool]

FIELDS: Mapping[str, Field] = {
    name: Field(name, kind)
    for name, kind in (
        ("item_id", Kind.TEXT),
        ("category", Kind.TEXT),
        ("brand", Kind.TEXT),
        ("language", Kind.TEXT),
        ("currency", Kind.TEXT),
        ("price", Kind.NUMBER),
        ("in_stock", Kind.FLAG),
        ("created_at", Kind.MOMENT),
    )
}
MOST_VALUES = 10_000
# What JSON can spell and no UTF-8 can hold, so that no product has it.
SURROGATE = re.compile("[\ud800-\udfff]")
HALF_A_PAIR = "half a surrogate pair; send valid Unicode"

_DAY_S = 86_400
_UNITS_S = {"h": 3_600, "d": _DAY_S, "w": 7 * _DAY_S}
_AGE = re.compile(r"-([0-9]+)([dhw])", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_OFFSET = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$", re.IGNORECASE)
_TYPES: Mapping[Kind, type | UnionType] = {
    Kind.TEXT: str,
    Kind.NUMBER: float,
    Kind.FLAG: bool,
    Kind.MOMENT: Span,
    Kind.ANYTHING: str | float | bool,
}
_WANTED = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.FLAG: "true or false",
    Kind.MOMENT: "a date, a time with its offset or an age such as -30d",
    Kind.ANYTHING: "text, a number, true or false",
}


@dataclass(frozen=True, slots=True)
class Operand:
    """A value where an expression has it; `parameter` is the name it is bound to, if any."""

    value: Scalar
    position: int
    parameter: str | None = None

    def refused(self, reason: str) -> InvalidExpression:
        """Return the error that puts the blame on this value."""
        return InvalidExpression(reason, self.position, self.parameter)


def compared(field: Field, operand: Operand) -> Scalar:
    """Return what a field is compared with, or raise InvalidExpression where it cannot be."""
    value = operand.value
    if field.kind is Kind.MOMENT and isinstance(value, str):
        value = moment(Operand(value, operand.position, operand.parameter))
    if not isinstance(value, _TYPES[field.kind]):
        reason = f"{field} is compared with {_WANTED[field.kind]}, not {_kind(value)}"
        raise operand.refused(reason)
    if isinstance(value, str) and not value.strip(" \t\n>" if field.name == "category" else None):
        raise operand.refused(f"empty text is no {field}; write `not exists {field}`")
    return value


def ordered(field: Field, operand: Operand) -> Span:
    """Return the bounds that a field is ordered by, or raise InvalidExpression."""
    value = compared(field, operand)
    if isinstance(value, Span):
        return value
    if isinstance(value, str | bool):
        raise operand.refused(f"{_kind(value)} has no order; compare with = or in")
    return Span(value, value)


def moment(operand: Operand) -> Span:
    """Read a date (the whole day in UTC), a time or an age, or raise InvalidExpression."""
    text = str(operand.value).strip()
    if age := _AGE.fullmatch(text):
        ago = Age(float(age[1]) * _UNITS_S[age[2].lower()])
        return Span(ago, ago)
    try:
        if _DAY.fullmatch(text):
            start = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
            return Span(start, start + _DAY_S, is_open=True)
        bare = _OFFSET.sub("", text).upper()
        if _TIME.fullmatch(bare) and bare == text.upper():
            raise operand.refused(f"{text} needs an offset, such as Z or +01:00")
        if _TIME.fullmatch(bare):
            seconds = datetime.fromisoformat(text.upper()).timestamp()
            return Span(seconds, seconds)
    except (ValueError, OverflowError):
        pass
    shown = f"{text[:40]}…" if len(text) > 40 else text
    raise operand.refused(f"{shown!r} is not {_WANTED[Kind.MOMENT]}, as in 2026-01-31")


def bound(name: str, value: object, position: int) -> list[Operand]:
    """Return the values of a parameter, one unless it is a list, or raise InvalidExpression."""
    values = value if isinstance(value, list | tuple) else [value]
    if len(values) > MOST_VALUES:
        reason = f"${name} has {len(values):,} values; at most {MOST_VALUES:,}"
        raise InvalidExpression(reason, position, name)
    return [Operand(_scalar(name, each, position), position, name) for each in values]


def finite(operand: Operand, number: float) -> float:
    """Return a number as a float, or raise InvalidExpression where it is too large for one."""
    try:
        if math.isfinite(float(number)):
            return float(number)
    except OverflowError:
        pass
    raise operand.refused("the number is too large, or none")


def _scalar(name: str, value: object, position: int) -> Scalar:
    if isinstance(value, str) and SURROGATE.search(value):
        raise InvalidExpression(f"${name} has {HALF_A_PAIR}", position, name)
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return finite(Operand(0.0, position, name), value)
    reason = f"${name} must be text, a number, true, false or a list of those"
    raise InvalidExpression(reason, position, name)


def _kind(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Span):
        return "a moment"
    return "text" if isinstance(value, str) else "a number"
