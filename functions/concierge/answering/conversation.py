"""What was asked and answered in one conversation, and where it is kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

CONVERSATION_LIFE = timedelta(days=7)
MOST_TURNS = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it; `at` is in epoch seconds."""

    answer_id: str
    at: float
    question: str
    action: str
    confidence: float
    entry_id: str = ""


class Conversations(Protocol):
    """Keeps the turns of conversations until they expire."""

    def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """Return the turns so far, oldest first, or raise UnknownConversation."""

    def append(self, conversation_id: str, turn: Turn) -> None:
        """Add a turn, beginning the conversation where it is new."""
