"""Which events a profile must not learn from, because no person makes them so fast.

An actor over a rule is quarantined, and what it does meanwhile still counts towards its pace, up
to a ceiling. So the quarantine lasts as long as the flood, and then 0.7 of the rule's time at most.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from math import floor
from typing import NamedTuple

from concierge.shop.conduct import ACTS_OF_KIND, MEMORY_S, Counted
from concierge.shop.events import Event, EventType
from concierge.shop.pace import Pace
from concierge.shop.profile import Action, Profile

# So far over a limit, a little below the ceiling, a flood need not be counted on.
SATURATED = 1.5


class Seen(NamedTuple):
    """As much of an event as the rules compare it by."""

    at: float
    type: EventType
    item_id: str


def seen(done: Event | Action) -> Seen:
    """Return what the rules see of an event or an action."""
    at = done.at if isinstance(done, Action) else done.occurred_at.timestamp()
    return Seen(at, done.type, done.item_id)


def watched(profile: Profile, events: Collection[Event]) -> tuple[Profile, str]:
    """Return the profile with its pace after the events, and the rule that is broken, if any.

    A broken rule means that nothing else may be recorded of them. Their order does not matter.
    The pace of a customer who switched personalization off is not kept either.
    """
    if profile.personalization == "off":
        return profile, ""
    pace = paced(profile.pace, map(seen, events), [seen(action) for action in profile.actions])
    return replace(profile, pace=pace), pace.broken_rule(pace.as_of)


def is_saturated(before: Profile, after: Profile) -> bool:
    """Tell whether an actor is so far over a rule that its new pace need not be written."""
    return bool(before.pace.broken_rule(after.pace.as_of, SATURATED))


def paced(pace: Pace, done: Iterable[Seen], recent: Iterable[Seen]) -> Pace:
    """Return the pace after something was done, given what was done shortly before."""
    return pace.after(_counted(sorted(done), recent))


def _counted(done: Iterable[Seen], recent: Iterable[Seen]) -> Iterator[tuple[Counted, float]]:
    """Yield what the rules count of things done, in their order."""
    before = list(recent)
    for each in done:
        if each.type is EventType.IMPRESSION:
            yield Counted.IMPRESSIONS, each.at
            continue
        yield Counted.LINES, each.at
        if each.type is EventType.VIEW or not _is_same_act(each, before):
            yield Counted.ACTS, each.at
            yield from ((kind, each.at) for kind in ACTS_OF_KIND.get(each.type, ()))
        if each.item_id and _is_repetition(each, before):
            yield Counted.REPETITIONS, each.at
        elif each.type is EventType.VIEW:
            yield Counted.NOVELTIES, each.at
        before.append(each)


def _is_same_act(new: Seen, before: Iterable[Seen]) -> bool:
    second = floor(new.at)
    return any(old.type is new.type and floor(old.at) == second for old in before)


def _is_repetition(new: Seen, before: Iterable[Seen]) -> bool:
    return any(
        old.item_id == new.item_id and old.type is new.type and abs(new.at - old.at) <= MEMORY_S
        for old in before
    )
