"""What no person does in a shop: the rules that tell a customer from a program.

The numbers are far beyond what people do, not at its edge: who is caught by mistake goes unheard,
and a program that keeps below them is no louder than a very keen customer. An act is what one
decision makes: a view, or all purchases, all lines put into a cart, all searches (some storefronts
search at every key) within one second. So an invoice of a thousand lines is one act. Only the
times of one actor's events are compared with each other; a clock that is off by a year is off for
all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from concierge.shop.events import EventType

MINUTE_S, HOUR_S, DAY_S = 60.0, 3_600.0, 86_400.0

# An item seen again within this time is a repetition, afterwards it is new once more.
MEMORY_S = HOUR_S
# What happens further apart than this are two visits, where no session says so.
PAUSE_S = 1_800.0
# A metronome: so many pauses between acts, of which so many are within a tenth of the median. Of a
# person's pauses about 7 % are, if they are exponential; nobody keeps time for a hundred clicks.
# Shorter pauses than a second drown in the resolution of clocks and belong to the rules of rates.
METRONOME = "metronome"
METRONOME_PAUSES = 100
METRONOME_SHARE = 0.9
METRONOME_SPREAD = 0.1
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 600.0
# What training calls events that were quarantined when they came in.
LIVE = "live"

# A moment that is a multiple of the first may have been rounded to the second, coarsest first.
# Files often hold minutes or days; the days of time zones begin at any quarter of an hour.
ROUNDED = ((900.0, DAY_S), (300.0, 300.0), (60.0, 60.0))


class Counted(StrEnum):
    """What a rule counts of an actor."""

    ACTS = "acts"
    CHECKOUTS = "checkouts"
    CART_ACTS = "cart acts"
    NOVELTIES = "views of items not seen within the hour"
    REPETITIONS = "events of one kind on an item that had one within the hour"
    LINES = "events but impressions"
    IMPRESSIONS = "impressions"


# Acts that are counted for themselves as well.
ACTS_OF_KIND: Mapping[EventType, tuple[Counted, ...]] = {
    EventType.PURCHASE: (Counted.CHECKOUTS,),
    EventType.ADD_TO_CART: (Counted.CART_ACTS,),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """More than `most` within a time is no person, for this reason."""

    name: str
    counted: Counted
    most: int
    within_s: float
    reason: str

    @property
    def is_live(self) -> bool:
        """Tell whether it can be judged as events come in: nothing ends a count of a lifetime."""
        return self.within_s < inf


RULES = (
    Rule("burst", Counted.ACTS, 25, 10.0, "opening results in tabs is two a second at best"),
    Rule("rush", Counted.ACTS, 60, MINUTE_S, "nobody decides every second for a minute"),
    Rule("marathon", Counted.ACTS, 600, HOUR_S, "an act every six seconds, an hour long"),
    Rule("sleepless", Counted.ACTS, 3_000, DAY_S, "an act every 20 s from waking to sleeping"),
    Rule("harvest", Counted.NOVELTIES, 300, HOUR_S, "a new product every 12 s, an hour long"),
    Rule("refresh", Counted.REPETITIONS, 200, HOUR_S, "waiting for stock reloads 3 times a minute"),
    Rule("checkouts", Counted.CHECKOUTS, 10, MINUTE_S, "a till takes longer than 6 s a customer"),
    Rule("carts", Counted.CART_ACTS, 30, MINUTE_S, "a quick-order list is one act, not thirty"),
    Rule("bulk", Counted.LINES, 5_000, MINUTE_S, "the longest invoice known here has 1,112 lines"),
    Rule("display", Counted.IMPRESSIONS, 20_000, HOUR_S, "5 products a second scroll by all hour"),
    Rule("lifetime", Counted.LINES, 500_000, inf, "300 a day for four and a half years"),
)


def resolution_s(at: float) -> float:
    """Return by how much a moment may have been rounded.

    A rule passes over events that may be rounded by more than the time it looks at: one in sixty
    at most where clocks show seconds.
    """
    return next((rounded for shown, rounded in ROUNDED if at % shown == 0), 0.0)
