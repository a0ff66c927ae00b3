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
    """Decide by the confidence of matches, best first.

    What several choices are worth is the chance that one of them is meant.
    """
    if not matches:
        return Decision("handoff")
    best = matches[0].confidence
    if best >= thresholds.answer:
        sure = tuple(match for match in matches if match.confidence >= thresholds.answer)
        return Decision("answer", sure)
    near = [match for match in matches if match.confidence >= CHOICE_SHARE * best][:MOST_CHOICES]
    if sum(match.confidence for match in near) >= thresholds.clarify:
        return Decision("clarify", tuple(near))
    return Decision("handoff")
