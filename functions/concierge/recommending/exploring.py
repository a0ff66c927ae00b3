"""Explore: one place of a list is drawn from the candidates next in line.

One place rather than the whole order (Plackett-Luce): a draw of one among a few has a propensity
that is exact and never small, so an estimate needs one weight a list, of at most 148. Weights
of whole lists are products, of which a few outweigh all others after five places. All draws
stand at the same place, so their clicks can be compared. And a customer misses little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.identifiers import lot_of
from concierge.shop.events import Event
from concierge.shop.exposures import Exposure

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# The best two stay; the third is still seen on a phone.
PLACE = 3
CHOICES = 20
# Of the spread of the choices' scores. The last of twenty is drawn with at least exp(-2) / 20.
TEMPERATURE = 0.5


class Exposures(Protocol):
    """Keeps what exploring lists held; the archive of events is one."""

    def append(self, events: Sequence[Event]) -> frozenset[int]:
        """Keep the events and return the positions of those not taken; raise nothing for them."""


@dataclass(frozen=True, slots=True)
class Explored:
    """A page with one place drawn; `exposure` is to be kept, also where the draw changed nothing."""

    rows: Rows
    exposure: Exposure


def explore(
    rows: Rows, scores: Floats, limit: int, unique: str, fixed: Mask | None = None
) -> Explored | None:
    """Return a page of `limit` with one place drawn, or None where there is no choice.

    `rows` and `scores`, both [n], hold the list as ranked: the page and what would follow it, of
    which only what is allowed. `unique` is that of the recommendation's id, the same draws the
    same. What is `fixed`, such as pins, keeps its place.
    """
    free = np.arange(len(rows)) if fixed is None else np.flatnonzero(~fixed)
    start = min(PLACE, len(free) - 1, int(np.count_nonzero(free < limit))) - 1
    if start < 0:
        return None
    choices = free[start : start + CHOICES]
    chances = probabilities(scores[choices])
    drawn = _drawn(chances, lot_of(unique))
    order = np.arange(len(rows))
    order[choices[: drawn + 1]] = np.roll(choices[: drawn + 1], 1)
    exposure = Exposure(float(chances[drawn]), int(free[start]) + 1, drawn + 1, len(choices))
    return Explored(rows[order][:limit], exposure)


def probabilities(scores: Floats) -> NDArray[np.float64]:
    """Return how likely each is drawn: a softmax of the scores over their spread."""
    exact = scores.astype(np.float64)
    spread = float(exact.max() - exact.min())
    chances = np.exp((exact - exact.max()) / (TEMPERATURE * spread or 1.0))
    normed: NDArray[np.float64] = chances / chances.sum()
    return normed


def _drawn(chances: NDArray[np.float64], lot: float) -> int:
    place = int(np.searchsorted(np.cumsum(chances), lot, side="right"))
    # Sums of floats may end just below one.
    return min(place, len(chances) - 1)
