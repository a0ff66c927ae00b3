"""At most so many items of one category, for as long as there are others."""

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.steering import UNGROUPED, Groups
from concierge.retrieval.ranking import best_rows

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Floats = NDArray[np.float32]

# With a cap, so many times more are looked through, lest one category fills all candidates, and
# each may bring so many times more than it has places.
WIDER = 10
CHOICE = 4


class CategoryCap:
    """Counts what was placed by group; without groups it holds nothing back."""

    def __init__(self, groups: Groups | None, most: int) -> None:
        self._groups = groups
        self._most = most
        self._limit = most
        self._placed = np.zeros(0 if groups is None else int(groups.max(initial=0)) + 1, np.intp)

    def count(self, row: int) -> bool:
        """Count a placed row, and return whether its group has no place left now."""
        if self._groups is None or self._groups[row] == UNGROUPED:
            return False
        group = self._groups[row]
        self._placed[group] += 1
        return bool(self._placed[group] >= self._limit)

    def leaves(self, rows: Rows) -> Mask:
        """Return which of some rows may still be placed."""
        if self._groups is None:
            return np.ones(len(rows), np.bool_)
        open_: Mask = self._placed[self._groups[rows]] < self._limit
        return open_

    def candidates(self, scores: Floats, free: Mask, count: int) -> Rows:
        """Return the best free rows whose group has a place left, best first."""
        if self._groups is None:
            return best_rows(scores, free, count)
        allowed = free & (self._placed < self._limit)[self._groups]
        rows = best_rows(scores, allowed, WIDER * count)
        groups = self._groups[rows]
        kept = (_ranks(groups) < CHOICE * self._most) | (groups == UNGROUPED)
        found: Rows = rows[kept][:count]
        return found

    def like(self, row: int, rows: Rows) -> Mask:
        """Return which of some rows share the group of a row."""
        if self._groups is None:
            return np.zeros(len(rows), np.bool_)
        same: Mask = self._groups[rows] == self._groups[row]
        return same

    def give_way(self, free: Mask) -> None:
        """Raise the limit by as many again as it takes for one of the free rows to have a place."""
        if self._groups is not None:
            fewest = int(self._placed[self._groups[free]].min())
            self._limit = (fewest // self._most + 1) * self._most


def _ranks(groups: Groups) -> Rows:
    """Return how many of its own group come before each."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.searchsorted(ordered, ordered)
    ranks = np.empty(len(groups), np.intp)
    ranks[order] = np.arange(len(groups)) - starts
    return ranks
