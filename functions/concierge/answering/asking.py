"""What a customer asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question, in a conversation or on its own; an empty language is detected.

    `choice` is the value that the customer picked of those a question back offered. Entries for an
    audience answer only those who name it. `may_be_reworded` lets a generator, where there is one,
    word the answer.
    """

    text: str
    language: str = ""
    conversation_id: str = ""
    customer_id: str = ""
    session_id: str = ""
    audience: str = ""
    choice: str = ""
    may_be_reworded: bool = True

    @property
    def owner(self) -> str:
        """Return to whom a conversation belongs that begins with this question."""
        if self.customer_id:
            return f"customer:{self.customer_id}"
        return _session(self.session_id)

    def may_go_on_with(self, owner: str) -> bool:
        """Tell whether a conversation of an owner is this customer's.

        One that began before a login stays theirs while the session is named beside the customer.
        """
        return owner in {"", self.owner, _session(self.session_id)}


def _session(session_id: str) -> str:
    return f"session:{session_id}" if session_id else ""
