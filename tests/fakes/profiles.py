"""Profiles in memory, under the rules of the real table."""

import threading
from dataclasses import replace

from concierge.errors import DuplicateEvents, ProfileChanged
from concierge.shop.profile import Profile


class InMemoryProfiles:
    """Implements Profiles; `commits` counts the writes that went through."""

    def __init__(self, *profiles):
        self._lock = threading.Lock()
        self._kept = {}
        self._last_version = 0
        self.marked = set()
        self.commits = 0
        for profile in profiles:
            self.commit(profile, [])

    def get(self, actor):
        with self._lock:
            return self._kept.get(actor, Profile(actor))

    def commit(self, profile, event_ids, session=None):
        written = [profile] if session is None else [profile, session]
        with self._lock:
            if seen := self.marked.intersection(event_ids):
                raise DuplicateEvents(seen)
            for each in written:
                if each.version != self._kept.get(each.actor, Profile(each.actor)).version:
                    raise ProfileChanged(f"a {each.actor.kind} was written since it was read")
            self._last_version += 1
            for each in written:
                self._kept[each.actor] = replace(each, version=self._last_version)
            self.marked.update(event_ids)
            self.commits += 1

    def erase(self, actor):
        with self._lock:
            self._kept.pop(actor, None)
