"""At most so many items of one category, for as long as there are others."""

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.steering import UNGROUPED, Groups

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


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

    def among(self, free: Mask) -> Mask:
        """Return which rows of the catalogue may still be placed, of those that are free."""
        if self._groups is None:
            return free
        return free & (self._placed < self._limit)[self._groups]

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
