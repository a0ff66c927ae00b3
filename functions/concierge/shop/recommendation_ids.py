"""What a recommendation's id tells: the arm of the experiment that made it, and its placement."""

from dataclasses import dataclass
from typing import Self
from uuid import uuid4

# An arm is how a list is made: as learnt, by the traditional models, or learnt with exploration.
ARMS = ("learnt", "traditional", "exploring")
PLACEMENTS = (
    "for-you",
    "similar",
    "bought-together",
    "also-viewed",
    "cart",
    "trending",
    "best-sellers",
    "new",
    "recently-viewed",
    "buy-again",
    "rank",
    "search",
)


@dataclass(frozen=True, slots=True)
class RecommendationId:
    """An id that later events carry, so that they need no log to tell what they come from."""

    arm: str
    placement: str
    unique: str

    @classmethod
    def new(cls, arm: str, placement: str) -> Self:
        """Return an id that is never given twice."""
        return cls(arm, placement, uuid4().hex)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what `str` of an id wrote, or None for an id that we did not make."""
        arm, placement, unique = (*text.split("."), "", "")[:3]
        known = arm in ARMS and placement in PLACEMENTS and unique
        return cls(arm, placement, unique) if known else None

    def __str__(self) -> str:
        return f"{self.arm}.{self.placement}.{self.unique}"
