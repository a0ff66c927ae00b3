"""How popular each item is with everybody, and how often its buyers buy it again."""

import numpy as np
from numpy.typing import NDArray

from concierge.training.event_log import Events
from concierge.training.visits import Visits

Floats = NDArray[np.float32]

# Best sellers of the season, and what everybody wants this week.
POPULARITY_HALF_LIFE_S = 60 * 86_400.0
TREND_HALF_LIFE_S = 7 * 86_400.0
# Before anything is known of an item, it comes back as often as all items do; five buyers outweigh that.
PRIOR_BUYERS = 5.0
A_PURCHASE = 1.0


def popularity(events: Events, items: NDArray[np.int64], count: int, half_life_s: float) -> Floats:
    """Return the decayed weights of each item's events, float32 [count]; the most popular has 1.

    Ages are counted from the newest event, so that an old archive ranks like a new one. What
    customers turn away from is not popular: nothing is below zero.
    """
    newest = events["at"].max(initial=0.0)
    decayed = events["weight"] * 0.5 ** ((newest - events["at"]) / half_life_s)
    sums = np.maximum(np.bincount(items, decayed, minlength=count), 0.0)
    return (sums / max(float(sums.max(initial=0.0)), 1e-9)).astype(np.float32)


def repeat_rates(visits: Visits, items: int) -> Floats:
    """Return for each item how probably its buyers take it again at their next visit, [items].

    Only visits with another of the same actor after them are counted. Rates are smoothed towards
    that of all items (the mean of a beta prior worth PRIOR_BUYERS).
    """
    owned = np.zeros(items)
    again = np.zeros(items)
    followed = np.flatnonzero(visits.actors[1:] == visits.actors[:-1])
    for visit in followed:
        mine = _bought(visits, int(visit))
        owned[mine] += 1
        again[np.intersect1d(mine, _bought(visits, int(visit) + 1), assume_unique=True)] += 1
    overall = float(again.sum() / max(owned.sum(), 1.0))
    return ((again + PRIOR_BUYERS * overall) / (owned + PRIOR_BUYERS)).astype(np.float32)


def _bought(visits: Visits, visit: int) -> NDArray[np.int64]:
    items, strengths = visits.of(visit)
    return items[strengths >= A_PURCHASE]
