"""Understand a query by the catalogue that it is asked of."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.searching.understanding.understood import Understanding

Mask = NDArray[np.bool_]


class Understander:
    """Understands queries; keeps the vocabulary of the catalogue in force between calls."""

    def understand(
        self,
        query: str,
        catalogue: CatalogueSnapshot,
        ignore: Collection[str] = (),
        allowed: Mask | None = None,
    ) -> Understanding:
        """Return what the query says, without the parts that are to be ignored."""
        del catalogue, ignore, allowed
        return Understanding(query)
