"""One question on its way through the answerer, with all that its answer may depend on."""

from dataclasses import dataclass

from concierge.answering.asking import Question
from concierge.answering.conversation import Conversation, Turn
from concierge.answering.dialogue import Dialogue
from concierge.answering.finding import Finder
from concierge.answering.shelf import Shopper
from concierge.guarding.findings import Verdict
from concierge.guarding.guard import Guard
from concierge.retrieval.confidence import Thresholds


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, what guardrails say of it, the conversation before it, and what is in force."""

    question: Question
    verdict: Verdict
    language: str
    conversation: Conversation
    finder: Finder
    thresholds: Thresholds
    guard: Guard
    dialogue: Dialogue
    now: float

    @property
    def text(self) -> str:
        """Return the question as guardrails let it through."""
        return self.verdict.text

    @property
    def is_upset(self) -> bool:
        """Whether the customer is rude, which a person who takes over wants to know."""
        return any(finding.family == "toxicity" for finding in self.verdict.findings)

    @property
    def before(self) -> Turn | None:
        """Return the turn before this one."""
        return self.conversation.last

    @property
    def shopper(self) -> Shopper:
        """Return for whom products are chosen."""
        asked = self.question
        return Shopper(asked.customer_id, asked.session_id, self.language)
