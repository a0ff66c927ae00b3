"""Which items go together in a basket, and which come after which in a session.

Cosine of the (decayed) counts, so that popular items do not go with everything, shrunk where few
cases speak for it.
"""

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.relations import Relation, strongest
from concierge.shop.events import EventType
from concierge.training.event_log import TYPES, Events
from concierge.training.visits import visit_numbers

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]

MOST_TARGETS = 60
# Later steps of a session have less and less to do with the first.
LATER_STEP = 0.8
MOST_STEPS = 10
# Of a long order, each line is paired with this many others; their order is arbitrary.
MOST_LINES = 40
HALF_LIFE_S = 180 * 86_400.0
SHRINKAGE = 3.0


def together(events: Events, items: Numbers, count: int) -> Relation:
    """Return what is bought in the same basket; `items` are the numbers of the events' items."""
    bought = events["type"] == TYPES.index(EventType.PURCHASE)
    return _related(events[bought], items[bought], count, MOST_LINES, 1.0, directed=False)


def after(events: Events, items: Numbers, count: int) -> Relation:
    """Return what is looked at, put in the cart or bought later in the same session."""
    return _related(events, items, count, MOST_STEPS, LATER_STEP, directed=True)


def _related(
    events: Events, items: Numbers, count: int, reach: int, decay: float, *, directed: bool
) -> Relation:
    """Pair each event with those up to `reach` after it; events are as `by_actor` leaves them."""
    visits = visit_numbers(events)
    newest = events["at"].max(initial=0.0)
    recency = (0.5 ** ((newest - events["at"]) / HALF_LIFE_S)).astype(np.float32)
    keys, sums = np.zeros(0, np.int64), np.zeros(0, np.float32)
    for step in range(1, min(reach, len(events) - 1) + 1):
        pair = (visits[step:] == visits[:-step]) & (items[step:] != items[:-step])
        first, then = items[:-step][pair], items[step:][pair]
        weights = recency[step:][pair] * np.float32(decay ** (step - 1))
        # Lines of one moment have no order.
        mutual = (events["at"][step:] == events["at"][:-step])[pair] | (not directed)
        new = np.concatenate([first * count + then, (then * count + first)[mutual]])
        keys, sums = _added_up(
            np.concatenate([keys, new]), np.concatenate([sums, weights, weights[mutual]])
        )
    sizes = np.bincount(items, recency, minlength=count).astype(np.float32)
    first, then = keys // count if count else keys, keys % count if count else keys
    cosines = sums / np.sqrt(sizes[first] * sizes[then]) * (sums / (sums + SHRINKAGE))
    return strongest(first, then, cosines, count, MOST_TARGETS)


def _added_up(keys: Numbers, weights: Floats) -> tuple[Numbers, Floats]:
    """Return each key once, sorted, with the sum of its weights."""
    order = np.argsort(keys, kind="stable")
    keys, weights = keys[order], weights[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else keys
    return keys[first], np.add.reduceat(weights, first) if len(keys) else weights
