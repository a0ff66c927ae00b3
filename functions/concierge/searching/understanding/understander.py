"""Understand a query by the catalogue that it is asked of."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.searching.understanding.candidates import candidates, longer_names
from concierge.searching.understanding.choosing import Choice
from concierge.searching.understanding.plain import Plain
from concierge.searching.understanding.understood import Understanding
from concierge.searching.understanding.vocabulary import Vocabulary


class Understander:
    """Understands queries; keeps the vocabulary of the catalogue in force between calls."""

    def __init__(self) -> None:
        self._known: tuple[CatalogueSnapshot, Vocabulary] | None = None

    def understand(
        self,
        query: str,
        catalogue: CatalogueSnapshot,
        ignore: Collection[str] = (),
        allowed: NDArray[np.bool_] | None = None,
    ) -> Understanding:
        """Return what the query says, without the parts that are to be ignored.

        `allowed` are the rows that the request lets through; what none of them has is no filter.
        """
        plain, vocabulary = Plain(query), self._vocabulary(catalogue)
        read = [
            candidate
            for candidate in candidates(plain, vocabulary)
            if not {candidate.part.id, candidate.part.kind} & set(ignore)
        ]
        if not read:
            return Understanding(query)
        rows = np.ones(len(catalogue), np.bool_) if allowed is None else allowed
        return Choice(query, catalogue, rows).of(read, longer_names(plain, vocabulary))

    def _vocabulary(self, catalogue: CatalogueSnapshot) -> Vocabulary:
        if self._known is None or self._known[0] is not catalogue:
            self._known = (catalogue, Vocabulary(catalogue))
        return self._known[1]
