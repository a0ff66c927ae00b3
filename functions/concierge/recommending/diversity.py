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

    `vectors` is float32 [n, d] or None, `read` bool [n], `categories` codes int32 [n], of which
    `nameless` is that of items without a category.
    """

    vectors: Floats | None
    read: Mask
    categories: NDArray[np.int32]
    nameless: int

    @classmethod
    def of(cls, catalogue: CatalogueSnapshot, rows: Rows) -> Self:
        """Return the looks of some rows."""
        names, vectors = catalogue.categories.values, catalogue.vectors
        return cls(
            vectors=vectors.rows(rows) if vectors else None,
            read=catalogue.understood[rows] if vectors else np.zeros(len(rows), np.bool_),
            categories=catalogue.categories.codes[rows],
            nameless=names.index("") if "" in names else -1,
        )

    def likeness(self, others: "Looks") -> Floats:
        """Return how alike each is to each of the others, from 0 to 1: float32 [n, others]."""
        if self.vectors is None or others.vectors is None:
            return self._by_category(others)
        alike: Floats = (self.vectors @ others.vectors.T).clip(0, 1)
        if not (self.read.all() and others.read.all()):
            unread = ~(self.read[:, None] & others.read)
            alike[unread] = self._by_category(others)[unread]
        return alike

    def _by_category(self, others: "Looks") -> Floats:
        named = self.categories[:, None] != self.nameless
        same: Floats = ((self.categories[:, None] == others.categories) & named).astype(np.float32)
        return same


class Window:
    """The best candidates, arranged among themselves; `rows` come with the highest score first."""

    def __init__(
        self, catalogue: CatalogueSnapshot, rows: Rows, scores: Floats, diversity: float
    ) -> None:
        self.rows = rows
        self._catalogue = catalogue
        self._places = {row: place for place, row in enumerate(rows.tolist())}
        # What cannot be placed any more counts minus infinity.
        self._scores = scores.copy()
        # Twice the way from the best to the middle: their spread, but for a few at the far end.
        spread = 2 * float(scores[0] - scores[len(scores) // 2])
        self._weight = np.float32(diversity * max(spread, LEAST_SPREAD))
        self._penalties = np.zeros(len(rows), np.float32)
        self._looks = Looks.of(catalogue, rows) if diversity else None
        # All at once: one product of matrices takes half the time of a hundred with vectors.
        self._alike = self._looks.likeness(self._looks) if self._looks else None

    def see_earlier(self, rows: Rows) -> None:
        """Take note of rows that were placed before this window was opened."""
        if self._looks is not None and len(rows):
            self._penalise(Looks.of(self._catalogue, rows).likeness(self._looks).max(axis=0))

    def see(self, row: int) -> None:
        """Take note of a row that was placed, be it of this window or not."""
        place = self._places.get(row)
        if place is None:
            self.see_earlier(np.array([row], np.intp))
            return
        self._scores[place] = -np.inf
        if self._alike is not None:
            self._penalise(self._alike[place])

    def close(self, closed: Mask) -> None:
        """Take candidates out, given as a flag for each."""
        self._scores[closed] = -np.inf

    def best(self) -> tuple[int, float] | None:
        """Return the row to place next and its penalty, or None where nothing waits."""
        marginal = self._scores - self._penalties if self._looks else self._scores
        place = int(marginal.argmax())
        if marginal[place] == -np.inf:
            return None
        return int(self.rows[place]), float(self._penalties[place])

    def _penalise(self, alike: Floats) -> None:
        np.maximum(self._penalties, alike * self._weight, out=self._penalties)
