"""Live events from the queue into profiles and the archive; each takes effect once.

A marker for each event is written in one transaction with the profile that it changed. So an
event that is delivered again is recognised, also when two deliveries are handled at once.
"""

import json
import re
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from aws_lambda_powertools import Logger

from concierge.errors import (
    ConciergeError,
    DuplicateEvents,
    InvalidRecord,
    ProfileChanged,
    Throttled,
    UnknownItem,
    Warming,
)
from concierge.ingesting.visits import Delivery, Visit, visits
from concierge.ingesting.watching import is_saturated, watched
from concierge.shop.catalogue import Product
from concierge.shop.events import Event, parse_event
from concierge.shop.profile import Actor, Profile, emptied_into, merge, record
from concierge.shop.profiles import Profiles, despite_changes

logger = Logger(child=True)


class Products(Protocol):
    """Knows the products of the shop."""

    def product(self, item_id: str) -> Product:
        """Return the product, or raise UnknownItem."""


class EventArchive(Protocol):
    """Keeps events for training."""

    def append(self, events: Sequence[Event]) -> frozenset[int]:
        """Keep the events and return the positions of those not taken; raise nothing for them."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the queue; the body is one event as JSON."""

    id: str
    body: str


class Recorder:
    """Records batches of messages; `catalogue` may raise Warming, then events have no tags."""

    def __init__(
        self,
        profiles: Profiles,
        catalogue: Callable[[], Products],
        archive: EventArchive,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._profiles = profiles
        self._catalogue = catalogue
        self._archive = archive
        self._now = now
        self._pause = pause

    def record(self, messages: Sequence[Message]) -> list[str]:
        """Record what can be recorded and return the ids of the messages to deliver again.

        An event is archived after its commit. A crash between the two is mended by the next
        delivery, which archives it again: training drops repeats by their event_id.
        """
        deliveries = [each for message in messages if (each := self._read(message))]
        recorded = [each for visit in visits(deliveries) for each in self._recorded(visit)]
        lost = self._archive.append([each.event for each in recorded]) if recorded else frozenset()
        done = {each.message_id for at, each in enumerate(recorded) if at not in lost}
        failed = [message.id for message in messages if message.id not in done]
        logger.info("recorded", messages=len(messages), failed=len(failed))
        return failed

    def _read(self, message: Message) -> Delivery | None:
        """Return the event, or None: an invalid one goes to the dead letters, where it is kept."""
        try:
            return Delivery(message.id, parse_event(_parsed(message.body), self._now()))
        except InvalidRecord as error:
            reason = _without_values(error.reason)
            logger.warning("invalid event", message_id=message.id, field=error.field, reason=reason)
            return None

    def _recorded(self, visit: Visit) -> list[Delivery]:
        """Commit one visit and return what to archive; what goes wrong must not stop the others."""
        try:
            rule = self._commit(visit)
        except ConciergeError as error:
            logger.warning("visit not recorded", error=type(error).__name__, reason=str(error))
            return []
        except Exception as error:  # noqa: BLE001 - one poisonous event would take nine good ones along
            # The message of a foreign error may quote an id, so only its place is logged.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{place.filename}:{place.lineno}"
            logger.error("visit not recorded", error=type(error).__name__, where=where)
            return []
        if not rule:
            return visit.deliveries
        logger.warning("events quarantined", rule=rule, count=len(visit.deliveries))
        return [
            replace(each, event=replace(each.event, quarantined=rule)) for each in visit.deliveries
        ]

    def _commit(self, visit: Visit) -> str:
        """Return the rule of conduct that keeps the visit out of the profile, if any.

        Events that took effect before are judged by what the profile says of their actor now.
        Quarantined events take no effect and may go without markers.
        """
        pending = {each.event.event_id: each.event for each in visit.deliveries}

        def attempt() -> str:
            while True:
                known, session = self._read_profiles(visit)
                profile, rule = watched(known, pending.values())
                if not pending or (rule and is_saturated(known, profile)):
                    return rule
                if not rule:
                    profile = self._folded(profile, pending.values())
                try:
                    self._profiles.commit(profile, list(pending), session)
                except DuplicateEvents as error:
                    for event_id in error.event_ids:
                        del pending[event_id]
                except (ProfileChanged, Throttled):
                    # A flood meets itself at its profile; enough of it is counted there, and
                    # trying again would keep the others waiting.
                    if not rule:
                        raise
                    return rule
                else:
                    return rule

        return despite_changes(attempt, self._pause)

    def _read_profiles(self, visit: Visit) -> tuple[Profile, Profile | None]:
        """Return the profile to change, and the session as it is left where a customer has it."""
        if not visit.session_id:
            return self._profiles.get(Actor("customer", visit.customer_id)), None
        session = self._profiles.get(Actor("session", visit.session_id))
        customer_id = visit.customer_id or session.merged_into
        if not customer_id:
            return session, None
        customer = self._profiles.get(Actor("customer", customer_id))
        return merge(customer, session), emptied_into(session, customer_id)

    def _folded(self, profile: Profile, events: Iterable[Event]) -> Profile:
        unknown = 0
        for event in events:
            product = self._product(event.item_id)
            unknown += bool(event.item_id) and product is None
            profile = record(profile, event, product)
        if unknown:
            logger.info("items not in the catalogue", count=unknown)
        return profile

    def _product(self, item_id: str) -> Product | None:
        try:
            return self._catalogue().product(item_id) if item_id else None
        except (UnknownItem, Warming):
            return None


def _parsed(body: str) -> dict[str, object]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRecord("body", "is not JSON") from error
    if not isinstance(parsed, dict):
        raise InvalidRecord("body", "is not a JSON object")
    return parsed


def _without_values(reason: str) -> str:
    """Return a reason without what it quotes, which may say who somebody is."""
    return re.sub(r"""(['"]).*\1""", "…", reason)
