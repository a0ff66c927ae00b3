"""What is summed up over actors, and the behaviour model that it makes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.behaviour_snapshot import Behaviour
from concierge.shop.events import EventType
from concierge.shop.profile import EVENT_WEIGHTS
from concierge.training.cooccurrence import AFTER, TOGETHER, Pairs, add_pairs, best_pairs, related
from concierge.training.event_log import Events
from concierge.training.pair_sums import MOST_DENSE, DensePairs, SortedPairs, pair_sums
from concierge.training.popularity import (
    POPULARITY_HALF_LIFE_S,
    TREND_HALF_LIFE_S,
    decayed_weights,
    popularity,
    repeat_rates,
    repeats,
)
from concierge.training.successors import Moments, successors
from concierge.training.survey import Scope, telling_of_items
from concierge.training.visits import by_actor, visits_of

PURCHASE = EVENT_WEIGHTS[EventType.PURCHASE]

# What a piece is of, and the number of its first item, head or source.
PieceName = tuple[str, int]


@dataclass(slots=True)
class Columns:
    """What is summed up item by item: float64 [items] each.

    `liked` and `liked_lately` are decayed weights; `owned` and `again` are of visits that have a next one; what
    an item has by itself in baskets and sessions is in `together` and `after`.
    """

    liked: NDArray[np.float64]
    liked_lately: NDArray[np.float64]
    owned: NDArray[np.float64]
    again: NDArray[np.float64]
    together: NDArray[np.float64]
    after: NDArray[np.float64]

    @classmethod
    def zero(cls, items: int) -> Self:
        """Return the sums of nobody."""
        return cls(*(np.zeros(items) for _ in cls.__slots__))

    def __add__(self, other: Self) -> Self:
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return type(self)(*(mine + theirs for mine, theirs in pairs))


Piece = Columns | Moments | DensePairs | SortedPairs


@dataclass(slots=True)
class Sums:
    """The sums of some actors, who bring all of their events."""

    columns: Columns
    moments: Moments
    together: DensePairs | SortedPairs
    after: DensePairs | SortedPairs

    @classmethod
    def of_nobody(cls, scope: Scope, most_dense: int = MOST_DENSE) -> Self:
        """Return sums to begin with; pairs are sorted where there are more items than `most_dense`."""
        count = len(scope.items)
        together, after = (pair_sums(count, most_dense) for _ in range(2))
        return cls(Columns.zero(count), Moments.zero(len(scope.heads)), together, after)

    def add(self, log: Events, scope: Scope) -> None:
        """Add the events of further actors."""
        self._add_likes(telling_of_items(log), scope)
        events = by_actor(log)
        items = np.searchsorted(scope.items, events["item"])
        ages = scope.ages(events["at"])
        add_pairs(self.together, self.columns.together, events, items, ages, TOGETHER)
        add_pairs(self.after, self.columns.after, events, items, ages, AFTER)
        visits = visits_of(events, scope.items, PURCHASE)
        owned, again = repeats(visits, len(scope.items))
        self.columns.owned += owned
        self.columns.again += again
        self.moments.add(visits, scope.ages(visits.at), scope.head_numbers())

    def _add_likes(self, log: Events, scope: Scope) -> None:
        items, ages, count = (
            np.searchsorted(scope.items, log["item"]),
            scope.ages(log["at"]),
            len(scope.items),
        )
        self.columns.liked += decayed_weights(log, items, ages, count, POPULARITY_HALF_LIFE_S)
        self.columns.liked_lately += decayed_weights(log, items, ages, count, TREND_HALF_LIFE_S)

    def pieces(self, size: int) -> Iterator[tuple[PieceName, Piece]]:
        """Yield the sums in pieces of so many rows, which add up with those of the same name."""
        yield ("columns", 0), self.columns
        for begin in range(0, len(self.moments.gram), size):
            yield ("moments", begin), self.moments.of_heads(begin, begin + size)
        count = len(self.columns.liked)
        for begin in range(0, count, size):
            end = min(begin + size, count)
            yield ("together", begin), self.together.of_sources(begin, end)
            yield ("after", begin), self.after.of_sources(begin, end)

    def finished(self, scope: Scope) -> Behaviour:
        """Return the model; the sums are used up."""
        together = best_pairs(self.together, self.columns.together)
        after = best_pairs(self.after, self.columns.after)
        return finished(scope, self.columns, self.moments, [together], [after])


def finished(
    scope: Scope,
    columns: Columns,
    moments: Moments,
    together: Iterable[Pairs],
    after: Iterable[Pairs],
) -> Behaviour:
    """Return the model that all sums make, with the best pairs of each source; uses the moments up."""
    count = len(scope.items)
    return Behaviour(
        item_hashes=scope.items,
        popularity=popularity(columns.liked),
        trend=popularity(columns.liked_lately),
        repeat=repeat_rates(columns.owned, columns.again),
        relations={
            "next": successors(moments, scope.heads, count),
            "together": related(together, count),
            "after": related(after, count),
        },
    )
