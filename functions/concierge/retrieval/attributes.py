"""The attributes of products as sorted numbers on disk: nothing is read before it is asked for.

Each value of each product is one posting: a hash of the attribute's name, a number that stands
for the value, the row. Texts and truth values stand as 64-bit hashes, so that one that is different
in every row costs what any other does; numbers stand as numbers in the same order.
"""

import json
import struct
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter, ArrayWriter
from concierge.language.tokens import fold
from concierge.retrieval.identifiers import hash_of

Mask = NDArray[np.bool_]
Sortable = NDArray[np.uint64]
Scalar = str | float | bool

# What bounds the postings of one product; further values of a list cannot be filtered by.
MOST_VALUES = 100
# Postings are sorted one bucket of names at a time, which bounds memory to a share of all.
BUCKETS = 16
PENDING = 1 << 16
# A shop that writes a new name for each product has its first ones listed.
MOST_NAMES = 10_000
_POSTING = np.dtype([("key", "<u8"), ("value", "<u8"), ("row", "<i4")])
_SIGN = 1 << 63
_ALL = (1 << 64) - 1


class AttributesWriter:
    """Gathers the attributes of products given row by row."""

    def __init__(self, folder: Path, arrays: ArraysWriter) -> None:
        self._arrays = arrays
        self._paths = [folder / f"attributes-{number:02}.tmp" for number in range(BUCKETS)]
        self._buckets: list[IO[bytes]] = [path.open("wb") for path in self._paths]
        self._pending = (array("Q"), array("Q"), array("i"))
        self._names: Counter[str] = Counter()

    def add(self, row: int, attributes: Iterable[tuple[str, Any]]) -> None:
        """Add the attributes of a row."""
        keys, values, rows = self._pending
        for name, value in attributes:
            # A value that a list repeats is one posting.
            postings = set(_postings(name, value))
            for key, number in postings:
                keys.append(key)
                values.append(number)
                rows.append(row)
            if postings and (name in self._names or len(self._names) < MOST_NAMES):
                self._names[name] += 1
        if len(rows) >= PENDING:
            self._spill()

    def finish(self) -> None:
        """Sort the postings and write them."""
        self._spill()
        writers = {
            "keys": self._arrays.column("attribute_keys", np.uint64),
            "ends": self._arrays.column("attribute_ends", np.int64),
            "values": self._arrays.column("attribute_values", np.uint64),
            "rows": self._arrays.column("attribute_rows", np.int32),
        }
        end = 0
        for path, bucket in zip(self._paths, self._buckets, strict=True):
            bucket.close()
            postings = np.fromfile(path, _POSTING)
            _write_bucket(postings, writers, end)
            end += len(postings)
            path.unlink()
        names = json.dumps([name for name, _ in self._names.most_common()], ensure_ascii=False)
        self._arrays.put("attribute_names", np.frombuffer(names.encode(), np.uint8))

    def _spill(self) -> None:
        keys, values, rows = self._pending
        postings = np.empty(len(rows), _POSTING)
        postings["key"], postings["value"], postings["row"] = keys, values, rows
        self._pending = (array("Q"), array("Q"), array("i"))
        numbers = postings["key"] >> np.uint64(64 - (BUCKETS - 1).bit_length())
        for number in np.unique(numbers):
            self._buckets[int(number)].write(postings[numbers == number].tobytes())


def _write_bucket(postings: NDArray[np.void], writers: dict[str, ArrayWriter], end: int) -> None:
    order = np.lexsort((postings["row"], postings["value"], postings["key"]))
    postings = postings[order]
    keys, starts, counts = np.unique(postings["key"], return_index=True, return_counts=True)
    writers["keys"].append(keys)
    writers["ends"].append(end + starts + counts)
    writers["values"].append(postings["value"])
    writers["rows"].append(postings["row"])


@dataclass(frozen=True, slots=True)
class Counted:
    """Values as they are kept, how many of some rows have each, and one row that has it."""

    values: Sortable
    counts: NDArray[np.int64]
    rows: NDArray[np.int32]

    def numbers(self) -> NDArray[np.float64]:
        """Return the values where all of them are numbers, as float64."""
        high = np.uint64(_SIGN)
        bits = np.where(self.values & high, self.values ^ high, ~self.values)
        return bits.astype("<u8").view("<f8")


