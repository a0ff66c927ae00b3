"""Search engines to compare, all over one catalogue snapshot: by words, by meaning, and ours."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from benchmarks.in_force import Held, OneEncoder
from concierge.language.encoder import TextEncoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.ranking import best_rows
from concierge.searching.asking import SearchQuery, SearchResult
from concierge.searching.searcher import Searcher

OURS = "ours"


class Engine(Protocol):
    """Finds products by a text."""

    def ranked(self, text: str, most: int) -> Sequence[str]:
        """Return the ids of the products found, best first."""
        ...


class Bm25:
    """bm25s as it comes: its own tokens, stop words and parameters, over what the encoder reads.

    https://github.com/xhluca/bm25s (Lù, 2024)
    """

    def __init__(self, catalogue: CatalogueSnapshot) -> None:
        # Only the environment of what ours is compared with has it.
        import bm25s

        products = list(catalogue.products())
        self._ids = [product.item_id for product in products]
        self._tokenize: Any = bm25s.tokenize
        self._index: Any = bm25s.BM25()
        texts = [f"{product.text} {product.item_id}" for product in products]
        self._index.index(self._tokenize(texts, show_progress=False), show_progress=False)

    def ranked(self, text: str, most: int) -> list[str]:
        """Return the ids of products with a word of the text."""
        tokens = self._tokenize([text], return_ids=False, show_progress=False)
        if not tokens[0]:
            return []
        count = min(most, len(self._ids))
        rows, scores = self._index.retrieve(tokens, k=count, show_progress=False)
        found = zip(rows[0], scores[0], strict=True)
        return [self._ids[row] for row, score in found if score > 0]


class Cosine:
    """The products whose vectors are nearest to that of the text, and nothing else."""

    def __init__(self, catalogue: CatalogueSnapshot, encoder: TextEncoder) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._everything = np.ones(len(catalogue), np.bool_)

    def ranked(self, text: str, most: int) -> list[str]:
        """Return the ids of the nearest products."""
        vectors = self._catalogue.vectors
        if vectors is None:
            return []
        cosines = vectors.similarities(self._encoder.encode([text], "query")[0])
        rows = best_rows(cosines, self._everything, most)
        return [self._catalogue.product_at(int(row)).item_id for row in rows]


class Ours:
    """What customers get."""

    def __init__(self, catalogue: CatalogueSnapshot, encoder: TextEncoder) -> None:
        live: Any = Held(catalogue)
        encoders: Any = OneEncoder(encoder)
        self._searcher = Searcher(live, encoders)

    def ranked(self, text: str, most: int) -> list[str]:
        """Return the ids of the hits on the first page."""
        return [hit.product.item_id for hit in self.search(text, most).hits]

    def search(self, text: str, most: int) -> SearchResult:
        """Return the first page."""
        return self._searcher.search(SearchQuery(text=text, limit=most))


def engines(catalogue: CatalogueSnapshot, encoder: TextEncoder) -> Mapping[str, Engine]:
    """Return the three that are compared, by their names in tables."""
    return {
        "lexical": Bm25(catalogue),
        "semantic": Cosine(catalogue, encoder),
        OURS: Ours(catalogue, encoder),
    }
