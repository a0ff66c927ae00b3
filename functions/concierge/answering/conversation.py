"""What was asked and answered in one conversation, and where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

Action = Literal["answer", "clarify", "handoff"]
Topic = Literal["knowledge", "products", "flow", "small_talk", "person", "refusal"]

CONVERSATION_LIFE = timedelta(days=7)
MOST_TURNS = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it; `at` is in epoch seconds.

    `question` is as it was asked but for what guardrails mask, `standalone` the same with what a
    follow-up left out. `choices` are the entries between which a clarifying question lets the
    customer choose, and `flow` is the state of a flow that goes on.
    """

    answer_id: str
    at: float
    question: str
    action: Action
    confidence: float
    entry_id: str = ""
    topic: Topic = "knowledge"
    answer: str = ""
    language: str = ""
    standalone: str = ""
    choices: tuple[str, ...] = ()
    flow: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first; `owner` is the customer or session that began it."""

    id: str
    turns: tuple[Turn, ...] = ()
    owner: str = ""

    @property
    def subject(self) -> Turn | None:
        """Return the latest turn that was about something, on which a follow-up may lean."""
        about = (turn for turn in reversed(self.turns) if turn.topic in {"knowledge", "products"})
        return next(about, None)

    @property
    def last(self) -> Turn | None:
        """Return the turn before the question at hand."""
        return self.turns[-1] if self.turns else None


class Conversations(Protocol):
    """Keeps the turns of conversations until they expire."""

    def read(self, conversation_id: str) -> Conversation:
        """Return a conversation, or raise UnknownConversation."""

    def append(self, conversation_id: str, turn: Turn, owner: str = "") -> None:
        """Add a turn, beginning the conversation where it is new."""

    def erase(self, conversation_id: str) -> None:
        """Forget a conversation, whether it exists or not."""
