"""Write what was understood as filter expressions (docs/filters.md)."""

import math
import re
from collections.abc import Iterable, Sequence

from concierge.searching.understanding.attribute_values import Attribute, Value
from concierge.searching.understanding.sizes import LETTERS, Size

# Longer lists of values than this are none that a client wants to show or send.
LONGEST = 3_000
# What no UTF-8 can hold, and so no request.
_SURROGATE = re.compile("[\ud800-\udfff]")
_BARE_NAME = re.compile(r"[\w-]+")
_ESCAPES = str.maketrans({"\\": r"\\", "'": r"\'", "\n": r"\n", "\t": r"\t"})


def equal(field: str, values: Sequence[Value]) -> str:
    """Return that a field equals one of some values; empty where it cannot be written."""
    written = [text for value in dict.fromkeys(values) if (text := _value(value))]
    if not written:
        return ""
    if len(written) == 1:
        return f"{field} = {written[0]}"
    return f"{field} in ({', '.join(written)})"


def has_one_of(attributes: Iterable[Attribute]) -> str:
    """Return that a product has one of some values of attributes; empty where that is too long."""
    by_name: dict[str, list[Value]] = {}
    for name, value in attributes:
        by_name.setdefault(name, []).append(value)
    conditions = [equal(_field(name), by_name[name]) for name in by_name]
    written = [condition for condition in conditions if condition]
    expression = any_of(written) if written else ""
    return expression if len(expression) <= LONGEST else ""


def within(low: float | None, high: float | None) -> str:
    """Return that the price is within bounds, both included."""
    if low is not None and high is not None:
        return f"price between {figure(low)} and {figure(high)}"
    return f"price >= {figure(low or 0.0)}" if high is None else f"price <= {figure(high)}"


def any_of(conditions: Sequence[str]) -> str:
    """Return that one of some conditions holds, in parentheses where there are several."""
    return conditions[0] if len(conditions) == 1 else f"({' or '.join(conditions)})"


def all_of(conditions: Sequence[str]) -> str:
    """Return that all conditions hold."""
    return " and ".join(conditions)


def figure(number: float) -> str:
    """Return a number as people write it: `50`, `49.99`."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def size(wanted: Size) -> str:
    """Return a size as people write it: `XL`, `42`, `A5`."""
    kind, number = wanted
    if kind == "letter":
        return LETTERS[int(number)].upper()
    return figure(number) if kind == "number" else f"A{figure(number)}"


def _field(name: str) -> str:
    return f"attributes.{name if _BARE_NAME.fullmatch(name) else _text(name)}"


def _value(value: Value) -> str:
    if isinstance(value, str):
        return _text(value) if value.strip() and not _SURROGATE.search(value) else ""
    try:
        return repr(value) if math.isfinite(value) else ""
    except OverflowError:
        return ""


def _text(text: str) -> str:
    return f"'{text.translate(_ESCAPES)}'"
