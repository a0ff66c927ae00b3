"""Counts over the products found: by brand, category, price, attribute and more.

Everything is counted over the whole candidate set, column by column, so that what a facet says and
what a filter on it would leave is the same number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.errors import InvalidRecord
from concierge.language.tokens import fold
from concierge.retrieval.attributes import Counted, values_of
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.shop.catalogue import split_category

Rows = NDArray[np.intp]
Scalar = str | float | bool

ATTRIBUTE = "attributes."
COLUMNS = ("brand", "category", "currency", "in_stock", "language", "price")
_TEXTS: Mapping[str, Callable[[CatalogueSnapshot], Codes]] = {
    "brand": lambda catalogue: catalogue.brands,
    "currency": lambda catalogue: catalogue.currencies,
    "language": lambda catalogue: catalogue.languages,
}
# How many attributes a problem names.
NAMED = 20
RANGES = 5
# Edges of ranges need no more values than these.
SAMPLE = 10_000
_ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and how many of the products found have it; categories have a level, 1 the broadest."""

    value: Scalar
    count: int
    level: int | None = None


@dataclass(frozen=True, slots=True)
class FacetRange:
    """How many have a number from `low` to below `high`; None is no bound."""

    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class NumberFacet:
    """The least and the largest number, and how they spread."""

    least: float
    largest: float
    ranges: tuple[FacetRange, ...]


Facet = tuple[FacetValue, ...] | NumberFacet | None


def check_facets(names: Sequence[str], catalogue: CatalogueSnapshot, field: str = "facets") -> None:
    """Raise InvalidRecord for the first facet that the catalogue does not have."""
    for position, name in enumerate(names):
        if name in COLUMNS:
            continue
        attribute = name.removeprefix(ATTRIBUTE)
        if attribute == name or not catalogue.attributes.known(attribute):
            raise InvalidRecord(f"{field}/{position}", _unknown(name, catalogue))


def count_facets(
    names: Iterable[str], catalogue: CatalogueSnapshot, rows: Rows, limit: int
) -> Mapping[str, Facet]:
    """Return each facet over the rows found: up to `limit` values, the most frequent first."""
    return {name: _facet(name, catalogue, rows, limit) for name in names}


def _unknown(name: str, catalogue: CatalogueSnapshot) -> str:
    there = catalogue.attributes.names
    attributes = [f"{ATTRIBUTE}{each}" for each in there[:NAMED]]
    more = f" and {len(there) - NAMED:,} more attributes" if len(there) > NAMED else ""
    shown = f"{name[:60]}…" if len(name) > 60 else name
    return f"there is no facet {shown!r}; there are {', '.join([*COLUMNS, *attributes])}{more}"


def _facet(name: str, catalogue: CatalogueSnapshot, rows: Rows, limit: int) -> Facet:
    if name == "price":
        prices = catalogue.prices[rows]
        return _spread(prices[~np.isnan(prices)])
    if name == "category":
        return _categories(catalogue.categories, rows, limit)
    if name == "in_stock":
        there = int(np.count_nonzero(catalogue.in_stock[rows]))
        counts = ((True, there), (False, len(rows) - there))
        return tuple(FacetValue(*each) for each in counts if each[1])
    if name in _TEXTS:
        return _texts(_TEXTS[name](catalogue), rows, limit)
    return _attribute(name.removeprefix(ATTRIBUTE), catalogue, rows, limit)


def _by_text(column: Codes, rows: Rows) -> list[tuple[str, int]]:
    counts = np.bincount(column.codes[rows], minlength=len(column.values))
    return [(column.values[code], int(counts[code])) for code in np.flatnonzero(counts)]


def _texts(column: Codes, rows: Rows, limit: int) -> tuple[FacetValue, ...]:
    spelt = _Spellings()
    for text, count in _by_text(column, rows):
        if text:
            spelt.add(fold(text), text, count)
    return tuple(FacetValue(value, count) for value, count in spelt.most(limit))


def _categories(column: Codes, rows: Rows, limit: int) -> tuple[FacetValue, ...]:
    levels: dict[int, _Spellings] = {}
    for path, count in _by_text(column, rows):
        steps = split_category(path)
        for level in range(1, len(steps) + 1):
            value = " > ".join(steps[:level])
            levels.setdefault(level, _Spellings()).add(fold(value), value, count)
    return tuple(
        FacetValue(value, count, level)
        for level in sorted(levels)
        for value, count in levels[level].most(limit)
    )


class _Spellings:
    """Counts by text, case and accents apart, each shown as it is most often spelt."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._shown: dict[str, tuple[int, str]] = {}

    def add(self, folded: str, text: str, count: int) -> None:
        self._counts[folded] = self._counts.get(folded, 0) + count
        if count > self._shown.get(folded, (0, ""))[0]:
            self._shown[folded] = (count, text)

    def most(self, limit: int) -> list[tuple[str, int]]:
        ordered = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))
        return [(self._shown[folded][1], count) for folded, count in ordered[:limit]]


def _attribute(name: str, catalogue: CatalogueSnapshot, rows: Rows, limit: int) -> Facet:
    mask = np.zeros(len(catalogue), np.bool_)
    mask[rows] = True
    words, numbers = catalogue.attributes.counts(name, mask)
    if not len(words.counts) and len(numbers.counts) > limit:
        return _spread(np.repeat(numbers.numbers(), numbers.counts))
    found = [
        FacetValue(value, count)
        for counted in (words, numbers)
        for value, count in _labelled(counted, name, catalogue, limit)
    ]
    found.sort(key=lambda each: -each.count)
    return tuple(found[:limit])


def _labelled(
    counted: Counted, name: str, catalogue: CatalogueSnapshot, limit: int
) -> Iterable[tuple[Scalar, int]]:
    """Yield the most frequent values as a product that has each spells them, and their counts."""
    most = np.lexsort((counted.values, -counted.counts))[:limit]
    for place in most.tolist():
        product = catalogue.product_at(int(counted.rows[place]))
        spelt = values_of(name, product.attributes.get(name))
        yield spelt[int(counted.values[place])], int(counted.counts[place])


def _spread(numbers: NDArray[np.float64]) -> NumberFacet | None:
    if not len(numbers):
        return None
    least, largest = float(numbers.min()), float(numbers.max())
    edges = _edges(numbers, least, largest)
    counts = np.bincount(np.searchsorted(edges, numbers, side="right"), minlength=len(edges) + 1)
    bounds = [None, *edges, None]
    ranges = (
        FacetRange(low, high, int(count))
        for low, high, count in zip(bounds[:-1], bounds[1:], counts, strict=True)
        if count
    )
    return NumberFacet(least, largest, tuple(ranges))


def _edges(numbers: NDArray[np.float64], least: float, largest: float) -> list[float]:
    """Return round numbers that divide the others into about equal parts."""
    some = numbers[:: max(1, len(numbers) // SAMPLE)]
    some = some[np.isfinite(some)]
    shares = np.arange(1, RANGES) / RANGES
    if not len(some):
        return []
    rounded = {_round(float(cut)) for cut in np.quantile(some, shares)}
    return sorted(edge for edge in rounded if least < edge <= largest)


def _round(number: float) -> float:
    if not number:
        return 0.0
    size = 10.0 ** np.floor(np.log10(abs(number)))
    nearest = min(_ROUND, key=lambda step: abs(abs(number) / size - step))
    return float(np.copysign(float(f"{nearest * size:.3g}"), number))
