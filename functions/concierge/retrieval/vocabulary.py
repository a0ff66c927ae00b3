"""The words of an index, for finding those that a misspelt one may mean.

Words of a length are the sorted rows of one block, so that a search reads those of a few lengths. Beside
each is its signature: which letters it has, and which twice or three times. An edit changes at
most two bits of it, which rules out all but a few words at the price of one XOR each.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.language.spelling import LONGEST, SHORTEST, distances

Signatures = NDArray[np.uint64]

_INDEXED = re.compile(rf"[a-z]{{{SHORTEST},{LONGEST}}}")
# Words seen lately are remembered so that most repeats are not written; the rest go at the end.
_REMEMBERED = 1 << 16
_BUCKETS = 16
# The letters of which three are common enough to tell words apart: what is left of 64 bits.
_THRICE = "aeilnorst"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BITS: dict[str, tuple[int, ...]] = {}
for _letter in _LETTERS:
    _first = sum(map(len, _BITS.values()))
    _BITS[_letter] = tuple(range(_first, _first + (3 if _letter in _THRICE else 2)))


class VocabularyWriter:
    """Collects the words of an index on disk, with memory for a sixteenth of them."""

    def __init__(self, folder: Path, arrays: ArraysWriter) -> None:
        self._arrays = arrays
        self._seen: set[str] = set()
        self._paths = [folder / f"words-{number:02}.tmp" for number in range(_BUCKETS)]
        self._buckets: list[IO[str]] = [path.open("w", encoding="ascii") for path in self._paths]

    def add(self, words: Iterable[str]) -> None:
        """Add the words that may be looked for."""
        for word in words:
            if word in self._seen or not _INDEXED.fullmatch(word):
                continue
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen.add(word)
            self._buckets[_bucket(word)].write(f"{word}\n")

    def finish(self) -> None:
        """Write the words by length, each once and in order, and their signatures."""
        for bucket in self._buckets:
            bucket.close()
        blocks: list[list[bytes]] = [[] for _ in range(LONGEST + 1)]
        for path in self._paths:
            distinct = set(path.read_text("ascii").split())
            for length in range(SHORTEST, LONGEST + 1):
                blocks[length].append("".join(w for w in distinct if len(w) == length).encode())
            path.unlink()
        letters = self._arrays.column("word_letters", np.uint8)
        signatures = self._arrays.column("word_signatures", np.uint64)
        counts = np.zeros(LONGEST + 1, np.int64)
        for length in range(SHORTEST, LONGEST + 1):
            words = np.sort(np.frombuffer(b"".join(blocks[length]), f"S{length}"))
            block = words.view(np.uint8).reshape(-1, length)
            letters.append(block.ravel())
            signatures.append(_signatures(block))
            counts[length] = len(block)
        self._arrays.put("word_counts", counts)


class Vocabulary:
    """The words of an index."""

    def __init__(self, arrays: Arrays) -> None:
        counts = arrays["word_counts"]
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        lengths = np.arange(len(counts))
        self._first_letters = np.cumsum(counts * lengths) - counts * lengths
        self._letters = arrays["word_letters"]
        self._signatures = arrays["word_signatures"]

    @classmethod
    def open(cls, arrays: Arrays) -> "Vocabulary | None":
        """Return the words of a snapshot; those of earlier versions have none."""
        return cls(arrays) if "word_counts" in arrays else None

    def __len__(self) -> int:
        return len(self._signatures)

    def __contains__(self, word: str) -> bool:
        if not _INDEXED.fullmatch(word):
            return False
        words = self._block(len(word)).view(f"S{len(word)}").ravel()
        place = int(words.searchsorted(word.encode()))
        return place < len(words) and bool(words[place] == word.encode())

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        """Return the words at most so many edits away, and how many."""
        lengths = range(max(len(word) - most, SHORTEST), min(len(word) + most, LONGEST) + 1)
        like, sizes = [], []
        signature = np.uint64(signature_of(word))
        for length in lengths:
            start, end = int(self._starts[length]), int(self._ends[length])
            changed = np.bitwise_count(self._signatures[start:end] ^ signature)
            # Letters too many or too few change one bit each, others two.
            alike = np.flatnonzero(changed <= 2 * most - abs(length - len(word)))
            padded = np.zeros((len(alike), len(word) + most), np.uint8)
            padded[:, :length] = self._block(length)[alike]
            like.append(padded)
            sizes.append(np.full(len(alike), length))
        if not like:
            return []
        found, found_lengths = np.concatenate(like), np.concatenate(sizes)
        away = distances(word, found, found_lengths, most)
        return [
            (found[row, : found_lengths[row]].tobytes().decode("ascii"), int(away[row]))
            for row in np.flatnonzero(away <= most)
        ]

    def _block(self, length: int) -> NDArray[np.uint8]:
        first = int(self._first_letters[length])
        count = int(self._ends[length] - self._starts[length])
        return self._letters[first : first + count * length].reshape(count, length)


def _bucket(word: str) -> int:
    # Any spread will do that is the same for the same word.
    return (ord(word[0]) * 31 + ord(word[1]) * 7 + ord(word[2])) % _BUCKETS


def signature_of(word: str) -> int:
    """Return the bits of the letters that a word has once, twice or more."""
    signature = 0
    for letter in set(word):
        for bit in _BITS[letter][: word.count(letter)]:
            signature |= 1 << bit
    return signature


def _signatures(block: NDArray[np.uint8]) -> Signatures:
    """Return `signature_of` each of [n, length] words."""
    signatures = np.zeros(len(block), np.uint64)
    for letter, bits in _BITS.items():
        times = (block == ord(letter)).sum(axis=1)
        for least, bit in enumerate(bits, start=1):
            signatures |= (times >= least).astype(np.uint64) << np.uint64(bit)
    return signatures
