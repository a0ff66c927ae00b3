"""Which items go together in a basket, and which come after which in a session.

Cosine of the (decayed) counts, so that popular items do not go with everything, shrunk where few
cases speak for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.relations import Relation, strongest
from concierge.shop.events import EventType
from concierge.training.event_log import TYPES, Events
from concierge.training.pair_sums import PairSums
from concierge.training.visits import visit_numbers

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]
# Sources, targets and weights.
Pairs = tuple[Numbers, Numbers, Floats]

MOST_TARGETS = 60
HALF_LIFE_S = 180 * 86_400.0
SHRINKAGE = 3.0
# Pairs are made of this many events at a time, which bounds what they take.
CHUNK = 200_000


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which events of a visit are paired: each with those up to `reach` after it.

    Each step further counts `decay` times as much. `directed` pairs point from the earlier to the later.
    """

    reach: int
    decay: float
    directed: bool
    only: EventType | None = None

    def takes(self, events: Events) -> NDArray[np.bool_]:
        """Return which events are paired; the others might as well not have happened."""
        if self.only is None:
            return np.ones(len(events), np.bool_)
        chosen: NDArray[np.bool_] = events["type"] == TYPES.index(self.only)
        return chosen


# Of a long order, each line is paired with this many others; their order is arbitrary.
TOGETHER = Pairing(reach=40, decay=1.0, directed=False, only=EventType.PURCHASE)
# Later steps of a session have less and less to do with the first.
AFTER = Pairing(reach=10, decay=0.8, directed=True)


def add_pairs(
    sums: PairSums,
    sizes: NDArray[np.float64],
    events: Events,
    items: Numbers,
    ages: NDArray[np.float64],
    pairing: Pairing,
) -> None:
    """Add the pairs of events to the sums, and what each item has by itself to `sizes`.

    Events are as `by_actor` leaves them, `items` the numbers of theirs and `ages` in seconds.
    """
    taken = pairing.takes(events)
    events, items = events[taken], items[taken]
    recency = (0.5 ** (ages[taken] / HALF_LIFE_S)).astype(np.float32)
    sizes += np.bincount(items, recency, minlength=len(sizes))
    numbers = visit_numbers(events)
    for part in _whole_visits(numbers):
        visits, moments = numbers[part], events["at"][part]
        for step in range(1, min(pairing.reach, len(visits) - 1) + 1):
            close = np.flatnonzero(visits[step:] == visits[:-step])
            if not len(close):
                break
            first, then = items[part][close], items[part][close + step]
            weights = recency[part][close + step] * np.float32(pairing.decay ** (step - 1))
            differ = first != then
            sums.add(first[differ], then[differ], weights[differ])
            # Lines of one moment have no order.
            mutual = differ
            if pairing.directed:
                mutual = differ & (moments[close] == moments[close + step])
            sums.add(then[mutual], first[mutual], weights[mutual])


def _whole_visits(visits: Numbers) -> Iterator[slice]:
    """Yield slices of about CHUNK events that cut no visit."""
    begin = 0
    while begin < len(visits):
        last = visits[min(begin + CHUNK, len(visits)) - 1]
        end = int(np.searchsorted(visits, last, side="right"))
        yield slice(begin, end)
        begin = end


def best_pairs(sums: PairSums, sizes: NDArray[np.float64]) -> Pairs:
    """Return for each source of the sums what goes with it most; sizes are those of everybody."""
    sized = sizes.astype(np.float32)
    kept: list[Pairs] = []
    for sources, targets, added in sums.entries():
        cosines = added / np.sqrt(sized[sources] * sized[targets]) * (added / (added + SHRINKAGE))
        best = _best(sources, cosines)
        kept.append((sources[best], targets[best], cosines[best]))
    return _joined(kept)


def related(parts: Iterable[Pairs], items: int) -> Relation:
    """Return the relation of the best pairs of all sources."""
    return strongest(*_joined(parts), items, MOST_TARGETS)


def _joined(parts: Iterable[Pairs]) -> Pairs:
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    sources, targets, weights = zip(nothing, *parts, strict=True)
    return np.concatenate(sources), np.concatenate(targets), np.concatenate(weights)


def _best(sources: Numbers, weights: Floats) -> Numbers:
    """Return where the largest weights of each source are; of equals at the bound, all.

    Sorting everything instead takes ten times as long.
    """
    starts = np.flatnonzero(np.diff(sources, prepend=-1))
    kept = np.ones(len(sources), np.bool_)
    ends = np.append(starts, len(sources))[1:]
    for begin, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - begin > MOST_TARGETS:
            own = weights[begin:end]
            kept[begin:end] = own >= np.partition(own, -MOST_TARGETS)[-MOST_TARGETS]
    return np.flatnonzero(kept)
