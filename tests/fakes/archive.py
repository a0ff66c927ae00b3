"""An event archive in memory."""


class InMemoryArchive:
    """Implements EventArchive; refuses events whose id is in `refusing`."""

    def __init__(self, refusing=()):
        self.events = []
        self.refusing = set(refusing)

    def append(self, events):
        lost = {at for at, event in enumerate(events) if event.event_id in self.refusing}
        self.events += [event for at, event in enumerate(events) if at not in lost]
        return frozenset(lost)
