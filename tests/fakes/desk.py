"""What answers beside the knowledge, with products and documents that a test sets."""

from concierge.answering.desk import Desk
from concierge.answering.shelf import NOTHING
from concierge.retrieval.confidence import Thresholds
from tests.fakes.snapshots import InForce


class FakeShelf:
    """Finds what it was given by a word, and recommends the rest; `failure` is raised while set."""

    def __init__(self, found=None, recommended=NOTHING):
        self.found = found or {}
        self.recommended = recommended
        self.shoppers = []
        self.failure = None

    def search(self, about):
        if self.failure:
            raise self.failure
        fits = (selection for word, selection in self.found.items() if word in about)
        return next(fits, NOTHING)

    def recommend(self, shopper):
        if self.failure:
            raise self.failure
        self.shoppers.append(shopper)
        return self.recommended


class DeskWith(Desk):
    """A desk whose thresholds a test sets, whatever the knowledge learnt."""

    def __init__(self, thresholds, *others):
        super().__init__(0.9, *others)
        self.set = thresholds

    def thresholds(self, knowledge):
        return self.set


def desk_of(
    shelf=None, calls=None, policy=None, dialogue=None, rewording=None, thresholds=(0.5, 0.25)
):
    """Return a desk; what is left out is what a shop without documents has."""
    return DeskWith(
        Thresholds(*thresholds),
        shelf or FakeShelf(),
        lambda: calls,
        InForce(policy),
        InForce(dialogue),
        rewording,
    )
