"""What became of the answers of the last days: what customers confirmed is never mixed with guesses."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

from concierge.answering.conversation import Conversation, Turn
from concierge.answering.feedback import UNANSWERED, Feedback

# A conversation in which nobody said anything for so long has ended.
ENDED_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts of answers; each is in exactly one.

    `confirmed` ones a customer called helpful or resolved; `assumed` ones met no complaint before
    their conversation ended, which tells little; `disputed` ones were called bad; `handed_over`
    are questions that found no answer; in `going_on` the conversation has not ended yet.
    """

    confirmed: int = 0
    assumed: int = 0
    disputed: int = 0
    handed_over: int = 0
    going_on: int = 0

    def to_record(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


class KeptConversations(Protocol):
    """Reads conversations."""

    def all(self) -> Iterator[Conversation]:
        """Yield every conversation that has not expired, in no order."""


class GivenFeedback(Protocol):
    """Reads feedback."""

    def of(self, answer_ids: Collection[str]) -> Mapping[str, Feedback]:
        """Return the feedback there is on some answers, by their ids."""


class OutcomeCounting:
    """Implements AnswersGiven from conversations and the feedback on their answers."""

    def __init__(
        self,
        conversations: KeptConversations,
        feedback: GivenFeedback,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._conversations = conversations
        self._feedback = feedback
        self._clock = clock

    def count(self) -> Outcomes:
        """Return the counts."""
        ended: dict[str, bool] = {}
        turns: list[Turn] = []
        for conversation in self._conversations.all():
            last = conversation.last
            for turn in conversation.turns:
                ended[turn.answer_id] = last is None or self._clock() - last.at >= ENDED_S
                turns.append(turn)
        said = self._feedback.of([turn.answer_id for turn in turns])
        counts = Counter(
            _outcome(turn, said.get(turn.answer_id), ended=ended[turn.answer_id])
            for turn in turns
            if turn.action == "answer" or turn.action in UNANSWERED
        )
        return Outcomes(**counts)


def _outcome(turn: Turn, said: Feedback | None, *, ended: bool) -> str:
    if turn.action in UNANSWERED:
        return "handed_over"
    if said is not None and said.is_complaint:
        return "disputed"
    if said is not None and (said.resolved or said.helpful):
        return "confirmed"
    return "assumed" if ended else "going_on"
