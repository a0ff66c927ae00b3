"""What one actor did in one go: a basket of purchases, or a session of views and carts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.training.event_log import Events

# The usual end of a web session (W3C Web Characterization); a basket is paid within it.
GAP_S = 1_800.0

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits by actor and time: what each contains is compressed sparse rows, each item once.

    `actors` (number of the actor) and `at` (epoch seconds of the first event) are [visits], `starts`
    int64 [visits + 1]; `items` (position among the item hashes) and `strengths` (of the strongest
    event, a purchase has 1) are of the contents.
    """

    actors: Numbers
    at: NDArray[np.float64]
    starts: Numbers
    items: Numbers
    strengths: Floats

    def __len__(self) -> int:
        return len(self.at)

    def of(self, visit: int) -> tuple[Numbers, Floats]:
        """Return the items of one visit and their strengths."""
        found = slice(int(self.starts[visit]), int(self.starts[visit + 1]))
        return self.items[found], self.strengths[found]


def by_actor(log: Events) -> Events:
    """Return the events about items that tell about taste, by actor, then in the order of time."""
    telling: Events = log[(log["item"] != 0) & (log["weight"] > 0)]
    ordered: Events = telling[np.lexsort((telling["event"], telling["at"], telling["actor"]))]
    return ordered


def visit_numbers(events: Events) -> Numbers:
    """Return the number of the visit of each event; they come as `by_actor` leaves them."""
    begins = np.ones(len(events), np.bool_)
    begins[1:] = (events["actor"][1:] != events["actor"][:-1]) | (np.diff(events["at"]) > GAP_S)
    return np.cumsum(begins) - 1


def visits_of(events: Events, item_hashes: NDArray[np.uint64], purchase: float) -> Visits:
    """Return the visits of events as `by_actor` leaves them; `purchase` is the weight of one."""
    numbers = visit_numbers(events)
    items = np.searchsorted(item_hashes, events["item"])
    strengths = np.minimum(events["weight"] / purchase, 1.0)
    order = np.lexsort((-strengths, items, numbers))
    first = np.ones(len(events), np.bool_)
    ordered = numbers[order], items[order]
    first[1:] = (ordered[0][1:] != ordered[0][:-1]) | (ordered[1][1:] != ordered[1][:-1])
    kept = order[first]
    count = int(numbers[-1]) + 1 if len(numbers) else 0
    starts = np.searchsorted(numbers[kept], np.arange(count + 1))
    begins = np.searchsorted(numbers, np.arange(count))
    _, actors = np.unique(events["actor"], return_inverse=True)
    return Visits(
        actors[begins],
        events["at"][begins],
        starts.astype(np.int64),
        items[kept].astype(np.int64),
        strengths[kept].astype(np.float32),
    )
