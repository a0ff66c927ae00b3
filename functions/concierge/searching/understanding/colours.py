"""Read colours, in queries and in values of attributes: `navy`, `红色`, `forest green`."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from concierge.searching.understanding.colour_names import (
    AFTER,
    BEFORE,
    NAMES,
    THINGS,
    VALUE_NAMES,
    WIDER,
)
from concierge.searching.understanding.matching import Named, Names, words_in
from concierge.searching.understanding.plain import Plain

# Longer words beside a colour make no name with it.
_CONTEXT = 24


class ColourReading(NamedTuple):
    """A colour in the plain text; `is_thing` says that the word names something else as often."""

    start: int
    end: int
    colour: str
    is_thing: bool


def colours(plain: Plain, own: Names[str]) -> Iterator[ColourReading]:
    """Yield the colours of a query by their names, or by those that the shop has of its own."""
    readings = sorted(_readings(plain, own))
    place = 0
    while place < len(readings):
        one, other = readings[place], readings[min(place + 1, len(readings) - 1)]
        between = plain.text[one.end : other.start]
        if between == " " and other.colour in WIDER.get(one.colour, ()):
            # A shade with its colour, `sage green`, is the shade.
            one = ColourReading(one.start, other.end, one.colour, is_thing=False)
            place += 1
        yield one
        place += 1


def _readings(plain: Plain, own: Names[str]) -> Iterator[ColourReading]:
    taken: set[int] = set()
    for names in (own, _known(as_value=False)):
        for found in names.find(plain):
            end = _end_of(found, plain.text)
            if end and found.start not in taken and not _is_part_of_name(found, plain):
                taken.update(range(found.start, end))
                is_thing = names is own or bool(set(found.words) & THINGS and len(found.words) == 1)
                yield ColourReading(found.start, end, found.value, is_thing)


def colours_in(value: str) -> frozenset[str]:
    """Return the colours that a value names, with those that they are shades of."""
    return frozenset(
        wider
        for found in _known(as_value=True).find(Plain(value))
        for wider in WIDER.get(found.value, ())
    )


def own_names(values: Iterable[str]) -> Names[str]:
    """Return the names of a shop's colours that are none of ours, each standing for itself."""
    strange = (value for value in values if not colours_in(value))
    return Names(((value, value) for value in strange), lambda one, _: one)


@cache
def _known(*, as_value: bool) -> Names[str]:
    """Return the colours by name; as the value of a colour, more words are one."""
    return Names((VALUE_NAMES if as_value else NAMES).items(), lambda one, _: one)


def _is_part_of_name(found: Named[str], plain: Plain) -> bool:
    """Return whether the words beside a colour make something else of it: `green tea`."""
    before = words_in(plain.text[max(0, found.start - _CONTEXT) : found.start])[-1:]
    after = words_in(plain.text[found.end : found.end + _CONTEXT])[:1]
    return bool(
        BEFORE.get(found.words[-1], frozenset()) & set(after)
        or AFTER.get(found.words[0], frozenset()) & set(before)
    )


def _end_of(found: Named[str], text: str) -> int:
    """Return where a name ends with its 的; a single character without is no colour."""
    has_of = text[found.end : found.end + 1] == "的"
    if found.end - found.start == 1 and not has_of:
        return 0
    return found.end + has_of
