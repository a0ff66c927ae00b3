"""Maximal marginal relevance: an item counts less the more it is like those placed before it.

Carbonell and Goldstein, "The use of MMR, diversity-based reranking" (SIGIR 1998), with the
trade-off written as a penalty so that the explanation stays a sum: score - weight x likeness.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# Where all candidates score the same, diversity decides alone, in parts that can still be read.
LEAST_SPREAD = 0.01


@dataclass(frozen=True, slots=True)
class Looks:
    """What items are compared by: unit vectors where the encoder read them, else categories.

    `vectors` is float32 [n, d] or None, `read` bool [n], `categories` int32 [n], -1 for none.
    """

    vectors: Floats | None
    read: Mask
    categories: NDArray[np.int32]

    @classmethod
    def of(cls, catalogue: CatalogueSnapshot, rows: Rows) -> Self:
        """Return the looks of some rows."""
        vectors = catalogue.vectors
        codes = catalogue.categories.codes[rows]
        if "" in catalogue.categories.values:
            nameless = catalogue.categories.values.index("")
            codes = np.where(codes == nameless, np.int32(-1), codes)
        read = catalogue.understood[rows] if vectors else np.zeros(len(rows), np.bool_)
        return cls(vectors.rows(rows) if vectors else None, read, codes)

    def likeness(self, others: "Looks") -> Floats:
        """Return how alike each is to each of the others, from 0 to 1: float32 [n, others]."""
        known = self.categories[:, None] >= 0
        same = (self.categories[:, None] == others.categories) & known
        if self.vectors is None or others.vectors is None:
            return same.astype(np.float32)
        alike: Floats = (self.vectors @ others.vectors.T).clip(0, 1)
        if self.read.all() and others.read.all():
            return alike
        both_read = self.read[:, None] & others.read
        mixed: Floats = np.where(both_read, alike, same).astype(np.float32)
        return mixed


class Window:
    """The best candidates, arranged among themselves; `rows` come with the highest score first."""

    def __init__(
        self, catalogue: CatalogueSnapshot, rows: Rows, scores: Floats, diversity: float
    ) -> None:
        self._catalogue = catalogue
        self.rows = rows
        self._scores = scores
        self._waiting = np.ones(len(rows), np.bool_)
        self._places = {int(row): place for place, row in enumerate(rows)}
        # Twice the way from the best to the middle: their spread, but for a few at the far end.
        spread = 2 * float(scores[0] - scores[len(scores) // 2])
        self._weight = np.float32(diversity * max(spread, LEAST_SPREAD))
        self._looks = Looks.of(catalogue, rows) if diversity else None
        self._likeness = np.zeros(len(rows), np.float32)

    def see(self, rows: Rows) -> None:
        """Take note of rows that were placed, be they of this window or not."""
        for row in rows:
            place = self._places.get(int(row))
            if place is not None:
                self._waiting[place] = False
        if self._looks is not None and len(rows):
            alike = Looks.of(self._catalogue, rows).likeness(self._looks).max(axis=0)
            np.maximum(self._likeness, alike, out=self._likeness)

    def close(self, closed: Mask) -> None:
        """Take candidates out, given as a flag for each."""
        self._waiting &= ~closed

    def best(self) -> tuple[int, float] | None:
        """Return the row to place next and its penalty, or None where nothing waits."""
        if not self._waiting.any():
            return None
        penalties = self._weight * self._likeness
        marginal = np.where(self._waiting, self._scores - penalties, -np.inf)
        place = int(marginal.argmax())
        return int(self.rows[place]), float(penalties[place])
