"""The words of a catalogue that a query may name, gathered once for each snapshot."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from concierge.errors import OldSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.searching.understanding.attribute_values import (
    Attribute,
    is_colour,
    is_size,
    values_of,
)
from concierge.searching.understanding.colours import colours_in, own_names
from concierge.searching.understanding.matching import Names
from concierge.searching.understanding.sizes import Ranges, Size, fits, sizes_in
from concierge.shop.catalogue import split_category

if TYPE_CHECKING:
    from concierge.searching.understanding.measures import Measure

# Of more brands or categories, those with most products are known by name.
MOST_TERMS = 10_000

Texts = frozenset[str]


class Vocabulary:
    """Brands, categories, currencies and telling attribute values; each read when first asked for."""

    def __init__(self, catalogue: CatalogueSnapshot) -> None:
        self._catalogue = catalogue

    @cached_property
    def currencies(self) -> Texts:
        """The currencies that the shop sells in, as far as its products say."""
        try:
            return frozenset(self._catalogue.currencies.values) - {""}
        except OldSnapshot:
            return frozenset()

    @cached_property
    def brands(self) -> Names[Texts]:
        """The brands by their names."""
        brands = _frequent(self._catalogue.brands)
        return Names(((brand, frozenset({brand})) for brand in brands), _both)

    @cached_property
    def categories(self) -> Names[Texts]:
        """The paths of categories by the names of their last levels.

        A name of two things, such as `Coffee & Tea`, is not known by one of them: who wants coffee
        may want a machine for it.
        """
        return Names(_category_names(_frequent(self._catalogue.categories)), _both)

    @cached_property
    def own_colours(self) -> Names[str]:
        """The colours that only this shop has a name for."""
        return own_names(str(value) for _, value in self._coloured)

    def coloured(self, colour: str) -> list[Attribute]:
        """Return the values that are a colour, by its name among ours or by the shop's own."""
        return self._colours.get(colour, [])

    def sized(self, size: Size) -> list[Attribute]:
        """Return the values that a size is one of."""
        return [attribute for attribute, ranges in self._sizes if fits(size, ranges)]

    def measuring(self, measure: "Measure") -> list[Attribute]:
        """Return the values that are a measure, in whatever unit."""
        return self._measures.get(measure, [])

    @cached_property
    def _coloured(self) -> list[Attribute]:
        return [each for each in self._values(is_colour) if is_colour(each)]

    @cached_property
    def _colours(self) -> dict[str, list[Attribute]]:
        found: dict[str, list[Attribute]] = {}
        for attribute in self._coloured:
            value = str(attribute.value)
            for colour in colours_in(value) or {value}:
                found.setdefault(colour, []).append(attribute)
        return found

    @cached_property
    def _sizes(self) -> list[tuple[Attribute, Ranges]]:
        sized = (each for each in self._values(is_size) if is_size(each))
        return [(each, ranges) for each in sized if (ranges := sizes_in(each.value))]

    @cached_property
    def _measures(self) -> dict["Measure", list[Attribute]]:
        # Late: most queries have no number, and start sooner without what reads them.
        from concierge.searching.understanding.measures import measure_in

        found: dict[Measure, list[Attribute]] = {}
        for attribute in self._values(
            lambda each: is_size(each) or measure_in(each.value, each.name) is not None
        ):
            if measure := measure_in(attribute.value, attribute.name):
                found.setdefault(measure, []).append(attribute)
        return found

    def _values(self, tells: Callable[[Attribute], bool]) -> list[Attribute]:
        catalogue = self._catalogue
        try:
            attributes = catalogue.attributes
        except OldSnapshot:
            return []
        return list(values_of(attributes, lambda row: catalogue.product_at(row).attributes, tells))


def _frequent(column: Codes) -> list[str]:
    """Return the distinct texts of a column, the most frequent first."""
    counts = np.bincount(column.codes, minlength=len(column.values))
    most = np.argsort(-counts, kind="stable")[:MOST_TERMS].tolist()
    return [column.values[code] for code in most if column.values[code]]


def _category_names(paths: list[str]) -> Iterator[tuple[str, Texts]]:
    known: set[str] = set()
    for path in paths:
        levels = split_category(path)
        for depth, level in enumerate(levels, 1):
            above = " > ".join(levels[:depth])
            if above in known:
                continue
            known.add(above)
            yield level, frozenset({above})


def _both(one: Texts, other: Texts) -> Texts:
    return one | other
