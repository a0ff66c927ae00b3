"""What a shop may do with the profile of one customer: read it, correct it, erase it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from concierge.errors import InvalidRecord, UnknownCustomer
from concierge.shop.catalogue import PRICE_BAND_NAMES, split_category
from concierge.shop.profile import MOST_MUTED, MUTABLE_KINDS, Actor, Personalization, Profile
from concierge.shop.profiles import Profiles, despite_changes


@dataclass(frozen=True, slots=True)
class Correction:
    """What to change; None leaves the personalization as it is."""

    mute: frozenset[str] = frozenset()
    unmute: frozenset[str] = frozenset()
    personalization: Personalization | None = None


class Customers:
    """Reads, corrects and erases profiles."""

    def __init__(self, profiles: Profiles, pause: Callable[[float], None] = time.sleep) -> None:
        self._profiles = profiles
        self._pause = pause

    def read(self, customer_id: str) -> Profile:
        """Return the profile, or raise UnknownCustomer."""
        profile = self._profiles.get(Actor("customer", customer_id))
        if profile.version == 0:
            raise UnknownCustomer("there is no profile of this customer")
        return profile

    def correct(self, customer_id: str, correction: Correction) -> Profile:
        """Return the corrected profile; a customer may object before doing anything at all."""
        for tag in sorted(correction.mute):
            _check(tag)

        def attempt() -> Profile:
            profile = _corrected(self._profiles.get(Actor("customer", customer_id)), correction)
            self._profiles.commit(profile, [])
            return profile

        return despite_changes(attempt, self._pause)

    def erase(self, customer_id: str) -> None:
        """Forget the customer, known or not, and which sessions were theirs.

        Sessions come first: if it fails half-way, the profile still names those that are left.
        """
        profile = self._profiles.get(Actor("customer", customer_id))
        for session_id in profile.sessions:
            session = self._profiles.get(Actor("session", session_id))
            if session.merged_into == customer_id:
                self._profiles.erase(session.actor)
        self._profiles.erase(profile.actor)


def _check(tag: str) -> None:
    kind, _, value = tag.partition(":")
    if kind == "price" and value not in PRICE_BAND_NAMES:
        bands = ", ".join(PRICE_BAND_NAMES)
        raise InvalidRecord("muted/add", f"{value[:40]!r} is no price band; use one of {bands}")
    if kind == "category" and not split_category(value):
        raise InvalidRecord("muted/add", f"{value[:40]!r} names no category")
    if kind not in MUTABLE_KINDS or not value:
        kinds = ", ".join(f"{each}:…" for each in MUTABLE_KINDS)
        raise InvalidRecord("muted/add", f"{tag[:40]!r} is none of {kinds}")


def _corrected(profile: Profile, correction: Correction) -> Profile:
    muted = (profile.muted | correction.mute) - correction.unmute
    if len(muted) > MOST_MUTED:
        raise InvalidRecord("muted/add", f"would make {len(muted)}; at most {MOST_MUTED}")
    personalization = correction.personalization or profile.personalization
    return replace(profile, muted=muted, personalization=personalization)