class Attributes:
    """The attributes of a catalogue."""

    def __init__(self, arrays: Arrays, rows: int) -> None:
        self._count = rows
        self._keys = arrays["attribute_keys"]
        self._ends = arrays["attribute_ends"]
        self._values = arrays["attribute_values"]
        self._rows = arrays["attribute_rows"]
        self._arrays = arrays

    @cached_property
    def names(self) -> list[str]:
        """The names of attributes, the most frequent first; none in an older snapshot."""
        if "attribute_names" not in self._arrays:
            return []
        names: list[str] = json.loads(self._arrays["attribute_names"].tobytes())
        return names

    def known(self, name: str) -> bool:
        """Return whether any product has the attribute, with a value that can be compared."""
        keys = (_number_key(name), _word_key(name))
        return any(self._values[self._postings(key)].size for key in keys)

    def counts(self, name: str, among: Mask) -> tuple[Counted, Counted]:
        """Return the values that some rows have: texts and truth values, and then numbers."""
        return (self._counted(_word_key(name), among), self._counted(_number_key(name), among))

    def _counted(self, key: int, among: Mask) -> Counted:
        postings = self._postings(key)
        rows = self._rows[postings]
        kept = np.flatnonzero(among[rows])
        values, rows = self._values[postings][kept], rows[kept]
        begins = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
        counts = np.diff(np.append(begins, len(values)))
        return Counted(values[begins], counts, rows[begins])

    def present(self, name: str) -> Mask:
        """Return which rows have the attribute, with a text, a number or a truth value."""
        mask = np.zeros(self._count, np.bool_)
        for key in (_number_key(name), _word_key(name)):
            mask[self._rows[self._postings(key)]] = True
        return mask

    def equal(self, name: str, values: Iterable[str | float | bool]) -> Mask:
        """Return which rows have one of the values, or have it in their list."""
        wanted: dict[int, list[int]] = {}
        for value in values:
            for key, number in _postings(name, value):
                wanted.setdefault(key, []).append(number)
        mask = np.zeros(self._count, np.bool_)
        for key, numbers in wanted.items():
            postings = self._postings(key)
            kept, rows = self._values[postings], self._rows[postings]
            sought = np.array(numbers, np.uint64)
            firsts = np.searchsorted(kept, sought)
            ends = np.searchsorted(kept, sought, side="right")
            for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
                mask[rows[first:end]] = True
        return mask

    def between(
        self, name: str, low: float, high: float, *, low_open: bool, high_open: bool
    ) -> Mask:
        """Return which rows have a number in the interval, open ends left out."""
        postings = self._postings(_number_key(name))
        kept = self._values[postings]
        edges = np.array([_sortable(low), _sortable(high)], np.uint64)
        first = int(np.searchsorted(kept, edges[0], side="right" if low_open else "left"))
        end = int(np.searchsorted(kept, edges[1], side="left" if high_open else "right"))
        mask = np.zeros(self._count, np.bool_)
        mask[self._rows[postings][first:end]] = True
        return mask

    def rows_by_value(self, names: int, values: int) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Yield the key of each name with one row for each of its values.

        Those that most products have come first, and at most so many `names` and `values`.
        """
        starts = np.concatenate(([0], self._ends[:-1])).astype(np.int64)
        for position in np.argsort(starts - self._ends, kind="stable")[:names].tolist():
            start, end = int(starts[position]), int(self._ends[position])
            kept = self._values[start:end]
            firsts = np.flatnonzero(np.concatenate(([True], kept[1:] != kept[:-1])))
            counts = np.diff(np.append(firsts, end - start))
            most = np.argsort(-counts, kind="stable")[:values]
            yield int(self._keys[position]), self._rows[start:end][firsts[most]]

    def _postings(self, key: int) -> slice:
        position = int(np.searchsorted(self._keys, np.uint64(key)))
        if position == len(self._keys) or self._keys[position] != key:
            return slice(0)
        start = int(self._ends[position - 1]) if position else 0
        return slice(start, int(self._ends[position]))


def is_key_of(key: int, name: str) -> bool:
    """Return whether a key stands for the numbers or the words of an attribute."""
    return key in (_number_key(name), _word_key(name))


def _postings(name: str, value: Any) -> Iterator[tuple[int, int]]:
    """Yield the key and the number of each value that can be compared; objects cannot."""
    for each in value[:MOST_VALUES] if isinstance(value, list) else (value,):
        if isinstance(each, bool):
            yield _word_key(name), _TRUE if each else _FALSE
        elif isinstance(each, str) and (text := fold(each).strip()):
            yield _word_key(name), hash_of(f"text {text}")
        elif isinstance(each, int | float):
            yield _number_key(name), _sortable(each)


def values_of(name: str, value: Any) -> dict[int, Scalar]:
    """Return the values of an attribute as a product spells them, by the numbers they are kept as."""
    spelt: dict[int, Scalar] = {}
    for each in value[:MOST_VALUES] if isinstance(value, list) else (value,):
        for _, number in _postings(name, each):
            spelt.setdefault(number, each.strip() if isinstance(each, str) else each)
    return spelt


@lru_cache(maxsize=1 << 12)
def _number_key(name: str) -> int:
    return hash_of(f"number {name}")


@lru_cache(maxsize=1 << 12)
def _word_key(name: str) -> int:
    return hash_of(f"word {name}")


def _sortable(number: float) -> int:
    """Return the bits of a number, changed so that they sort as numbers do."""
    try:
        # Adding zero makes the negative one positive.
        packed = struct.pack("<d", number + 0.0)
    except OverflowError:
        return _sortable(float("inf") if number > 0 else float("-inf"))
    bits = int.from_bytes(packed, "little")
    return bits ^ _ALL if bits & _SIGN else bits | _SIGN


_TRUE, _FALSE = hash_of("true"), hash_of("false")
