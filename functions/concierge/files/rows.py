"""A row of a file as read, before anything is known of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The field of a row that is wrong as a whole.
WHOLE_ROW = "row"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `line` is the physical line that it starts on, `text` how it begins there."""

    line: int
    record: Mapping[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read."""

    line: int
    reason: str
    text: str
