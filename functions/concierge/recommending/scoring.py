"""The parts of a recommendation's score, computed for the whole catalogue at once."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.seeds import Interests
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.retrieval.ranking import DIGITS, Because, Part
from concierge.retrieval.vectors import VectorIndex
from concierge.shop.catalogue import PRICE_BAND_NAMES, Product, split_category

Floats = NDArray[np.float32]

# How much each part may give at most; guessed for now, learnt by a later trainer.
WEIGHTS: Mapping[str, float] = {"content": 1.0, "search": 0.4, "taste": 0.5, "popularity": 0.2}

# Each costs a lexical search of the catalogue.
MOST_UNREAD = 5


class Scoring:
    """The parts of every product's score for one request, and what is behind them.

    `columns` holds each part as float32 [products]; a part that cannot be computed is left out.
    """

    def __init__(
        self, catalogue: CatalogueSnapshot, interests: Interests, popularity: Floats | None
    ) -> None:
        self._interests = interests
        self._alike = _Alike(catalogue, interests) if catalogue.vectors else None
        self.columns: dict[str, Floats] = {}
        if self._alike and self._alike.seeds:
            self.columns["content"] = self._alike.scores() * np.float32(WEIGHTS["content"])
        if interests.queries:
            self.columns["search"] = _search_scores(catalogue, interests.queries)
        if interests.tags:
            self.columns["taste"] = _taste_scores(catalogue, interests.tags)
        if popularity is not None:
            self.columns["popularity"] = popularity * np.float32(WEIGHTS["popularity"])

    def explained(self, row: int, product: Product, part: Part) -> Part:
        """Return a part with the items, queries or tags behind it; they add up to its value."""
        causes: list[tuple[str, str, float]] = []
        if part.name == "content" and self._alike:
            causes = self._alike.causes(row)
        elif part.name == "search":
            queries = self._interests.queries.items()
            causes = [("query", query, share) for query, share in queries]
        elif part.name == "taste":
            tags = set(product.tags)
            liked = self._interests.tags.items()
            causes = [("tag", tag, share) for tag, share in liked if tag in tags]
        return Part(part.name, part.value, _adding_up(causes, part.value))


class _Alike:
    """How alike products are to the seeds: by vectors, or by words where vectors mean nothing."""

    def __init__(self, catalogue: CatalogueSnapshot, interests: Interests) -> None:
        self._catalogue = catalogue
        known = [(catalogue.row(seed.item_id), seed) for seed in interests.items]
        found = [(row, seed) for row, seed in known if row is not None]
        read = [(row, seed) for row, seed in found if catalogue.understood[row]]
        unread = [(row, seed) for row, seed in found if not catalogue.understood[row]]
        self.seeds = [seed for _, seed in (*read, *unread[:MOST_UNREAD])]
        self._vectors = _vectors(catalogue).rows([row for row, _ in read])
        self._words = [
            catalogue.lexical.relevance(catalogue.product_at(row).title)
            for row, _ in unread[:MOST_UNREAD]
        ]

    def scores(self) -> Floats:
        """Return how alike each product is to all seeds, weighted, as float32 [products]."""
        shares = np.array([seed.weight for seed in self.seeds], np.float32)
        read = len(self._vectors)
        scores = np.zeros(len(self._catalogue), np.float32)
        if read:
            centre = shares[:read] @ self._vectors
            scores += _vectors(self._catalogue).similarities(centre) * self._catalogue.understood
        for share, words in zip(shares[read:], self._words, strict=True):
            scores += share * words
        return scores

    def causes(self, row: int) -> list[tuple[str, str, float]]:
        """Return how the seed was acted on, its id and what it gave, for one product."""
        (vector,) = _vectors(self._catalogue).rows([row])
        cosines = (self._vectors @ vector) * self._catalogue.understood[row]
        alike = [*map(float, cosines), *(float(words[row]) for words in self._words)]
        return [
            (seed.how, seed.item_id, seed.weight * value)
            for seed, value in zip(self.seeds, alike, strict=True)
        ]


def _vectors(catalogue: CatalogueSnapshot) -> VectorIndex:
    if catalogue.vectors is None:
        raise ValueError("the snapshot was made without a model")
    return catalogue.vectors


def _search_scores(catalogue: CatalogueSnapshot, queries: Mapping[str, float]) -> Floats:
    scores = np.zeros(len(catalogue), np.float32)
    for query, share in queries.items():
        scores += catalogue.lexical.relevance(query) * np.float32(share * WEIGHTS["search"])
    return scores


def _taste_scores(catalogue: CatalogueSnapshot, tags: Mapping[str, float]) -> Floats:
    scores = _by_code(catalogue.categories, lambda path: _path_score(path, tags))
    scores += _by_code(catalogue.brands, lambda brand: tags.get(f"brand:{brand}", 0.0))
    by_band = [tags.get(f"price:{name}", 0.0) for name in PRICE_BAND_NAMES]
    # The last is for products without a price.
    scores += np.array([*by_band, 0.0], np.float32)[catalogue.price_bands]
    return scores * np.float32(WEIGHTS["taste"])


def _by_code(column: Codes, score: Callable[[str], float]) -> Floats:
    values = np.array([score(value) for value in column.values], np.float32)
    by_row: Floats = values[column.codes] if len(values) else np.zeros(0, np.float32)
    return by_row


def _path_score(path: str, tags: Mapping[str, float]) -> float:
    levels = split_category(path)
    prefixes = (" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1))
    return sum(tags.get(f"category:{prefix}", 0.0) for prefix in prefixes)


def _adding_up(causes: list[tuple[str, str, float]], value: float) -> tuple[Because, ...]:
    """Scale causes so that they add up exactly; rounding and int8 make them a little off."""
    whole = sum(cause[2] for cause in causes)
    if not causes or abs(whole) < 1e-9:
        return ()
    shares = [round(cause[2] / whole * value, DIGITS) for cause in causes]
    shares[0] = round(shares[0] + value - sum(shares), DIGITS)
    found = (
        Because(kind, name, share) for (kind, name, _), share in zip(causes, shares, strict=True)
    )
    return tuple(sorted(found, key=lambda because: -because.value))
