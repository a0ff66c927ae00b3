"""Whether an answer is sure enough to be given, should be asked back for, or is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from concierge.answering.matching import Match
from concierge.retrieval.confidence import Thresholds

# More than three choices are a menu, and no question.
MOST_CHOICES = 3
# What is far less likely than the first is no choice worth reading.
CHOICE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with the matches: the sure ones, those to choose from, or none."""

    action: Literal["answer", "clarify", "handoff"]
    matches: tuple[Match, ...] = ()


def decide(matches: Sequence[Match], thresholds: Thresholds) -> Decision:
    """Decide by the confidence of matches, best first."""
    if not matches:
        return Decision("handoff")
    best = matches[0].confidence
    if best >= thresholds.answer:
        sure = tuple(match for match in matches if match.confidence >= thresholds.answer)
        return Decision("answer", sure)
    if best >= thresholds.clarify:
        near = [match for match in matches if match.confidence >= CHOICE_SHARE * best]
        return Decision("clarify", tuple(near[:MOST_CHOICES]))
    return Decision("handoff")
