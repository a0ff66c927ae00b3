"""The parts of a recommendation's score, computed for the whole catalogue at once."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.seeds import Interests, Seed
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.codes import Codes
from concierge.retrieval.ranking import DIGITS, Because, Part
from concierge.shop.catalogue import PRICE_BANDS, price_band, split_category

Floats = NDArray[np.float32]

# How much each part may give at most; guessed for now, learnt by a later trainer.
WEIGHTS: Mapping[str, float] = {"content": 1.0, "search": 0.4, "taste": 0.5, "popularity": 0.2}

# Each costs a lexical search of the catalogue.
MOST_UNREAD = 5


def score_columns(
    catalogue: CatalogueSnapshot, interests: Interests, popularity: Floats | None
) -> dict[str, Floats]:
    """Return each part as float32 [products]; a part that cannot be computed is left out."""
    columns: dict[str, Floats] = {}
    seeds = known_seeds(catalogue, interests)
    if seeds and catalogue.vectors:
        columns["content"] = _content_scores(catalogue, seeds) * np.float32(WEIGHTS["content"])
    if interests.queries:
        columns["search"] = _search_scores(catalogue, interests.queries)
    if interests.tags:
        columns["taste"] = _taste_scores(catalogue, interests.tags)
    if popularity is not None:
        columns["popularity"] = popularity * np.float32(WEIGHTS["popularity"])
    return columns


def explained(catalogue: CatalogueSnapshot, interests: Interests, row: int, part: Part) -> Part:
    """Return a part with the items, queries or tags behind it; they add up to its value."""
    if part.name == "content":
        causes = _item_causes(catalogue, known_seeds(catalogue, interests), row)
    elif part.name == "search":
        causes = [("query", query, share) for query, share in interests.queries.items()]
    elif part.name == "taste":
        tags = set(catalogue.product_at(row).tags)
        causes = [("tag", tag, share) for tag, share in interests.tags.items() if tag in tags]
    else:
        causes = []
    return Part(part.name, part.value, _adding_up(causes, part.value))


def known_seeds(catalogue: CatalogueSnapshot, interests: Interests) -> list[tuple[int, Seed]]:
    """Return the seeds that the catalogue still has, with their rows."""
    rows = ((catalogue.row(seed.item_id), seed) for seed in interests.items)
    return [(row, seed) for row, seed in rows if row is not None]


def _content_scores(catalogue: CatalogueSnapshot, seeds: list[tuple[int, Seed]]) -> Floats:
    """Return how alike each product is to the seeds together, weighted, as float32 [products]."""
    scores = np.zeros(len(catalogue), np.float32)
    read, unread = _by_understanding(catalogue, seeds)
    if read and catalogue.vectors:
        shares = np.array([seed.weight for _, seed in read], np.float32)
        centre = shares @ catalogue.vectors.rows([row for row, _ in read])
        scores += catalogue.vectors.similarities(centre) * catalogue.understood
    for row, seed in unread:
        scores += _alike_in_words(catalogue, row) * np.float32(seed.weight)
    return scores


def _by_understanding(
    catalogue: CatalogueSnapshot, seeds: list[tuple[int, Seed]]
) -> tuple[list[tuple[int, Seed]], list[tuple[int, Seed]]]:
    """Part the seeds that the encoder can read from the first few that only words compare."""
    read = [(row, seed) for row, seed in seeds if catalogue.understood[row]]
    unread = [(row, seed) for row, seed in seeds if not catalogue.understood[row]]
    return read, unread[:MOST_UNREAD]


def _alike_in_words(catalogue: CatalogueSnapshot, row: int) -> Floats:
    return catalogue.lexical.relevance(catalogue.product_at(row).title)


def _search_scores(catalogue: CatalogueSnapshot, queries: Mapping[str, float]) -> Floats:
    scores = np.zeros(len(catalogue), np.float32)
    for query, share in queries.items():
        scores += catalogue.lexical.relevance(query) * np.float32(share * WEIGHTS["search"])
    return scores


def _taste_scores(catalogue: CatalogueSnapshot, tags: Mapping[str, float]) -> Floats:
    scores = _by_code(catalogue.categories, lambda path: _path_score(path, tags))
    scores += _by_code(catalogue.brands, lambda brand: tags.get(f"brand:{brand}", 0.0))
    edges = np.array(PRICE_BANDS, np.float64)
    bands = np.searchsorted(edges, catalogue.prices, side="right")
    by_band = [tags.get(f"price:{price_band(low)}", 0.0) for low in (0, *PRICE_BANDS)]
    # An unknown price is NaN, which sorts behind every edge but belongs to no band.
    scores += np.where(np.isnan(catalogue.prices), 0, np.array(by_band)[bands])
    return (scores * WEIGHTS["taste"]).astype(np.float32)


def _by_code(column: Codes, score: Callable[[str], float]) -> NDArray[np.float64]:
    values = np.array([score(value) for value in column.values], np.float64)
    return values[column.codes] if len(values) else np.zeros(len(column.codes))


def _path_score(path: str, tags: Mapping[str, float]) -> float:
    levels = split_category(path)
    prefixes = (" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1))
    return sum(tags.get(f"category:{prefix}", 0.0) for prefix in prefixes)


def _item_causes(
    catalogue: CatalogueSnapshot, seeds: list[tuple[int, Seed]], row: int
) -> list[tuple[str, str, float]]:
    assert catalogue.vectors is not None  # noqa: S101 - a content part exists
    read, unread = _by_understanding(catalogue, seeds)
    vectors = catalogue.vectors.rows([row, *(seed_row for seed_row, _ in read)])
    cosines = (vectors[1:] @ vectors[0]) * catalogue.understood[row]
    alike = [float(_alike_in_words(catalogue, seed_row)[row]) for seed_row, _ in unread]
    values = zip([*read, *unread], [*map(float, cosines), *alike], strict=True)
    return [(seed.how, seed.item_id, seed.weight * value) for (_, seed), value in values]


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
