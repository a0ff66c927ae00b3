"""Logs of events as training reads them, from events spelt out."""

from datetime import timedelta

import numpy as np
from hypothesis import strategies as st

from concierge.shop.events import EventType
from concierge.training.event_log import EVENT, TYPES, read_log
from tests.builders import NOW, make_event
from tests.fakes.importing import InMemoryEventParts

HAPPENED = ("view", "add_to_cart", "purchase", "impression")
START = NOW - timedelta(days=60)


def log_of(*events):
    """Return what the archive of these events reads as."""
    lines = "".join(f"{event.to_json()}\n" for event in events)
    return read_log(InMemoryEventParts(part=lines.encode()), NOW)[0]


def told(event_type, item="tent", who="ada", made="", hours=0.0, **fields):
    """Return an event so many hours after START; `made` is a recommendation's id."""
    at = START + timedelta(hours=hours)
    values = {
        "event_id": f"{event_type}-{item}-{who}-{made}-{hours}",
        "type": EventType(event_type),
        "occurred_at": at,
        "customer_id": who,
        "item_id": item,
        "recommendation_id": made,
    }
    return make_event(**(values | fields))


@st.composite
def logs(draw):
    """Draw a small log in which people, items, lists and moments often coincide."""
    log = np.zeros(draw(st.integers(0, 40)), EVENT)
    for n, row in enumerate(log):
        row["event"] = n + 1
        row["type"] = TYPES.index(draw(st.sampled_from(HAPPENED)))
        row["is_customer"] = draw(st.booleans())
        row["session"] = draw(st.integers(0, 2))
        row["actor"] = draw(st.integers(1, 3)) if row["is_customer"] else 100 + row["session"]
        row["item"] = draw(st.integers(0, 3))
        row["recommendation"] = draw(st.integers(0, 4))
        row["arm"] = 1 + row["recommendation"] % 2 if row["recommendation"] else 0
        row["at"] = draw(st.integers(0, 12)) * 43_200
    return np.sort(log, order=("at", "event"))


def drawn_log(actors=200, items=40, visits=4, basket=3, seed=0, days=200.0):
    """Return a log of baskets in which buyers of an item tend to take the next one afterwards."""
    draw = np.random.default_rng(seed)
    rows = actors * visits * basket
    log = np.zeros(rows, EVENT)
    log["event"] = draw.permutation(rows).astype(np.uint64) + 1
    log["actor"] = np.repeat(np.arange(1, actors + 1), visits * basket)
    moments = np.sort(draw.random((actors, visits)) * days * 86_400.0, axis=1)
    log["at"] = START.timestamp() + np.repeat(moments.ravel(), basket) + draw.integers(0, 900, rows)
    first = np.repeat(draw.zipf(1.5, actors) % items, visits * basket)
    steps = np.tile(np.repeat(np.arange(visits), basket), actors)
    log["item"] = 1 + (first + steps + draw.integers(0, 4, rows)) % items
    bought = draw.random(rows) < 0.6
    kinds = np.where(bought, TYPES.index(EventType.PURCHASE), TYPES.index(EventType.VIEW))
    log["type"], log["weight"] = kinds, np.where(bought, 5.0, 1.0)
    return np.sort(log, order=("at", "event"))
