"""The behaviour in force laid out over the catalogue in force: made once for both."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.behaviour_snapshot import Behaviour, BehaviourSnapshot
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class LaidOut:
    """A behaviour model by row of a catalogue.

    `items` is the item of each row, and `rows` the row of each item; -1 where there is none.
    `popularity`, `trend` and `repeat` are float32 [rows], zero for what nobody dealt with.
    """

    id: str
    model: Behaviour
    items: NDArray[np.int32]
    rows: NDArray[np.int32]

    @classmethod
    def over(cls, catalogue: CatalogueSnapshot, behaviour: BehaviourSnapshot) -> "LaidOut":
        """Lay a snapshot out."""
        return cls.of(behaviour.id, behaviour.model, catalogue)

    @classmethod
    def of(cls, name: str, model: Behaviour, catalogue: CatalogueSnapshot) -> "LaidOut":
        """Lay a model out that may be no snapshot yet."""
        hashes, rows_of_hashes = catalogue.identifiers
        positions, known = model.positions(hashes)
        items = np.full(len(catalogue), -1, np.int32)
        items[rows_of_hashes[known]] = positions[known]
        rows = np.full(len(model), -1, np.int32)
        rows[positions[known]] = rows_of_hashes[known]
        return cls(name, model, items, rows)

    @cached_property
    def popularity(self) -> Floats:
        """How popular each row is; the most popular item has 1."""
        return self._by_row(self.model.popularity)

    @cached_property
    def trend(self) -> Floats:
        """How wanted each row is this week; the most wanted item has 1."""
        return self._by_row(self.model.trend)

    @cached_property
    def repeat(self) -> Floats:
        """How probably buyers of each row buy it again at their next visit."""
        return self._by_row(self.model.repeat)

    @cached_property
    def most_popular(self) -> Rows:
        """All rows, the most popular first."""
        return np.lexsort((np.arange(len(self.items)), -self.trend, -self.popularity))

    @cached_property
    def most_wanted(self) -> Rows:
        """The rows that anybody wants this week, the most wanted first."""
        wanted = np.flatnonzero(self.trend > 0)
        return wanted[np.lexsort((wanted, -self.trend[wanted]))]

    def by_rows(self, of_items: NDArray[np.float64], rows: Rows) -> Floats:
        """Return values [items] at some rows, zero where a row is no known item."""
        if not len(of_items):
            return np.zeros(len(rows), np.float32)
        items = self.items[rows]
        return np.where(items >= 0, of_items[items], 0.0).astype(np.float32)

    def _by_row(self, of_items: Floats) -> Floats:
        return self.by_rows(of_items.astype(np.float64), np.arange(len(self.items)))
