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

    def spread(self, items: NDArray[np.intp], shares: Floats) -> NDArray[np.float64]:
        """Return what items, weighted by shares [len(items)], lead to: float64 [items in all]."""
        counts = self.starts[items + 1] - self.starts[items]
        ends = np.cumsum(counts)
        whole = int(ends[-1]) if len(ends) else 0
        # Entry e of the answer is entry `firsts + e` of the relation.
        firsts = np.repeat(self.starts[items] - (ends - counts), counts)
        entries = firsts + np.arange(whole)
        weights = self.weights[entries] * np.repeat(shares, counts)
        reached = np.zeros(len(self), np.float64)
        reached += np.bincount(self.targets[entries], weights, minlength=len(self))
        return reached

    def at(self, items: NDArray[np.intp], target: int) -> Floats:
        """Return the weight from each of the items to one target, zero where there is none."""
        found = np.zeros(len(items), np.float32)
        for position, item in enumerate(items):
            targets, weights = self.of(int(item))
            here = np.flatnonzero(targets == target)
            if len(here):
                found[position] = weights[here[0]]
        return found


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
