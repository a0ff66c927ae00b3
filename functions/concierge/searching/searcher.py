"""Search by words and by meaning together: one candidate set for hits, total and pages."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from concierge.language.detection import detect
from concierge.language.encoder import TextEncoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.filters import Condition, Filter
from concierge.retrieval.live import Live
from concierge.retrieval.paging import read_token, request_key, write_token
from concierge.retrieval.ranking import Part, added_up, best_rows, parts_at, total
from concierge.shop.catalogue import Product

Floats = NDArray[np.float32]

# Below this cosine MiniLM's neighbours are no longer about the query.
COSINE_FLOOR = 0.25
# A hit must reach this share of the best hit by words, or by meaning.
LEXICAL_SHARE = 0.4
SEMANTIC_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is searched; `semantic_ratio` 0 is by words alone and 1 by meaning alone."""

    text: str
    filter: Condition = field(default_factory=Filter)
    semantic_ratio: float = 0.5
    limit: int = 25
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One product found."""

    product: Product
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page; `total` counts all pages."""

    hits: tuple[Hit, ...]
    total: int
    next_token: str | None
    degraded: tuple[str, ...]
    catalogue_id: str
    model_id: str | None


class Searcher:
    """Searches the catalogue in force."""

    def __init__(self, catalogue: Live[CatalogueSnapshot], encoders: Encoders) -> None:
        self._catalogue = catalogue
        self._encoders = encoders

    def search(self, query: SearchQuery) -> SearchResult:
        """Return one page of hits, best first."""
        catalogue = self._catalogue.get()
        encoder = self._encoders.get(catalogue.model)
        key = request_key(query.text, query.filter, query.semantic_ratio, catalogue.id)
        offset = read_token(query.next_token, key)
        allowed = query.filter.mask(catalogue)
        columns, found, degraded = _scored(catalogue, encoder, query, allowed)
        scores = added_up(columns, len(catalogue))
        count = int(np.count_nonzero(found))
        rows = best_rows(scores, found, offset + query.limit)[offset:]
        more = offset + query.limit < count
        return SearchResult(
            hits=tuple(_hit(catalogue, int(row), columns) for row in rows),
            total=count,
            next_token=write_token(offset + query.limit, key) if more else None,
            degraded=degraded,
            catalogue_id=catalogue.id,
            model_id=encoder.model.id if encoder else None,
        )

    def suggest(self, prefix: str, limit: int) -> list[str]:
        """Return completions of what is being typed."""
        return self._catalogue.get().suggestions.complete(prefix, limit)


def _scored(
    catalogue: CatalogueSnapshot,
    encoder: TextEncoder | None,
    query: SearchQuery,
    allowed: NDArray[np.bool_],
) -> tuple[dict[str, Floats], NDArray[np.bool_], tuple[str, ...]]:
    """Return the parts of every row's score, which allowed rows are found, and what was missing."""
    ratio = query.semantic_ratio
    degraded: tuple[str, ...] = ()
    if ratio > 0 and not _understood(catalogue, encoder, query.text):
        ratio, degraded = 0.0, ("semantic",)
    found = np.zeros(len(catalogue), np.bool_)
    columns: dict[str, Floats] = {}
    if ratio < 1:
        words = catalogue.lexical.relevance(query.text)
        found |= _near_best(words, allowed, LEXICAL_SHARE, 0.0)
        columns["lexical"] = words * np.float32(1 - ratio)
    if ratio > 0 and encoder and catalogue.vectors:
        cosines = catalogue.vectors.similarities(encoder.encode([query.text], "query")[0])
        # Cosines of a language that was added are smaller, and right at the same rate.
        floor = COSINE_FLOOR * encoder.languages.get(detect(query.text), 1.0)
        found |= _near_best(cosines, allowed, SEMANTIC_SHARE, floor)
        columns["semantic"] = np.maximum(cosines, 0) * np.float32(ratio)
    return columns, found, degraded


def _understood(catalogue: CatalogueSnapshot, encoder: TextEncoder | None, text: str) -> bool:
    return bool(encoder and catalogue.vectors and detect(text) in encoder.languages)


def _near_best(
    scores: Floats, allowed: NDArray[np.bool_], share: float, floor: float
) -> NDArray[np.bool_]:
    """Return the allowed rows that reach a share of the best of them, and the floor."""
    best = float(scores.max(initial=0.0, where=allowed))
    near: NDArray[np.bool_] = allowed & (scores > floor) & (scores >= share * best)
    return near


def _hit(catalogue: CatalogueSnapshot, row: int, columns: dict[str, Floats]) -> Hit:
    parts = parts_at(row, columns)
    return Hit(catalogue.product_at(row), total(parts), parts)
