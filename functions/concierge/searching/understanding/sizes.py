"""Read sizes of clothes, shoes and paper, in queries and in values of attributes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from concierge.searching.understanding.plain import Plain, plain_text

LETTERS = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "xxxxl", "xxxxxl")
_SCALE = {letters: place for place, letters in enumerate(LETTERS)} | {
    f"{count}xl": place for place, count in enumerate(range(2, 6), LETTERS.index("xxl"))
}
_WORDS = {
    "extra small": "xs", "extra large": "xl", "small": "s", "medium": "m", "large": "l",
}  # fmt: skip
_LETTER = r"(?:xx?s|[sml]|x{1,5}l|[2-5]xl)"
_FIGURE = r"\d{1,3}(?:[.,]5)?"
_EXPLICIT = re.compile(
    rf"(?<![\w-])(?:in )?(?:shoe |clothing )?size:?[ ]{{0,2}}(?:eu[ ]?)?(?P<named>{_LETTER}|{_FIGURE}|{'|'.join(_WORDS)})(?![\w'-]|[.,]\d)"
    rf"|(?<![\w-])(?P<fitting>{_LETTER}) size(?!\w)"
    rf"|(?<![\w-])(?:eu|eur|eu size)[ ]?(?P<european>[2-5]\d(?:[.,]5)?)(?![\w'-]|[.,]\d)"
    rf"|(?:(?:尺码|尺寸|码数|鞋码)(?:是|为|:)?[ ]?)(?P<numbered>{_LETTER}|{_FIGURE})(?![a-z\d.])[码号]?"
    rf"|(?<![a-z\d.,-])(?P<coded>{_LETTER}|[2-5]\d(?:\.5)?)[ ]?(?:码|号(?![线楼院]))"
)
_IMPLIED = re.compile(r"(?<![\w'&.-])(xx?s|x{1,5}l|[2-5]xl|a[2-6]|[sml])(?![\w'&.-])")
_SEPARATOR = re.compile(r" {0,2}[,;/|、，] {0,2}| or ")
_RANGE = re.compile(r" {0,2}(?:-|–|—|~|to|到|至) {0,2}")
_PREFIX = re.compile(r"(?:eu|eur|size) ?|(?: ?eu)$|[码号]$")

# A letter size on the scale, a number, or a name such as A5.
Size = tuple[str, float]
Ranges = tuple[tuple[Size, Size], ...]


class SizeReading(NamedTuple):
    """A size in the plain text; an implied one is named without saying that it is a size."""

    start: int
    end: int
    size: Size
    is_explicit: bool


def sizes(plain: Plain) -> Iterator[SizeReading]:
    """Yield the sizes of a query; S, M and L alone only as capitals."""
    taken: set[int] = set()
    for found in _EXPLICIT.finditer(plain.text):
        named = next(text for text in found.groups() if text)
        size = size_of(_WORDS.get(named, named))
        if size:
            taken.update(range(*found.span()))
            yield SizeReading(*found.span(), size, is_explicit=True)
    for found in _IMPLIED.finditer(plain.text):
        start, end = plain.span(*found.span())
        is_capital = plain.query[start:end].isupper() or len(found[1]) > 1
        size = size_of(found[1])
        if size and is_capital and found.start() not in taken:
            yield SizeReading(*found.span(), size, is_explicit=False)


def size_of(text: str) -> Size | None:
    """Return the size that a plain text is, or None."""
    if text in _SCALE:
        return "letter", float(_SCALE[text])
    if re.fullmatch(_FIGURE, text):
        return "number", float(text.replace(",", "."))
    return ("paper", float(text[1])) if re.fullmatch(r"a\d", text) else None


def sizes_in(value: str | float) -> Ranges:
    """Return the ranges of sizes that a value of an attribute names; a single one is a range too."""
    if not isinstance(value, str):
        return ((("number", value), ("number", value)),)
    ranges = []
    for part in _SEPARATOR.split(plain_text(value.strip())):
        ends = [size_of(_PREFIX.sub("", end)) for end in _RANGE.split(part)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None or first[0] != last[0]:
            return ()
        ranges.append((first, last))
    return tuple(ranges)


def fits(size: Size, ranges: Ranges) -> bool:
    """Return whether a size is in one of some ranges."""
    return any(low[0] == size[0] and low[1] <= size[1] <= high[1] for low, high in ranges)
