"""Read a JSON document value by value; every mistake is noted with its JSON pointer (RFC 6901)."""

import json
import math
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple, Self

from concierge.errors import BrokenFile

LONGEST_NAME = 256


class Mistake(NamedTuple):
    """What is wrong with one value of a document."""

    pointer: str
    detail: str


class _Object(dict[str, Any]):
    """An object that remembers which fields it was given twice."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.repeated: list[str] = []
        for name, value in pairs:
            if name in self:
                self.repeated.append(name)
            self[name] = value


class Node:
    """A value at its pointer.

    What cannot be read is noted and read as nothing, so that one pass finds all mistakes: look at
    `mistakes` before using what was read.
    """

    def __init__(self, value: Any, pointer: str, mistakes: list[Mistake]) -> None:
        self.value = value
        self.pointer = pointer
        self.mistakes = mistakes

    @classmethod
    def of(cls, document: str) -> Self:
        """Parse a document, or raise BrokenFile naming the line."""
        try:
            value = json.loads(document, object_pairs_hook=_Object)
        except json.JSONDecodeError as error:
            raise BrokenFile(
                f"line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}"
            ) from error
        except (ValueError, RecursionError) as error:
            raise BrokenFile(f"not valid JSON: {error}") from error
        return cls(value, "", [])

    def wrong(self, detail: str) -> None:
        """Note a mistake in this value."""
        self.mistakes.append(Mistake(self.pointer, detail))

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, "Node"]:
        """Return the given fields of an object that has no others than known ones."""
        found = self.members()
        for name in [name for name in found if name not in known]:
            found.pop(name).wrong(f"is no known field; there are {', '.join(known)}")
        if isinstance(self.value, dict):
            for name in required:
                if name not in found:
                    self.wrong(f"needs the field {name!r}")
        return found

    def members(self) -> dict[str, "Node"]:
        """Return the fields of an object, whatever their names."""
        if not isinstance(self.value, dict):
            self._expected("an object")
            return {}
        for name in getattr(self.value, "repeated", ()):
            self._at(name).wrong("is given twice; keep one")
        return {name: self._at(name) for name in self.value}

    def items(self, at_most: int) -> Iterator["Node"]:
        """Yield the items of a list."""
        if not isinstance(self.value, list):
            self._expected("a list")
            return
        if len(self.value) > at_most:
            self.wrong(f"has {len(self.value):,} items; at most {at_most:,}")
            return
        for index in range(len(self.value)):
            yield self._at(index)

    def text(self, at_most: int) -> str:
        """Return a text with at least one visible character, stripped; empty where it has none."""
        if not isinstance(self.value, str):
            self._expected("text")
            return ""
        value = self.value.strip()
        if not value:
            self.wrong("must not be empty")
        elif len(value) > at_most:
            self.wrong(f"has {len(value):,} characters; at most {at_most:,}")
            return ""
        elif any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
            self.wrong("contains control characters or half a surrogate pair; remove them")
            return ""
        return value

    def number(self, at_least: float, at_most: float, *, above: bool = False) -> float:
        """Return a finite number within bounds, both included; `above` leaves out the lower."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self._expected("a number")
            return float(at_least)
        if isinstance(self.value, float) and not math.isfinite(self.value):
            self.wrong("must be a finite number")
        elif not at_least <= self.value <= at_most or (above and self.value == at_least):
            lower = f"above {at_least:g} and at most" if above else f"from {at_least:g} to"
            self.wrong(f"must be {lower} {at_most:g}, not {_shown(self.value)}")
        else:
            return float(self.value)
        return float(at_least)

    def integer(self, at_least: int, at_most: int) -> int:
        """Return a whole number within bounds, both included."""
        value = self.number(at_least, at_most)
        if not value.is_integer():
            self.wrong(f"must be a whole number, not {value:g}")
        return int(value)

    def _at(self, step: str | int) -> "Node":
        # A pointer goes into a report, which is UTF-8 and for reading.
        name = str(step)[:LONGEST_NAME].encode("utf-8", "backslashreplace").decode()
        name = name.replace("~", "~0").replace("/", "~1")
        return Node(self.value[step], f"{self.pointer}/{name}", self.mistakes)

    def _expected(self, kind: str) -> None:
        self.wrong(f"must be {kind}, not {_kind(self.value)}")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {_Object: "an object", list: "a list", str: "text"}
    return names.get(type(value), "a truth value" if isinstance(value, bool) else "a number")


def _shown(value: float) -> str:
    # An integer of a file may be too long to become a float.
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return shown if len(shown) <= 20 else f"{shown[:20]}…"
