"""Which items go with which: for each item a short list of others, strongest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Relation:
    """Directed and weighted: compressed sparse rows.

    `starts` is int64 [items + 1]; from `starts[i]` to `starts[i + 1]`, `targets` (int32) and `weights`
    (float16, may be negative) tell what item i leads to.
    """

    starts: NDArray[np.int64]
    targets: Numbers
    weights: NDArray[np.float16]

    @classmethod
    def open(cls, arrays: Arrays, name: str) -> "Relation":
        """Return the relation of a snapshot."""
        return cls(arrays[f"{name}_starts"], arrays[f"{name}_targets"], arrays[f"{name}_weights"])

    def write(self, arrays: ArraysWriter, name: str) -> None:
        """Write the relation into a snapshot."""
        arrays.put(f"{name}_starts", self.starts)
        arrays.put(f"{name}_targets", self.targets)
        arrays.put(f"{name}_weights", self.weights)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, item: int) -> tuple[Numbers, Floats]:
        """Return the items that one leads to, with their weights."""
        found = slice(int(self.starts[item]), int(self.starts[item + 1]))
        return self.targets[found], self.weights[found].astype(np.float32)

    def trail(self, items: NDArray[np.intp], shares: Floats) -> "Trail":
        """Return all that items lead to, weighted by shares [len(items)]."""
        counts = self.starts[items + 1] - self.starts[items]
        ends = np.cumsum(counts)
        # Entry e of the trail is entry `firsts + e` of the relation.
        firsts = np.repeat(self.starts[items] - (ends - counts), counts)
        entries = firsts + np.arange(int(ends[-1]) if len(ends) else 0)
        sources = np.repeat(np.arange(len(items)), counts)
        return Trail(
            len(self), sources, self.targets[entries], self.weights[entries] * shares[sources]
        )


@dataclass(frozen=True, slots=True)
class Trail:
    """What a weighted list of items leads to, entry by entry.

    `sources` are positions in that list, `targets` numbers of items, and `values` float32 what one
    gives to the other: all of shape [entries].
    """

    items: int
    sources: NDArray[np.intp]
    targets: Numbers
    values: Floats

    def reached(self) -> NDArray[np.float64]:
        """Return how much every item is led to: float64 [items]."""
        reached = np.zeros(self.items, np.float64)
        reached += np.bincount(self.targets, self.values, minlength=self.items)
        return reached

    def of(self, target: int) -> tuple[NDArray[np.intp], Floats]:
        """Return the sources that lead to one item, and what each gives it."""
        found = np.flatnonzero(self.targets == target)
        return self.sources[found], self.values[found]


def strongest(
    sources: NDArray[np.int64], targets: NDArray[np.int64], weights: Floats, items: int, most: int
) -> Relation:
    """Return the relation of these entries that keeps the `most` largest of each source by size."""
    order = np.lexsort((targets, -np.abs(weights), sources))
    sources, targets, weights = sources[order], targets[order], weights[order]
    counts = np.bincount(sources, minlength=items)
    ranks = np.arange(len(sources)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = ranks < most
    starts = np.zeros(items + 1, np.int64)
    np.cumsum(np.minimum(counts, most), out=starts[1:])
    return Relation(starts, targets[kept].astype(np.int32), weights[kept].astype(np.float16))


def nothing(items: int) -> Relation:
    """Return the relation in which no item leads to another."""
    empty = np.zeros(0, np.int64)
    return strongest(empty, empty, np.zeros(0, np.float32), items, 1)
