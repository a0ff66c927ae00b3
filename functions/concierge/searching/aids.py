"""What a search can do without: each is left out where it is not there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.word_query import Expand
from concierge.searching.asking import SearchQuery

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


class Liking(Protocol):
    """Knows what customers like."""

    def shares(
        self, query: SearchQuery, catalogue: CatalogueSnapshot, rows: Rows, now: float
    ) -> Floats | None:
        """Return what share of its relevance each row gains, or None; raise Unavailable."""


class Popular(Protocol):
    """Knows how popular items are, and what customers search for."""

    id: str

    def by_row(self, catalogue: CatalogueSnapshot) -> Floats:
        """Return the popularity of each row, float32 [rows], 1 for the most popular item."""

    def queries(self) -> list[tuple[str, float]]:
        """Return popular queries that found something, each with a share of the most popular."""


class Wordings(Protocol):
    """Knows which words a shop takes for others."""

    def expander(self, language: str) -> Expand:
        """Return what expands queries of a language."""


@dataclass(frozen=True, slots=True)
class Aids:
    """Each is asked for by every search that may use it, so that what is in force is followed."""

    popular: Callable[[], Popular | None] = lambda: None
    liking: Callable[[], Liking | None] = lambda: None
    synonyms: Callable[[], Wordings | None] = lambda: None


NO_AIDS = Aids()
