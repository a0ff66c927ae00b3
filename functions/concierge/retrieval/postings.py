"""Postings as a snapshot holds them: nothing is parsed at start-up, only asked-for rows are read."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays
from concierge.retrieval.identifiers import hash_of

Floats = NDArray[np.float32]

token_hash = lru_cache(maxsize=1 << 17)(hash_of)


def rarity(rows: int, counts: NDArray[np.intp]) -> Floats:
    """Return BM25's inverse document frequency of words that `counts` rows of all have."""
    return np.log1p((rows - counts + 0.5) / (counts + 0.5)).astype(np.float32)


class Postings:
    """Tokens by their position, each with a weight and with the rows that have it."""

    def __init__(self, arrays: Arrays, rows: int) -> None:
        self.row_count = rows
        self._tokens = arrays["lexical_tokens"]
        self._ends = arrays["lexical_ends"]
        self._weights = arrays["lexical_weights"]
        self._rows = arrays["lexical_rows"]
        self._scores = arrays["lexical_scores"]
        # A word that no row has counts as if one row had it.
        self.unknown_weight = float(rarity(rows, np.array([1]))[0]) if rows else 1.0

    def position(self, token: str) -> int | None:
        """Return the position of a token, or None where no row has it."""
        wanted = np.uint64(token_hash(token))
        position = int(self._tokens.searchsorted(wanted))
        found = position < len(self._tokens) and self._tokens[position] == wanted
        return position if found else None

    def weight(self, position: int) -> float:
        """Return how much a token weighs: more, the fewer rows have it."""
        return float(self._weights[position])

    def count(self, position: int) -> int:
        """Return how many rows have a token."""
        return int(self._ends[position]) - self._start(position)

    def rows(self, position: int) -> NDArray[np.int32]:
        """Return the rows that have a token, sorted."""
        rows: NDArray[np.int32] = self._rows[self._start(position) : int(self._ends[position])]
        return rows

    def scores(self, position: int) -> Floats:
        """Return the BM25 score of each of the `rows` for a token, below its weight."""
        scores: Floats = self._scores[self._start(position) : int(self._ends[position])]
        return scores

    def shares(self, positions: Sequence[int]) -> tuple[NDArray[np.int32], Floats]:
        """Return the rows that have all of some tokens, and their scores as a share of the weight."""
        rarest, *others = sorted(positions, key=self.count)
        rows, scores = self.rows(rarest), self.scores(rarest)
        for position in others:
            more = self.scores_at(position, rows)
            both = more > 0
            rows, scores = rows[both], scores[both] + more[both]
        return rows, scores / np.float32(sum(map(self.weight, positions)))

    def scores_at(self, position: int, rows: NDArray[np.int32]) -> Floats:
        """Return the score of each of some rows for a token; zero where a row lacks it."""
        having = self.rows(position)
        places = np.minimum(having.searchsorted(rows), len(having) - 1)
        return np.where(having[places] == rows, self.scores(position)[places], np.float32(0))

    def has(self, row: int, positions: Sequence[int]) -> bool:
        """Tell whether a row has all of some tokens."""
        wanted = np.array([row], np.int32)
        return bool(positions) and all(self.scores_at(each, wanted)[0] > 0 for each in positions)

    def _start(self, position: int) -> int:
        return int(self._ends[position - 1]) if position else 0
