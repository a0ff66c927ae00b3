"""BM25 over postings on disk: nothing is parsed at start-up and only asked-for rows are read.

Scores are computed when the index is written (BM25 as Lucene computes it; Robertson and Zaragoza
2009), so that a query only adds up. Tokens are kept as sorted 64-bit hashes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter, ArrayWriter
from concierge.language.tokens import lexical_tokens
from concierge.retrieval.identifiers import hash_of

Floats = NDArray[np.float32]

K1 = 1.2
B = 0.5
# Postings are sorted one bucket of hashes at a time, which bounds memory to a 64th of the index.
BUCKETS = 64
_POSTING = np.dtype([("token", "<u8"), ("row", "<i4"), ("frequency", "<f4")])
_token_hash = lru_cache(maxsize=1 << 17)(hash_of)


class LexicalWriter:
    """Builds the index of texts given row by row."""

    def __init__(self, folder: Path, arrays: ArraysWriter) -> None:
        self._arrays = arrays
        self._lengths: list[float] = []
        self._paths = [folder / f"postings-{number:02}.tmp" for number in range(BUCKETS)]
        self._buckets: list[IO[bytes]] = [path.open("wb") for path in self._paths]
        self._pending: list[tuple[int, int, float]] = []

    def add(self, fields: Iterable[tuple[str, float]]) -> None:
        """Add the next row: its texts, each with the weight that its words count with."""
        row = len(self._lengths)
        frequencies: Counter[str] = Counter()
        for text, weight in fields:
            for token in lexical_tokens(text):
                frequencies[token] += weight  # type: ignore[assignment]  # weights are floats
        self._lengths.append(float(sum(frequencies.values())))
        self._pending.extend(
            (_token_hash(token), row, frequency) for token, frequency in frequencies.items()
        )
        if len(self._pending) >= 1 << 18:
            self._spill()

    def finish(self) -> None:
        """Sort the postings, score them and write the index."""
        self._spill()
        for bucket in self._buckets:
            bucket.close()
        lengths = np.array(self._lengths, np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        norms = K1 * (1 - B + B * lengths / max(mean, 1e-9))
        writers = {
            "tokens": self._arrays.column("lexical_tokens", np.uint64),
            "ends": self._arrays.column("lexical_ends", np.int64),
            "weights": self._arrays.column("lexical_weights", np.float32),
            "rows": self._arrays.column("lexical_rows", np.int32),
            "scores": self._arrays.column("lexical_scores", np.float32),
        }
        end = 0
        row_weights = np.zeros(len(lengths), np.float32)
        for path in self._paths:
            postings = np.fromfile(path, _POSTING)
            row_weights += _write_bucket(postings, norms, writers, end)
            end += len(postings)
            path.unlink()
        self._arrays.put("lexical_row_weights", row_weights)

    def _spill(self) -> None:
        postings = np.array(self._pending, _POSTING)
        self._pending.clear()
        numbers = postings["token"] >> np.uint64(58)
        for number in np.unique(numbers):
            self._buckets[int(number)].write(postings[numbers == number].tobytes())


def _write_bucket(
    postings: NDArray[np.void], norms: Floats, writers: Mapping[str, ArrayWriter], end: int
) -> Floats:
    """Append the postings of one bucket; return the summed weight of each row's words in it."""
    postings = postings[np.lexsort((postings["row"], postings["token"]))]
    tokens, starts, counts = np.unique(postings["token"], return_index=True, return_counts=True)
    weights = _rarity(len(norms), counts)
    each = np.repeat(weights, counts)
    frequencies = postings["frequency"]
    saturated = frequencies / (frequencies + norms[postings["row"]])
    writers["tokens"].append(tokens)
    writers["ends"].append(end + starts + counts)
    writers["weights"].append(weights)
    writers["rows"].append(postings["row"])
    writers["scores"].append(each * saturated)
    return np.bincount(postings["row"], each, len(norms)).astype(np.float32)


def _rarity(rows: int, counts: NDArray[np.intp]) -> Floats:
    """Return BM25's inverse document frequency of words that `counts` rows of all have."""
    return np.log1p((rows - counts + 0.5) / (counts + 0.5)).astype(np.float32)


class LexicalIndex:
    """The postings of a snapshot."""

    def __init__(self, arrays: Arrays, rows: int) -> None:
        self._count = rows
        self._tokens = arrays["lexical_tokens"]
        self._ends = arrays["lexical_ends"]
        self._weights = arrays["lexical_weights"]
        self._rows = arrays["lexical_rows"]
        self._scores = arrays["lexical_scores"]
        self._row_weights = arrays["lexical_row_weights"]
        # A word that the index does not know counts as if one row had it.
        self._unknown = float(_rarity(rows, np.array([1]))[0]) if rows else 1.0

    def scores(self, query: str) -> Floats:
        """Return the BM25 score of every row, as float32 [n]; zero where no word matches."""
        scores = np.zeros(self._count, np.float32)
        for position in self._known(query):
            postings = self._postings(position)
            scores[self._rows[postings]] += self._scores[postings]
        return scores

    def relevance(self, query: str) -> Floats:
        """Return BM25 as a share of what a row full of every query word could reach, 0 to 1."""
        return self.scores(query) / np.float32(self._weight(query))

    def overlap(self, query: str) -> Floats:
        """Return how alike the words of the query and of each row are, 0 to 1, float32 [n].

        Twice the weight of the shared words over the weight of both (Dice), rare words weighing
        more; for rows about as long as the query, such as questions.
        """
        shared = np.zeros(self._count, np.float32)
        for position in self._known(query):
            shared[self._rows[self._postings(position)]] += self._weights[position]
        both = self._row_weights + np.float32(self._weight(query))
        return (2 * shared / both).astype(np.float32, copy=False)

    def _known(self, query: str) -> list[int]:
        positions = map(self._position, dict.fromkeys(lexical_tokens(query)))
        return [position for position in positions if position is not None]

    def _weight(self, query: str) -> float:
        """Return the weight of all words of the query, known or not; never zero."""
        positions = map(self._position, dict.fromkeys(lexical_tokens(query)))
        weights = (
            self._unknown if position is None else float(self._weights[position])
            for position in positions
        )
        return sum(weights) or 1.0

    def _position(self, token: str) -> int | None:
        wanted = np.uint64(_token_hash(token))
        position = int(np.searchsorted(self._tokens, wanted))
        found = position < len(self._tokens) and self._tokens[position] == wanted
        return position if found else None

    def _postings(self, position: int) -> slice:
        start = int(self._ends[position - 1]) if position else 0
        return slice(start, int(self._ends[position]))
