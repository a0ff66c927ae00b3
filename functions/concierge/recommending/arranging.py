"""From scores to a list: pins, promotions, category caps and diversity, place by place.

What is placed depends on what was placed before it alone, never on how long the list is, so a
longer list begins with the shorter one and pages continue each other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.category_cap import CategoryCap
from concierge.recommending.diversity import Window
from concierge.recommending.steering import Steering
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.ranking import DIGITS, Part, best_rows

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# So many of the best are weighed against each other; then the next so many.
CANDIDATES = 200
# Nobody reads further; beyond, the score alone decides, so that deep pages cost no more.
MOST_ARRANGED = 1_000
NO_ROWS = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True)
class Placed:
    """One place of a list; `parts` belong to its score besides the columns."""

    row: int
    parts: tuple[Part, ...] = ()
    promotion: str = ""
    pinned: bool = False


def arrange(
    scores: Floats,
    allowed: Mask,
    catalogue: CatalogueSnapshot,
    steering: Steering,
    count: int,
    diversity: float | None = None,
) -> list[Placed]:
    """Return the first places of the list: `count` of them, or all that are allowed.

    `diversity` stands for that of the rules where a request brings its own.
    """
    wanted = steering.rules.diversity if diversity is None else diversity
    free = allowed & steering.permitted
    if count <= 0:
        return []
    if not (steering.pins or steering.promotions or steering.groups is not None or wanted):
        return [Placed(int(row)) for row in best_rows(scores, free, count)]
    return _Arranging(scores, free, catalogue, steering, wanted).places(count)


class _Arranging:
    """A list on its way; `_free` is what may still be placed, without the pins."""

    def __init__(
        self,
        scores: Floats,
        free: Mask,
        catalogue: CatalogueSnapshot,
        steering: Steering,
        diversity: float,
    ) -> None:
        self._scores = scores
        self._free = free
        self._catalogue = catalogue
        self._diversity = diversity
        self._pins = {at: row for at, row in sorted(steering.pins.items()) if free[row]}
        self._free[list(self._pins.values())] = False
        self._promotions = [
            _Promotion(each.name, each.share, each.rows[free[each.rows]], NO_ROWS)
            for each in steering.promotions
        ]
        self._cap = CategoryCap(steering.groups, steering.rules.most_per_category or 0)
        self._placed: list[Placed] = []
        self._window: Window | None = None

    def places(self, count: int) -> list[Placed]:
        """Fill so many places, or as many as there are items."""
        while len(self._placed) < min(count, MOST_ARRANGED):
            place = self._next(len(self._placed) + 1)
            if place is None:
                break
            self._place(place)
        if count <= MOST_ARRANGED:
            return self._placed
        rest = best_rows(self._scores, self._free, count - len(self._placed))
        return [*self._placed, *(Placed(row) for row in rest.tolist())]

    def _place(self, place: Placed) -> None:
        self._placed.append(place)
        self._free[place.row] = False
        group_is_full = self._cap.count(place.row)
        if self._window:
            self._window.see(place.row)
            if group_is_full:
                self._window.close(self._cap.like(place.row, self._window.rows))

    def _next(self, position: int) -> Placed | None:
        if position in self._pins:
            return Placed(self._pins.pop(position), pinned=True)
        found = self._promoted(position) or self._best()
        if found is None and self._pins:
            # The list is shorter than the pin's position: it comes last.
            return Placed(self._pins.pop(min(self._pins)), pinned=True)
        return found

    def _promoted(self, position: int) -> Placed | None:
        """Place the best of the first promotion that is due and has any left under the cap."""
        for promotion in self._promotions:
            if not promotion.is_due(position):
                continue
            row = self._best_of(promotion)
            if row is not None:
                promotion.placed += 1
                return Placed(row, promotion=promotion.name)
        return None

    def _best_of(self, promotion: "_Promotion") -> int | None:
        usable = self._usable(promotion.best)
        if not len(usable):
            rows = self._usable(promotion.rows)
            everything = np.ones(len(rows), np.bool_)
            usable = promotion.best = rows[best_rows(self._scores[rows], everything, CANDIDATES)]
        return int(usable[0]) if len(usable) else None

    def _usable(self, rows: Rows) -> Rows:
        free = rows[self._free[rows]]
        return free[self._cap.leaves(free)]

    def _best(self) -> Placed | None:
        while True:
            found = self._window.best() if self._window else None
            if found:
                row, penalty = found
                part = Part("diversity", -round(penalty, DIGITS))
                return Placed(row, (part,) if part.value else ())
            if not self._refill():
                return None

    def _refill(self) -> bool:
        """Open a window on the best that are left; raise the cap rather than have none."""
        while self._free.any():
            rows = self._cap.candidates(self._scores, self._free, CANDIDATES)
            if len(rows):
                self._window = Window(self._catalogue, rows, self._scores[rows], self._diversity)
                placed = [place.row for place in self._placed[-CANDIDATES:]]
                self._window.see_earlier(np.array(placed, np.intp))
                return True
            self._cap.give_way(self._free)
            for promotion in self._promotions:
                promotion.best = NO_ROWS
        return False


@dataclass(slots=True)
class _Promotion:
    """A promotion of which so many were placed; `best` are the best of its rows, best first."""

    name: str
    share: float
    rows: Rows
    best: Rows
    placed: int = 0

    def is_due(self, position: int) -> bool:
        """Return whether the first `position` places are to hold one more."""
        # A share of 0.29 is a little less than 29 of 100 in binary.
        return int(self.share * position + 1e-9) > self.placed
