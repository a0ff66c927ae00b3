"""How popular each item is with everybody, and how often its buyers buy it again."""

import numpy as np
from numpy.typing import NDArray

from concierge.training.event_log import Events
from concierge.training.visits import Visits

Floats = NDArray[np.float32]
Sums = NDArray[np.float64]

# Best sellers of the season, and what everybody wants this week.
POPULARITY_HALF_LIFE_S = 60 * 86_400.0
TREND_HALF_LIFE_S = 7 * 86_400.0
# Before anything is known of an item, it comes back as often as all items do; five buyers outweigh that.
PRIOR_BUYERS = 5.0
A_PURCHASE = 1.0


def decayed_weights(
    events: Events, items: NDArray[np.int64], ages: Sums, count: int, half_life_s: float
) -> Sums:
    """Return the decayed weights of each item's events, float64 [count]; ages are in seconds.

    Ages are counted from the newest event, so that an old archive ranks like a new one.
    """
    decayed = events["weight"] * 0.5 ** (ages / half_life_s)
    return np.bincount(items, decayed, minlength=count).astype(np.float64, copy=False)


def popularity(sums: Sums) -> Floats:
    """Return how popular items with these decayed weights are; the most popular has 1.

    What customers turn away from is not popular: nothing is below zero.
    """
    liked = np.maximum(sums, 0.0)
    return (liked / max(float(liked.max(initial=0.0)), 1e-9)).astype(np.float32)


def repeats(visits: Visits, count: int) -> tuple[Sums, Sums]:
    """Return how many visits bought each item, and how many next visits of theirs did so again.

    Only visits with another of the same actor after them are counted; both are [count].
    """
    followed = np.zeros(len(visits), np.bool_)
    followed[:-1] = visits.actors[1:] == visits.actors[:-1]
    visit = np.repeat(np.arange(len(visits)), np.diff(visits.starts))
    bought = visits.strengths >= A_PURCHASE
    # Sorted, since visits are in order and so are their items.
    pairs = visit[bought] * count + visits.items[bought]
    owned = pairs[followed[visit[bought]]]
    next_pairs = owned + count
    places = np.searchsorted(pairs, next_pairs)
    again = pairs[np.minimum(places, len(pairs) - 1)] == next_pairs if len(pairs) else owned == -1
    return _counted(owned, count), _counted(owned[again], count)


def _counted(pairs: NDArray[np.int64], count: int) -> Sums:
    return np.bincount(pairs % max(count, 1), minlength=count).astype(np.float64)


def repeat_rates(owned: Sums, again: Sums) -> Floats:
    """Return for each item how probably its buyers take it again at their next visit.

    Rates are smoothed towards that of all items (the mean of a beta prior worth PRIOR_BUYERS).
    """
    overall = float(again.sum() / max(owned.sum(), 1.0))
    return ((again + PRIOR_BUYERS * overall) / (owned + PRIOR_BUYERS)).astype(np.float32)
