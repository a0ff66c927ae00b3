"""A queue of events in memory."""


class InMemoryQueue:
    """Implements EventQueue; refuses events whose id is in `refusing`."""

    def __init__(self, refusing=()):
        self.events = []
        self.refusing = set(refusing)

    def send(self, events):
        lost = {at for at, event in enumerate(events) if event.event_id in self.refusing}
        self.events += [event for at, event in enumerate(events) if at not in lost]
        return frozenset(lost)
