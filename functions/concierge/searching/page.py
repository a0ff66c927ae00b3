"""The products found in their order, and the page that follows a place in it."""

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.ranking import added_up, parts_at, total
from concierge.searching.asking import Hit, Sort
from concierge.searching.candidates import Candidates
from concierge.searching.pages import Place, after, ordered
from concierge.searching.sorting import sort_keys

Rows = NDArray[np.intp]


class Page:
    """One order of the products found; positions are those of the candidates."""

    def __init__(self, found: Candidates, catalogue: CatalogueSnapshot, sort: Sort) -> None:
        self._found = found
        self._catalogue = catalogue
        self._sort = sort
        scores = added_up(found.columns, len(found.rows))
        self._keys = sort_keys(sort, catalogue, found.rows, scores)

    def positions_after(self, place: Place | None, count: int) -> Rows:
        """Return the positions of the next rows, one more than `count` where there are more."""
        rows, keys = self._found.rows, self._keys
        if place is None:
            return ordered(keys, rows, count + 1)
        later = after(keys, rows, *self._now_at(place))
        return later[ordered(tuple(key[later] for key in keys), rows[later], count + 1)]

    def hit(self, position: int) -> Hit:
        """Return the product at a position, explained."""
        parts = parts_at(position, self._found.columns)
        product = self._catalogue.product_at(int(self._found.rows[position]))
        return Hit(product, total(parts), parts, float(self._found.relevance[position]))

    def place(self, position: int, at: float) -> Place:
        """Return where a position is, for the page after it."""
        row = int(self._found.rows[position])
        return Place(
            self._catalogue.id,
            tuple(float(key[position]) for key in self._keys),
            row,
            self._catalogue.hash_at(row),
            at,
        )

    def _now_at(self, place: Place) -> tuple[tuple[float, ...], int]:
        """Return where a place is in this catalogue, which may be another one than it was in.

        Scores of another catalogue are others, so that the product itself tells where to go on, if
        it is still found; by price or date only while its own is what it was.
        """
        if place.catalogue_id == self._catalogue.id:
            return place.keys, place.row
        row = self._catalogue.row_of_hash(place.item)
        if row is None:
            return place.keys, place.row
        position = int(np.searchsorted(self._found.rows, row))
        is_found = position < len(self._found.rows) and self._found.rows[position] == row
        if not is_found:
            return place.keys, row
        keys = tuple(float(key[position]) for key in self._keys)
        return (keys if self._sort == "relevance" or keys[0] == place.keys[0] else place.keys), row
