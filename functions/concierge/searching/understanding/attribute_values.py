"""Which values the attributes of a catalogue have that a query may name: colours, sizes, measures.

The catalogue keeps values as hashes. What they say is read back from one product for each, once
for a snapshot, and only of attributes that are a colour, a size or a measure.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from concierge.retrieval.attributes import Attributes, is_key_of
from concierge.searching.understanding.plain import plain_text

Value = str | float
AttributesAt = Callable[[int], Mapping[str, Any]]

# Reading a product takes about 15 microseconds, so that all together takes less than 0.1 s.
MOST_NAMES = 300
MOST_VALUES = 400
MOST_READ = 5_000
# Of how many values of an attribute one must tell something, for all to be read.
TRIED = 5

_COLOUR = re.compile(r"(?:.*[^a-z])?colou?rs?(?:[^a-z].*)?|.*颜色.*|.*色系.*|色")
_SIZE = re.compile(
    r"(?:.*[^a-z])?sizes?(?:[^a-z].*)?|waist|.*尺码.*|.*尺寸.*|.*鞋码.*|.*码数.*|eu|format|paper"
)


class Attribute(NamedTuple):
    """A value that some product has under a name."""

    name: str
    value: Value


def is_colour(attribute: Attribute) -> bool:
    """Return whether an attribute is a colour, by its name."""
    return bool(_COLOUR.fullmatch(plain_text(attribute.name))) and isinstance(attribute.value, str)


def is_size(attribute: Attribute) -> bool:
    """Return whether an attribute is a size, by its name."""
    return bool(_SIZE.fullmatch(plain_text(attribute.name)))


def values_of(
    attributes: Attributes, attributes_at: AttributesAt, tells: Callable[[Attribute], bool]
) -> Iterator[Attribute]:
    """Yield the values of those attributes of which one of the most frequent tells something."""
    reads = 0
    for key, rows in attributes.rows_by_value(MOST_NAMES, MOST_VALUES):
        wanted = rows.tolist()[: MOST_READ - reads]
        tried = [_values_of(key, attributes_at(row)) for row in wanted[:TRIED]]
        known = [each for few in tried for each in few]
        reads += len(tried)
        if not any(map(tells, known)):
            continue
        for row in wanted[TRIED:]:
            known += _values_of(key, attributes_at(row))
        reads += max(len(wanted) - TRIED, 0)
        yield from dict.fromkeys(known)


def _values_of(key: int, attributes: Mapping[str, Any]) -> list[Attribute]:
    for name, value in attributes.items():
        if is_key_of(key, name):
            values = value if isinstance(value, list) else [value]
            return [
                Attribute(name, each)
                for each in values
                if isinstance(each, str | int | float) and not isinstance(each, bool)
            ]
    return []
