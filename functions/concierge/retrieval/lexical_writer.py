"""Writes a lexical index: postings sorted on disk, scored once, so that a query only adds up.

Scores are BM25 as Lucene computes it (Robertson and Zaragoza 2009). Tokens are kept as sorted
64-bit hashes; the words that may be misspelt are kept beside them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import ArraysWriter, ArrayWriter
from concierge.language.pieces import pairs_of, wholes_of
from concierge.language.tokens import lexical_tokens
from concierge.retrieval.postings import Floats, rarity, token_hash
from concierge.retrieval.vocabulary import VocabularyWriter

K1 = 1.2
B = 0.5
# Postings are sorted one bucket of hashes at a time, which bounds memory to a 64th of the index.
BUCKETS = 64
_POSTING = np.dtype([("token", "<u8"), ("row", "<i4"), ("frequency", "<f4"), ("is_word", "?")])


class LexicalWriter:
    """Builds the index of texts given row by row."""

    def __init__(self, folder: Path, arrays: ArraysWriter) -> None:
        self._arrays = arrays
        self._lengths: list[float] = []
        self._paths = [folder / f"postings-{number:02}.tmp" for number in range(BUCKETS)]
        self._buckets: list[IO[bytes]] = [path.open("wb") for path in self._paths]
        self._pending: list[tuple[int, int, float, bool]] = []
        self._vocabulary = VocabularyWriter(folder, arrays)

    def add(self, fields: Iterable[tuple[str, float]], paired: int = 0) -> None:
        """Add the next row: its texts, each with the weight that its words count with.

        Of the first `paired` texts, neighbouring words are found as a pair too.
        """
        row = len(self._lengths)
        words: Counter[str] = Counter()
        # What stands for several words makes no text longer, and is no word of its own.
        joined: dict[str, float] = {}
        for number, (text, weight) in enumerate(fields):
            tokens = list(lexical_tokens(text))
            for token in tokens:
                words[token] += weight  # type: ignore[assignment]  # weights are floats
            wholes = list(wholes_of(text))
            self._vocabulary.add(wholes)
            for token in (*wholes, *(pairs_of(tokens) if number < paired else ())):
                joined[token] = max(joined.get(token, 0.0), weight)
        self._vocabulary.add(words)
        self._lengths.append(float(sum(words.values())))
        self._pending.extend(
            (token_hash(token), row, frequency, True) for token, frequency in words.items()
        )
        self._pending.extend(
            (token_hash(token), row, weight, False)
            for token, weight in joined.items()
            if token not in words
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
        self._vocabulary.finish()

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
    weights = rarity(len(norms), counts)
    each = np.repeat(weights, counts)
    frequencies = postings["frequency"]
    saturated = frequencies / (frequencies + norms[postings["row"]])
    writers["tokens"].append(tokens)
    writers["ends"].append(end + starts + counts)
    writers["weights"].append(weights)
    writers["rows"].append(postings["row"])
    writers["scores"].append(each * saturated)
    words = np.where(postings["is_word"], each, np.float32(0))
    return np.bincount(postings["row"], words, len(norms)).astype(np.float32)
