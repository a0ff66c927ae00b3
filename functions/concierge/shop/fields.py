"""Read one field of a record, from CSV text or JSON, or say what is wrong with it."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from concierge.errors import InvalidRecord

Record = Mapping[str, Any]

ID_LENGTH = 256
TRUE_WORDS = frozenset({"true", "1", "yes", "y"})
FALSE_WORDS = frozenset({"false", "0", "no", "n"})
# Tabs and line breaks are ordinary in text; other control characters are not.
ALLOWED_CONTROLS = frozenset("\t\n\r")
# JSON can spell half a surrogate pair, which no UTF-8 can hold.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Made once: `json.dumps` makes a new one for each call that is not plain.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def text(record: Record, field: str, *, at_most: int, required: bool = False) -> str:
    """Return a field as stripped text; absent and null read as empty."""
    value = record.get(field)
    if value is None:
        if not required:
            return ""
        value = ""
    if not isinstance(value, str):
        if not isinstance(value, bool | float | int):
            raise InvalidRecord(field, f"must be text, not {_kind(value)}")
        value = str(value)
    if len(value) > at_most:
        raise InvalidRecord(field, f"has {len(value):,} characters; at most {at_most:,}")
    value = value.strip()
    if required and not value:
        raise InvalidRecord(field, "is required")
    # Nearly all text is printable, which is known at once and rules both mistakes out.
    if not value.isprintable():
        _check_characters(field, value)
    return value


def identifier(record: Record, field: str, *, required: bool = True) -> str:
    """Return an id: 1 to 256 characters; inner spaces and any script are fine."""
    value = text(record, field, at_most=ID_LENGTH, required=required)
    if not value.isprintable() and any(unicodedata.category(each) == "Cc" for each in value):
        raise InvalidRecord(field, "contains control characters; remove them")
    return value


def number(record: Record, field: str) -> float | None:
    """Return a finite number, or None where the field is absent or empty."""
    value = record.get(field)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidRecord(field, f"must be a number, not {_kind(value)}")
    try:
        parsed = float(value)
    except (ValueError, OverflowError) as error:
        raise InvalidRecord(field, f"{_shown(value)} is not a number") from error
    if not math.isfinite(parsed):
        raise InvalidRecord(field, f"{_shown(value)} is not a finite number")
    return parsed


def flag(record: Record, field: str, *, default: bool) -> bool:
    """Return true or false; the default where the field is absent or empty."""
    value = record.get(field)
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise InvalidRecord(field, f"{_shown(value)} is neither true nor false")


def moment(record: Record, field: str) -> datetime | None:
    """Return an RFC 3339 time in UTC, or None where the field is absent or empty."""
    value = record.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidRecord(field, f"must be an RFC 3339 time, not {_kind(value)}")
    try:
        parsed = datetime.fromisoformat(value.strip())
        if parsed.tzinfo is None:
            raise InvalidRecord(field, f"{_shown(value)} needs an offset, such as +00:00")
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRecord(field, f"{_shown(value)} is not an RFC 3339 time") from error


def json_object(record: Record, field: str, *, at_most: int) -> dict[str, Any]:
    """Return an object, given as one or as JSON text; empty where absent."""
    value = _parsed(record, field, at_most)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidRecord(field, f"must be a JSON object, not {_kind(value)}")
    return value


def text_list(record: Record, field: str, *, at_most: int, each: int) -> tuple[str, ...]:
    """Return a list of texts, given as one or as JSON text; empty where absent."""
    value = _parsed(record, field, at_most * (each + 8))
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidRecord(field, f"must be a JSON list, not {_kind(value)}")
    if len(value) > at_most:
        raise InvalidRecord(field, f"has {len(value):,} items; at most {at_most:,}")
    texts = (text({field: item}, field, at_most=each) for item in value)
    return tuple(item for item in texts if item)


def _parsed(record: Record, field: str, at_most: int) -> Any:
    value = record.get(field)
    if value is None or value == "":
        return None
    try:
        if not isinstance(value, str):
            size = len(_ENCODER.encode(value))
        else:
            size = len(value)
            if size <= at_most:
                value = json.loads(value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidRecord(field, f"is not valid JSON: {error}") from error
    if size > at_most:
        raise InvalidRecord(field, f"has {size:,} characters of JSON; at most {at_most:,}")
    return value


def _check_characters(field: str, value: str) -> None:
    if any(_is_control(character) for character in value):
        raise InvalidRecord(field, "contains control characters; remove them")
    if _SURROGATE.search(value):
        raise InvalidRecord(field, "contains half a surrogate pair; send valid Unicode")


def _is_control(character: str) -> bool:
    return character < " " and character not in ALLOWED_CONTROLS


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _kind(value: object) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", bool: "a truth value"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "text")


def _shown(value: object) -> str:
    shown = str(value)
    return f"{shown[:40]!r}…" if len(shown) > 40 else repr(shown)
