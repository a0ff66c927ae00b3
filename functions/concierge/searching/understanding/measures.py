"""Read measures, in queries and in values of attributes: `24 cm`, `1.2l`, `27寸`, `140 x 200 cm`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from concierge.searching.understanding.plain import Plain, plain_text

# Each dimension: how a unit is written, and how many of the smallest it has.
_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "length": (
        (r"mm|millimet(?:re|er)s?|毫米", 1.0),
        (r"cm|centimet(?:re|er)s?|厘米|公分", 10.0),
        (r"m|met(?:re|er)s?|米(?![色白])", 1_000.0),
        (r"inch(?:es)?|\"|''|英?[寸吋]", 25.4),
        (r"ft|feet|foot|英尺", 304.8),
    ),
    "volume": (
        (r"ml|millilit(?:re|er)s?|毫升", 1.0),
        (r"cl|centilit(?:re|er)s?", 10.0),
        (r"l|lit(?:re|er)s?|升", 1_000.0),
    ),
    "weight": (
        (r"g|grams?|grammes?|克(?!拉)", 1.0),
        (r"kg|kgs|kilos?|kilograms?|公斤|千克", 1_000.0),
        (r"斤", 500.0),
        (r"lbs?|pounds?|磅", 453.592),
        (r"oz|ounces?|盎司", 28.3495),
    ),
    "memory": ((r"mb", 0.001), (r"gb", 1.0), (r"tb", 1_000.0)),
    "power": ((r"w|watts?|瓦", 1.0), (r"kw|kilowatts?|千瓦", 1_000.0)),
    "charge": ((r"mah|毫安时?", 1.0),),
}
_PATTERNS = tuple(
    (dimension, re.compile(pattern), factor)
    for dimension, units in _UNITS.items()
    for pattern, factor in units
)
_UNIT = "|".join(
    f"(?:{pattern})"
    for pattern in sorted((p for units in _UNITS.values() for p, _ in units), key=len, reverse=True)
)
_NUMBER = r"\d{1,6}(?:,\d{3})?(?:[.,]\d{1,3})?(?![\d,.]*\d)"
_TIMES = r" {0,2}[x×*] {0,2}"
_MEASURE = re.compile(
    rf"(?<![\w.,-])(?P<numbers>{_NUMBER}(?:{_TIMES}{_NUMBER}){{0,2}})(?: {{0,2}}|-)(?P<unit>{_UNIT})(?![a-z\d])"
)
_AREA = re.compile(rf"(?<![\w.,-])(?P<numbers>\d{{2,3}}(?:{_TIMES}\d{{2,3}}){{1,2}})(?![\w.,])")
_BETWEEN = re.compile(_TIMES)
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
# The end of an attribute's name that says in what its numbers are: `length_cm`.
_SUFFIX = re.compile(r"(?:.*[^a-z0-9])?(mm|cm|m|inch|in|ft|ml|cl|l|g|kg|lb|oz|mb|gb|tb|w|kw|mah)")


class Measure(NamedTuple):
    """One or more numbers of a dimension in its smallest unit: millimetres, millilitres, grams."""

    dimension: str
    numbers: tuple[float, ...]


class MeasureReading(NamedTuple):
    """A measure in the plain text."""

    start: int
    end: int
    measure: Measure


def measures(plain: Plain) -> Iterator[MeasureReading]:
    """Yield the measures of a query; `140 x 200` alone is in centimetres."""
    end = 0
    for pattern in (_MEASURE, _AREA):
        for found in pattern.finditer(plain.text):
            if pattern is _AREA and found.start() < end:
                continue
            end = found.end()
            yield MeasureReading(*found.span(), _measure(found))


def measure_in(value: str | float, name: str) -> Measure | None:
    """Return the measure that a value of an attribute is, or None where it is none or several."""
    if isinstance(value, str):
        found = _MEASURE.fullmatch(plain_text(value.strip()))
        return _measure(found) if found else None
    suffix = _SUFFIX.fullmatch(plain_text(name))
    if suffix is None:
        return None
    unit = "inch" if suffix[1] == "in" else suffix[1]
    dimension, factor = _dimension(unit)
    return Measure(dimension, (round(value * factor, 2),))


def _measure(found: re.Match[str]) -> Measure:
    dimension, factor = _dimension(found.groupdict().get("unit") or "cm")
    numbers = (_number(text) for text in _BETWEEN.split(found["numbers"]))
    return Measure(dimension, tuple(round(number * factor, 2) for number in numbers))


def _dimension(unit: str) -> tuple[str, float]:
    return next(
        (dimension, factor) for dimension, pattern, factor in _PATTERNS if pattern.fullmatch(unit)
    )


def _number(text: str) -> float:
    return float(_THOUSANDS.sub("", text).replace(",", "."))
