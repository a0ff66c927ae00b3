"""How alike products are to what a customer dealt with: by vectors, or by words without them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.seeds import Seed
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

# Each costs a lexical search of the catalogue.
MOST_UNREAD = 5


class Alikeness:
    """Compares products with seeds; what the encoder cannot read is compared by its title's words."""

    def __init__(self, catalogue: CatalogueSnapshot, seeds: Sequence[Seed]) -> None:
        self._catalogue = catalogue
        self._vectors = catalogue.vectors
        known = [(row, seed) for seed in seeds if (row := catalogue.row(seed.item_id)) is not None]
        if self._vectors is None:
            known = []
        read = [(row, seed) for row, seed in known if catalogue.understood[row]]
        unread = [(row, seed) for row, seed in known if not catalogue.understood[row]]
        self._seeds = [seed for _, seed in (*read, *unread[:MOST_UNREAD])]
        self._shares = np.array([seed.weight for seed in self._seeds], np.float32)
        self._of_seeds = (
            self._vectors.rows([row for row, _ in read]) if self._vectors and read else None
        )
        self._words = [
            catalogue.lexical.relevance(catalogue.product_at(row).title)
            for row, _ in unread[:MOST_UNREAD]
        ]

    @property
    def centre(self) -> Floats | None:
        """The weighted sum of the seeds' vectors, float32 [d], or None without any."""
        if self._of_seeds is None:
            return None
        centre: Floats = self._shares[: len(self._of_seeds)] @ self._of_seeds
        return centre

    @property
    def words(self) -> list[Floats]:
        """For each seed compared by words, how alike every product is, float32 [products]."""
        return self._words

    def scores(self, rows: Rows) -> Floats | None:
        """Return how alike some rows are to all seeds, weighted; None without seeds."""
        if not self._seeds:
            return None
        scores = np.zeros(len(rows), np.float32)
        if self._vectors and (centre := self.centre) is not None:
            alike = self._vectors.similarities_at(centre, rows)
            scores += alike * self._catalogue.understood[rows]
        read = len(self._seeds) - len(self._words)
        for share, words in zip(self._shares[read:], self._words, strict=True):
            scores += share * words[rows]
        return scores

    def causes(self, row: int) -> list[tuple[str, str, float]]:
        """Return how each seed was acted on, its id and what it gave, for one product."""
        alike = [float(words[row]) for words in self._words]
        if self._vectors and self._of_seeds is not None:
            (vector,) = self._vectors.rows([row])
            cosines = (self._of_seeds @ vector) * self._catalogue.understood[row]
            alike = [*map(float, cosines), *alike]
        return [
            (seed.how, seed.item_id, seed.weight * value)
            for seed, value in zip(self._seeds, alike, strict=True)
        ]
