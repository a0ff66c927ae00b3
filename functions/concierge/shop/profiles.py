"""Where profiles are kept: the interface that recorder, importer, recommender and customers share."""

import random
import time
from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

from concierge.errors import ProfileChanged
from concierge.shop.profile import Actor, Profile

ATTEMPTS = 10
LONGEST_PAUSE_S = 0.8

T = TypeVar("T")


class Profiles(Protocol):
    """Keeps one profile for each actor, and which events took effect."""

    def get(self, actor: Actor) -> Profile:
        """Return the profile as last written; an empty one of version 0 for an unknown actor."""

    def commit(
        self, profile: Profile, event_ids: Collection[str], session: Profile | None = None
    ) -> None:
        """Write the profile, the session beside it and a marker for each event: all or nothing.

        Profiles carry the version they were read with. Raise DuplicateEvents naming the events
        that took effect before, or else ProfileChanged if a profile was written since it was read.
        """

    def erase(self, actor: Actor) -> None:
        """Forget a profile, whether it exists or not."""


def despite_changes(attempt: Callable[[], T], pause: Callable[[float], None] = time.sleep) -> T:
    """Read, change and commit again while others write the profile, or raise ProfileChanged.

    The pauses grow and are random, so that two writers do not meet again and again.
    """
    for number in range(1, ATTEMPTS):
        try:
            return attempt()
        except ProfileChanged:
            longest_s = min(0.01 * 2**number, LONGEST_PAUSE_S)
            pause(random.uniform(0, longest_s))  # noqa: S311 - jitter, no secret
    return attempt()
