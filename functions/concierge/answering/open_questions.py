"""Questions that the shop could not answer well: what it is to learn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, Protocol

Reason = Literal["unanswered", "disliked", "corrected"]

# A question that nobody asked again in a season is not worth an answer.
QUESTION_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question with what went wrong; `entry_id` is the entry that it was answered with, if any.

    `at` is in epoch seconds, `correction` what the customer says that the answer should have been.
    """

    answer_id: str
    at: float
    question: str
    language: str
    reason: Reason
    entry_id: str = ""
    correction: str = ""

    @property
    def conversation_id(self) -> str:
        """The conversation that the question was asked in."""
        return self.answer_id.rpartition(".")[0]


class OpenQuestions(Protocol):
    """Keeps open questions until they expire."""

    def put(self, question: OpenQuestion) -> None:
        """Keep a question; a second one of the same answer replaces the first."""

    def remove(self, answer_id: str) -> None:
        """Forget the question of an answer, whether there is one or not."""


class MaskedQuestions:
    """Implements OpenQuestions: personal data is masked before anything is kept."""

    def __init__(self, questions: OpenQuestions, mask: Callable[[str], str]) -> None:
        self._questions = questions
        self._mask = mask

    def put(self, question: OpenQuestion) -> None:
        """Keep a question, masked."""
        mask = self._mask
        self._questions.put(
            replace(
                question,
                question=mask(question.question),
                correction=mask(question.correction),
            )
        )

    def remove(self, answer_id: str) -> None:
        """Forget the question of an answer."""
        self._questions.remove(answer_id)
