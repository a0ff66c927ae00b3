"""The first look at a log: which items there are, which are learnt best, and when "now" is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.training.event_log import Events
from concierge.training.visits import by_actor, visit_numbers

Numbers = NDArray[np.int64]

DAY_S = 86_400.0
# Three matrices of this many items squared in float32, as many as there are while solving, take
# 768 MB. Rarer items are left to what is bought or looked at together.
MOST_HEADS = 8_000
# A clock that runs ahead by more than this is wrong, where few events are as late as its own.
STRAY_S = 30 * DAY_S
# How few: one in a thousand; in small logs one in fifty, but no more than three.
STRAYS_PER_MILLE = 1
EVENTS_PER_STRAY = 50
MOST_STRAYS = 3


@dataclass(frozen=True, slots=True)
class Survey:
    """What some actors tell of the whole; surveys of different actors add up with `+`.

    `items` are sorted hashes, `visits` tells in how many visits each is. `days` are sorted numbers of
    days since 1970, with how many events each has and when its last one was, in epoch seconds.
    """

    items: NDArray[np.uint64]
    visits: Numbers
    days: Numbers
    events: Numbers
    latest: NDArray[np.float64]

    def __add__(self, other: "Survey") -> "Survey":
        items, item = _union(self.items, other.items)
        days, day = _union(self.days, other.days)
        latest = np.zeros(len(days))
        np.maximum.at(latest, day, np.concatenate([self.latest, other.latest]))
        return Survey(
            items,
            _summed(item, self.visits, other.visits, len(items)),
            days,
            _summed(day, self.events, other.events, len(days)),
            latest,
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """What all partitions of a log have to agree on before they are summed up.

    `items` are the sorted hashes of the items, `heads` the positions of those that are learnt from visit
    to visit. Ages are counted from `newest`, in epoch seconds.
    """

    items: NDArray[np.uint64]
    heads: Numbers
    newest: float

    @classmethod
    def of(cls, survey: Survey, most_heads: int = MOST_HEADS) -> "Scope":
        """Return the scope of everything that was surveyed."""
        count = len(survey.items)
        best = np.lexsort((np.arange(count), -survey.visits))[:most_heads]
        heads = np.sort(best[survey.visits[best] > 0]).astype(np.int64)
        return cls(survey.items, heads, newest(survey))

    def head_numbers(self) -> Numbers:
        """Return the place of each item among the heads, -1 for the others."""
        numbers = np.full(len(self.items), -1, np.int64)
        numbers[self.heads] = np.arange(len(self.heads))
        return numbers

    def ages(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how old these moments are, in seconds; what is ahead of everything is new."""
        return np.maximum(self.newest - at, 0.0)


def telling_of_items(log: Events) -> Events:
    """Return the events that anything is learnt from."""
    telling: Events = log[(log["item"] != 0) & (log["weight"] != 0)]
    return telling


def surveyed(log: Events) -> Survey:
    """Return the survey of some actors, who bring all of their events."""
    log = telling_of_items(log)
    telling = by_actor(log)
    items = np.unique(log["item"])
    seen = np.searchsorted(items, telling["item"])
    # In a visit, an item counts once.
    pairs = np.unique(visit_numbers(telling) * max(len(items), 1) + seen)
    days, day, events = np.unique(
        np.floor(log["at"] / DAY_S).astype(np.int64), return_inverse=True, return_counts=True
    )
    latest = np.zeros(len(days))
    np.maximum.at(latest, day, log["at"])
    visits = np.bincount(pairs % max(len(items), 1), minlength=len(items))
    return Survey(items, visits.astype(np.int64), days, events.astype(np.int64), latest)


def newest(survey: Survey) -> float:
    """Return the moment of the newest event whose clock can be believed; 0 where there is none.

    One wrong clock, a year ahead of all others, would make everything else too old to count.
    """
    if not len(survey.days):
        return 0.0
    total = int(survey.events.sum())
    strays = max(total * STRAYS_PER_MILLE // 1_000, min(total // EVENTS_PER_STRAY, MOST_STRAYS))
    later = total - np.cumsum(survey.events)
    believed = float(survey.latest[np.argmax(later <= strays)])
    # Honest clocks go on for a while.
    return float(survey.latest[np.searchsorted(survey.latest, believed + STRAY_S, "right") - 1])


def _union(mine: NDArray[Any], theirs: NDArray[Any]) -> tuple[NDArray[Any], Numbers]:
    """Return the sorted union, and where in it both, one after the other, are."""
    union, places = np.unique(np.concatenate([mine, theirs]), return_inverse=True)
    return union, places.astype(np.int64)


def _summed(places: Numbers, mine: Numbers, theirs: Numbers, count: int) -> Numbers:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, places, np.concatenate([mine, theirs]))
    return sums
