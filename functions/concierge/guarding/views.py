"""A text as a reader sees it: without hidden characters, look-alikes and spelling tricks.

Every view knows for each of its characters where that stands in the original.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

# Letters of other scripts that look Latin (a selection of Unicode's confusables).
_LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁһӏԛԝαβεικνορτυχѡɑɡıℓ", "abekmhopctyxijsdhlqwabeiknoptuxwagil"
)
_LEET = str.maketrans("01345789@$!|", "oieastbgasii")
_DIGITS = frozenset("01345789@$!|")
_SINGLES = re.compile(r"(?<!\w)(?:\w[ .\-_*]){2,}\w(?!\w)")
_LEET_WORD = re.compile(r"[\w@$!|]+")


class View(NamedTuple):
    """A text to match in; `origins` maps its characters to the original, or is None if equal."""

    text: str
    origins: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that a span of this view comes from."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def views(text: str) -> list[View]:
    """Return the plain view, and where they differ those of spaced letters and of leetspeak."""
    plain = plain_view(text)
    found = [plain]
    joined = _joined(plain)
    if joined:
        found.append(joined)
    leet = _LEET_WORD.sub(_read_leet, plain.text)
    if leet != plain.text:
        found.append(View(leet, plain.origins))
    return found


def plain_view(text: str) -> View:
    """Return a text folded: in lower case, without hidden characters and look-alikes."""
    if text.isascii():
        return View(text.lower())
    letters: list[str] = []
    origins = array("L")
    for place, character in enumerate(text):
        for letter in _folded(character):
            letters.append(letter)
            origins.append(place)
    return View("".join(letters), origins)


@cache
def _letter(character: str) -> str:
    wide = unicodedata.normalize("NFKD", character).casefold()
    kept = [each for each in wide if unicodedata.category(each) not in {"Mn", "Cf", "Co", "Cn"}]
    return "".join(kept).translate(_LOOK_ALIKES)


def _folded(character: str) -> str:
    # Han is most of a Chinese text and means itself; everything else is folded once.
    return character if "\u4e00" <= character <= "\u9fff" else _letter(character)


def _joined(view: View) -> View | None:
    """Return the view with runs of single letters joined: `i g n o r e` reads as one word."""
    origins = array("L")
    parts: list[str] = []
    reached = 0
    for run in _SINGLES.finditer(view.text):
        _keep(view, reached, run.start(), parts, origins)
        for place in range(run.start(), run.end(), 2):
            _keep(view, place, place + 1, parts, origins)
        reached = run.end()
    if not reached:
        return None
    _keep(view, reached, len(view.text), parts, origins)
    return View("".join(parts), origins)


def _keep(view: View, start: int, end: int, parts: list[str], origins: "array[int]") -> None:
    parts.append(view.text[start:end])
    origins.extend(range(start, end) if view.origins is None else view.origins[start:end])


def _read_leet(word: re.Match[str]) -> str:
    letters = word[0]
    has_digits = not _DIGITS.isdisjoint(letters)
    return letters.translate(_LEET) if has_digits and not letters.isdigit() else letters
