"""A behaviour model from a log of events: the same log gives the same model, on any machine."""

from dataclasses import replace

import numpy as np

from concierge.retrieval.behaviour_snapshot import Behaviour
from concierge.shop.events import EventType
from concierge.shop.profile import EVENT_WEIGHTS
from concierge.training.cooccurrence import after, together
from concierge.training.event_log import Events
from concierge.training.popularity import (
    POPULARITY_HALF_LIFE_S,
    TREND_HALF_LIFE_S,
    popularity,
    repeat_rates,
)
from concierge.training.successors import successors
from concierge.training.visits import by_actor, visits_of


def learn(log: Events) -> Behaviour:
    """Return what a log tells of items; an empty model where it tells of none."""
    acted = log[(log["item"] != 0) & (log["weight"] != 0)]
    hashes = np.unique(acted["item"])
    count = len(hashes)
    events = by_actor(acted)
    items = np.searchsorted(hashes, events["item"])
    all_items = np.searchsorted(hashes, acted["item"])
    visits = visits_of(events, hashes, EVENT_WEIGHTS[EventType.PURCHASE])
    return Behaviour(
        item_hashes=hashes,
        popularity=popularity(acted, all_items, count, POPULARITY_HALF_LIFE_S),
        trend=popularity(acted, all_items, count, TREND_HALF_LIFE_S),
        repeat=repeat_rates(visits, count),
        relations={
            "next": successors(visits, count),
            "together": together(events, items, count),
            "after": after(events, items, count),
        },
    )


def weighted(model: Behaviour, weights: dict[str, float]) -> Behaviour:
    """Return a model with the weights of the parts of a personal list."""
    return replace(model, weights={"for-you": weights} if weights else {})
