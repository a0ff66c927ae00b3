"""Feedback on answers: kept once for each answer, and an open question where one was bad."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from concierge.answering.conversation import Conversations, Turn
from concierge.answering.open_questions import OpenQuestion, OpenQuestions, Reason
from concierge.errors import UnknownAnswer, UnknownConversation
from concierge.language.identification import identify

# What is done where no answer is sure enough.
UNANSWERED = frozenset({"handoff", "clarify"})


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a customer said of an answer; `at` is in epoch seconds."""

    answer_id: str
    at: float
    helpful: bool | None = None
    resolved: bool | None = None
    correction: str = ""

    @property
    def is_complaint(self) -> bool:
        """Whether the answer was bad."""
        return self.helpful is False or self.resolved is False or bool(self.correction)


class FeedbackStore(Protocol):
    """Keeps what customers said of answers."""

    def put(self, feedback: Feedback) -> Feedback:
        """Keep feedback, and return all that was said of its answer so far.

        A second one on the same answer replaces what it says again, and leaves the rest.
        """


class FeedbackTaker:
    """Takes feedback on answers that were given."""

    def __init__(
        self,
        conversations: Conversations,
        feedback: FeedbackStore,
        questions: OpenQuestions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._conversations = conversations
        self._feedback = feedback
        self._questions = questions
        self._clock = clock

    def take(
        self, answer_id: str, *, helpful: bool | None, resolved: bool | None, correction: str
    ) -> Feedback:
        """Keep feedback, or raise UnknownAnswer where no such answer was given lately."""
        turn = self._turn(answer_id)
        said = Feedback(answer_id, self._clock(), helpful, resolved, correction.strip())
        feedback = self._feedback.put(said)
        reason = _reason(turn, feedback)
        if reason is None:
            self._questions.remove(answer_id)
        else:
            self._questions.put(
                OpenQuestion(
                    answer_id=answer_id,
                    at=turn.at,
                    question=turn.standalone or turn.question,
                    language=turn.language or identify(turn.question, default="en"),
                    reason=reason,
                    entry_id=turn.entry_id,
                    correction=feedback.correction,
                )
            )
        return feedback

    def _turn(self, answer_id: str) -> Turn:
        conversation_id = answer_id.rpartition(".")[0]
        if not conversation_id:
            raise UnknownAnswer(f"no answer {answer_id!r} was given lately")
        try:
            turns = self._conversations.read(conversation_id).turns
        except UnknownConversation as error:
            raise UnknownAnswer(f"no answer {answer_id!r} was given lately") from error
        for turn in turns:
            if turn.answer_id == answer_id:
                return turn
        raise UnknownAnswer(f"no answer {answer_id!r} was given lately")


def _reason(turn: Turn, feedback: Feedback) -> Reason | None:
    """Return why a question stays open, or None where it is answered to the customer's liking."""
    if feedback.correction:
        return "corrected"
    if turn.topic != "knowledge":
        return None
    if turn.action in UNANSWERED:
        return "unanswered"
    return "disliked" if feedback.is_complaint else None
