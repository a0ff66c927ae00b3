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

from concierge.language.tokens import lexical_tokens
from concierge.retrieval.arrays import ArrayWriter, open_array
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

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            "tokens": ArrayWriter(self._folder / "lexical_tokens.npy", np.uint64),
            "ends": ArrayWriter(self._folder / "lexical_ends.npy", np.int64),
            "weights": ArrayWriter(self._folder / "lexical_weights.npy", np.float32),
            "rows": ArrayWriter(self._folder / "lexical_rows.npy", np.int32),
            "scores": ArrayWriter(self._folder / "lexical_scores.npy", np.float32),
        }
        end = 0
        for path in self._paths:
            end = _write_bucket(np.fromfile(path, _POSTING), norms, writers, end)
            path.unlink()
        for writer in writers.values():
            writer.close()

    def _spill(self) -> None:
        postings = np.array(self._pending, _POSTING)
        self._pending.clear()
        numbers = postings["token"] >> np.uint64(58)
        for number in np.unique(numbers):
            self._buckets[int(number)].write(postings[numbers == number].tobytes())


def _write_bucket(
    postings: NDArray[np.void], norms: Floats, writers: Mapping[str, ArrayWriter], end: int
) -> int:
    postings = postings[np.lexsort((postings["row"], postings["token"]))]
    tokens, starts, counts = np.unique(postings["token"], return_index=True, return_counts=True)
    weights = np.log1p((len(norms) - counts + 0.5) / (counts + 0.5)).astype(np.float32)
    frequencies = postings["frequency"]
    saturated = frequencies / (frequencies + norms[postings["row"]])
    writers["tokens"].append(tokens)
    writers["ends"].append(end + starts + counts)
    writers["weights"].append(weights)
    writers["rows"].append(postings["row"])
    writers["scores"].append(np.repeat(weights, counts) * saturated)
    return end + len(postings)


class LexicalIndex:
    """The postings of a snapshot."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._count = rows
        self._tokens = open_array(folder / "lexical_tokens.npy")
        self._ends = open_array(folder / "lexical_ends.npy")
        self._weights = open_array(folder / "lexical_weights.npy")
        self._rows = open_array(folder / "lexical_rows.npy")
        self._scores = open_array(folder / "lexical_scores.npy")

    def scores(self, query: str) -> Floats:
        """Return the BM25 score of every row, as float32 [n]; zero where no word matches."""
        scores = np.zeros(self._count, np.float32)
        for token in dict.fromkeys(lexical_tokens(query)):
            position = self._position(token)
            if position is not None:
                postings = self._postings(position)
                scores[self._rows[postings]] += self._scores[postings]
        return scores

    def coverage(self, query: str) -> Floats:
        """Return which share of the query's words each row has, weighted by how rare they are.

        float32 [n] from 0 to 1, length and repetition of the row's text aside.
        """
        shares = np.zeros(self._count, np.float32)
        for token in dict.fromkeys(lexical_tokens(query)):
            position = self._position(token)
            if position is not None:
                shares[self._rows[self._postings(position)]] += self._weights[position]
        return shares / np.float32(max(self.best_possible(query), 1e-9))

    def best_possible(self, query: str) -> float:
        """Return the score of a row that would match every word of the query fully.

        A word that the index does not know counts as if one row had it.
        """
        unknown = float(np.log1p((self._count + 0.5) / 1.5))
        positions = map(self._position, dict.fromkeys(lexical_tokens(query)))
        return sum(
            unknown if position is None else float(self._weights[position])
            for position in positions
        )

    def _position(self, token: str) -> int | None:
        wanted = np.uint64(_token_hash(token))
        position = int(np.searchsorted(self._tokens, wanted))
        found = position < len(self._tokens) and self._tokens[position] == wanted
        return position if found else None

    def _postings(self, position: int) -> slice:
        start = int(self._ends[position - 1]) if position else 0
        return slice(start, int(self._ends[position]))
