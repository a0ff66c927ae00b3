"""Sums of weights for pairs of items: dense where there are few items, sorted by pair where many."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]

# Adding to a dense matrix is ten times faster than sorting; of this many items it takes 144 MB.
MOST_DENSE = 6_000
# New pairs are sorted in when there are this many, or as many as there are sums, so that no
# sum is sorted again and again.
LEAST_SORTED = 4_000_000
# What is sorted in is at most this many pairs: 12 bytes each, and as much again while sorting.
MOST_WAITING = 16_000_000


class PairSums(Protocol):
    """Sums of weights from sources to targets, both numbers of items."""

    def add(self, sources: Numbers, targets: Numbers, weights: Floats) -> None:
        """Add weights float32 to the pairs; a pair may come several times."""

    def __add__(self, other: Self, /) -> Self:
        """Return the sums of both, which are of the same sources."""

    def of_sources(self, begin: int, end: int) -> Self:
        """Return the part with these sources."""

    def entries(self) -> Iterator[tuple[Numbers, Numbers, Floats]]:
        """Yield sources, targets and sums by and by; all of one source at once, by target."""


def pair_sums(items: int, most_dense: int = MOST_DENSE) -> "DensePairs | SortedPairs":
    """Return sums without any pair yet."""
    if items <= most_dense:
        return DensePairs(np.zeros((items, items), np.float32))
    return SortedPairs(items)


@dataclass(slots=True)
class DensePairs:
    """`sums` are float32 [sources, items]; the first source is number `begin`."""

    sums: Floats
    begin: int = 0

    def add(self, sources: Numbers, targets: Numbers, weights: Floats) -> None:
        """Add weights to the pairs."""
        keys = (sources - self.begin) * self.sums.shape[1] + targets
        np.add.at(self.sums.reshape(-1), keys, weights)

    def __add__(self, other: "DensePairs") -> "DensePairs":
        return DensePairs(self.sums + other.sums, self.begin)

    def of_sources(self, begin: int, end: int) -> "DensePairs":
        """Return the part with these sources."""
        return DensePairs(self.sums[begin - self.begin : end - self.begin], begin)

    def entries(self) -> Iterator[tuple[Numbers, Numbers, Floats]]:
        """Yield the pairs that have a sum, some sources at once."""
        rows = max(LEAST_SORTED // max(self.sums.shape[1], 1), 1)
        for first in range(0, len(self.sums), rows):
            block = self.sums[first : first + rows]
            sources, targets = np.nonzero(block)
            yield sources + (self.begin + first), targets, block[sources, targets]


class SortedPairs:
    """Each pair that has a sum once, in the order of sources and targets, and pairs that wait."""

    def __init__(self, items: int) -> None:
        self._items = items
        self._keys = np.zeros(0, np.int64)
        self._sums = np.zeros(0, np.float32)
        self._waiting: list[tuple[Numbers, Floats]] = []
        self._many = 0

    def add(self, sources: Numbers, targets: Numbers, weights: Floats) -> None:
        """Add weights to the pairs, now or later."""
        self._waiting.append((sources * self._items + targets, weights))
        self._many += len(weights)
        if self._many >= min(max(LEAST_SORTED, len(self._keys)), MOST_WAITING):
            self._sort_in()

    def __add__(self, other: "SortedPairs") -> "SortedPairs":
        both = SortedPairs(self._items)
        for each in (self, other):
            each._sort_in()
            both._waiting.append((each._keys, each._sums))
        both._sort_in()
        return both

    def of_sources(self, begin: int, end: int) -> "SortedPairs":
        """Return the part with these sources."""
        self._sort_in()
        found = slice(*np.searchsorted(self._keys, (begin * self._items, end * self._items)))
        part = SortedPairs(self._items)
        part._keys, part._sums = self._keys[found], self._sums[found]
        return part

    def entries(self) -> Iterator[tuple[Numbers, Numbers, Floats]]:
        """Yield the pairs, some sources at once."""
        self._sort_in()
        begin = 0
        while begin < len(self._keys):
            last = self._keys[min(begin + LEAST_SORTED, len(self._keys)) - 1]
            end = int(np.searchsorted(self._keys, (last // self._items + 1) * self._items))
            keys = self._keys[begin:end]
            yield keys // self._items, keys % self._items, self._sums[begin:end]
            begin = end

    def _sort_in(self) -> None:
        if not self._waiting:
            return
        parts = [(self._keys, self._sums), *self._waiting]
        keys, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
        parts.clear()
        self._waiting.clear()
        self._many = 0
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = keys[first]
        self._sums = np.add.reduceat(weights, first) if len(first) else weights
