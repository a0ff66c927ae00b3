"""What history says of each customer, folded into the profiles; each import counts once.

Events of the last weeks may have been delivered live as well. Their markers are still kept, so
they take effect through the same markers. Markers of older events have expired, and so has every
message that could bring them again: the import remembered in the profile is enough for them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from concierge.errors import DuplicateEvents, ProfileChanged
from concierge.ingesting.watching import Seen, paced, seen
from concierge.shop.catalogue import Product
from concierge.shop.events import Event, EventType
from concierge.shop.pace import Pace
from concierge.shop.profile import MOST_ACTIONS, MOST_IMPORTS, Actor, Profile, merge, record
from concierge.shop.profiles import Profiles

# As long as the table keeps the marker of a live event.
MARKED = timedelta(days=35)
# A DynamoDB transaction takes a hundred items, the profile among them.
MOST_MARKERS = 90
# More events of one actor in a month come from a robot; the rest goes without markers.
MOST_RECENT = 5_000
ATTEMPTS = 10
PAUSE_S = 0.05

ProductOf = Callable[[str], Product | None]


@dataclass(slots=True)
class History:
    """What one actor did: the older part as a profile of its own, the newer event by event."""

    actor: Actor
    older: Profile
    recent: list[Event] = field(default_factory=list)


def fold(actor: Actor, events: Iterable[Event], now: datetime, product_of: ProductOf) -> History:
    """Read the events of one actor, in the order of time, in the memory of one profile.

    What breaks a rule of conduct is left out.
    """
    history = History(actor, Profile(actor))
    pace, recent = Pace(), deque[Seen](maxlen=MOST_ACTIONS)
    for event in events:
        if event.type is EventType.IMPRESSION:
            continue
        pace = paced(pace, [seen(event)], recent)
        if pace.broken_rule(pace.as_of):
            continue
        recent.append(seen(event))
        if event.occurred_at > now - MARKED and len(history.recent) < MOST_RECENT:
            history.recent.append(event)
        else:
            history.older = record(history.older, event, product_of(event.item_id))
    return history


class HistoryProfiles:
    """Writes histories into profiles, once for each import id."""

    def __init__(self, profiles: Profiles, pause: Callable[[float], None] = time.sleep) -> None:
        self._profiles = profiles
        self._pause = pause

    def write(self, history: History, import_id: str, product_of: ProductOf) -> None:
        """Commit a history; raise ProfileChanged where the profile is never left alone."""
        pending = history.recent
        refusals = 0
        while True:
            profile, mark = self._profile_and_mark(history.actor, import_id)
            if mark in profile.imports:
                return
            part, rest = pending[:MOST_MARKERS], pending[MOST_MARKERS:]
            for event in part:
                profile = record(profile, event, product_of(event.item_id))
            if not rest:
                profile = _completed(profile, history.older, mark)
            try:
                self._profiles.commit(profile, [event.event_id for event in part])
            except DuplicateEvents as error:
                pending = [event for event in pending if event.event_id not in error.event_ids]
            except ProfileChanged:
                refusals += 1
                if refusals == ATTEMPTS:
                    raise
                self._pause(PAUSE_S * refusals)
            else:
                if not rest:
                    return
                pending = rest

    def _profile_and_mark(self, actor: Actor, import_id: str) -> tuple[Profile, str]:
        """Return the profile to change; that of a session that logged in is the customer's."""
        profile = self._profiles.get(actor)
        if not profile.merged_into:
            return profile, import_id
        customer = self._profiles.get(Actor("customer", profile.merged_into))
        return customer, f"{import_id}/{actor.id}"


def _completed(profile: Profile, older: Profile, mark: str) -> Profile:
    """Return the profile with the older part of a history, and the import remembered."""
    imports = (*profile.imports, mark)[-MOST_IMPORTS:]
    return replace(merge(profile, older), sessions=profile.sessions, imports=imports)
