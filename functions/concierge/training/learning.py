"""A behaviour model from a log of events: the same log gives the same model, on any machine.

Everything that is learnt is made of sums over actors. A log may be cut by actor, surveyed and then
summed up part by part, by one machine or by many; what is added up is finished once.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np

from concierge.retrieval.behaviour_snapshot import Behaviour
from concierge.training.event_log import Events
from concierge.training.sums import Sums
from concierge.training.survey import Scope, surveyed

# Beside the sums, summing up takes memory in proportion to the events of a part: 0.3 GB for these.
MOST_AT_ONCE = 1_000_000


def learn(log: Events) -> Behaviour:
    """Return what a log tells of items; an empty model where it tells of none."""
    scope = Scope.of(reduce(add, (surveyed(part) for part in parts_by_actor(log))))
    sums = Sums.of_nobody(scope)
    for part in parts_by_actor(log):
        sums.add(part, scope)
    return sums.finished(scope)


def parts_by_actor(log: Events, most: int = MOST_AT_ONCE) -> Iterator[Events]:
    """Yield parts of about so many events at most, with all events of each actor in one."""
    count = max(-(-len(log) // most), 1)
    if count == 1:
        yield log
        return
    numbers = (log["actor"] % np.uint64(count)).astype(np.int64)
    for number in range(count):
        yield log[numbers == number]


def weighted(model: Behaviour, weights: dict[str, float]) -> Behaviour:
    """Return a model with the weights of the parts of a personal list."""
    return replace(model, weights={"for-you": weights} if weights else {})
