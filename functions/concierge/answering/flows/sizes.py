"""Clothing sizes: letters, shoe numbers, and words for them in English and Chinese."""

import re

from concierge.language.tokens import fold

_WORDS = {
    "XXS": r"extra extra small|加加小[号码]?",
    "XS": r"extra[ -]?small|x[ -]small|very small|加小[号码]?|特小[号码]?",
    "S": r"small|小[号码]|均小码",
    "M": r"mediums?|middle|中[号码]|均码",
    "L": r"large|big|大[号码]",
    "XL": r"extra[ -]?large|x[ -]large|very large|加大[号码]?|特大[号码]?",
    "XXL": r"extra extra large|double extra large|xx[ -]large|double xl|2[ -]?x[ -]?l|双加大[号码]?|加加大[号码]?|特特大[号码]?",
    "XXXL": r"triple extra large|3[ -]?x[ -]?l|加加加大[号码]?",
}
# Longer names first: "extra large" holds "large".
_NAMED = tuple(
    (re.compile(rf"(?<![a-z])(?:{_WORDS[size]})(?![a-z])"), size)
    for size in ("XXXL", "XXL", "XXS", "XL", "XS", "S", "M", "L")
)
_LETTERS = re.compile(r"(?<![a-z0-9'&])(xx?x?[sl]|[sml])(?![a-z0-9'&])")
_ALONE = re.compile(r"(?:eu |size |尺码是?|要|穿)?(\d{2}(?:[.,]5)?)(?:码|号)?")
_NUMBER = re.compile(
    r"(?:(?:size|eu|in|尺码是?|鞋码是?|穿) ?|(?<![\d-]))(\d{2}(?:[.,]5)?)(?: ?[码号])"
    r"|(?:size|eu|尺码是?|鞋码是?) ?(\d{2}(?:[.,]5)?)(?![\d-])"
)


def size_in(text: str, *, whole: bool) -> str | None:
    """Return the size that a text names, or None where there is none or several.

    A bare number is a size only where it is the whole text.
    """
    plain = fold(text).strip(" .!?,。！？，、的")
    found = []
    rest = plain
    for pattern, size in _NAMED:
        if pattern.search(rest):
            found.append(size)
            rest = pattern.sub(" | ", rest)
    found += [letters.upper() for letters in _LETTERS.findall(rest)]
    found += [first or second for first, second in _NUMBER.findall(rest)]
    alone = _ALONE.fullmatch(plain) if whole else None
    if alone and not found:
        found.append(alone[1])
    if whole and not found:
        numbers = re.findall(r"(?<![\d.,-])\d{2}(?:[.,]5)?(?![\d.,-])", plain)
        found += numbers
    sizes = {size.replace(",", ".") for size in found}
    if len(sizes) != 1:
        return None
    (only,) = sizes
    return only if only.isalpha() or 15 <= float(only) <= 64 else None
