"""Where profiles are kept: the interface that recorder, importer, recommender and customers share."""

from collections.abc import Collection
from typing import Protocol

from concierge.shop.profile import Actor, Profile


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
