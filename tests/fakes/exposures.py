"""Draws of exploring lists, in memory."""


class InMemoryExposures:
    """Implements Exposures."""

    def __init__(self):
        self.events = []

    def append(self, events):
        self.events += events
        return frozenset()
