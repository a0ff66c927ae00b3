"""What answers beside the knowledge: guardrails, the shop's dialogue, products and a generator."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from concierge.answering.dialogue import DEFAULT_DIALOGUE, Dialogue
from concierge.answering.exchange import Exchange
from concierge.answering.flows.calling import ShopCalls
from concierge.answering.replies import Reply
from concierge.answering.shelf import Shelf
from concierge.guarding.guard import Guard
from concierge.guarding.policy import DEFAULT_POLICY, Policy
from concierge.language.encoder import TextEncoder
from concierge.retrieval.confidence import Thresholds
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.live import Live

if TYPE_CHECKING:
    # Imported when a dialogue first has flows: most shops begin without any.
    from concierge.answering.flows.engine import Flows


class Rewording(Protocol):
    """Puts an answer into other words."""

    def reword(self, exchange: Exchange, reply: Reply) -> Reply:
        """Return the reply with a new text, or as it is, saying what was degraded."""


class Desk:
    """Keeps what is made of the documents in force for as long as these stay the same.

    Of the answers that are given, the share `precision` shall be right.
    """

    def __init__(
        self,
        precision: float,
        shelf: Shelf,
        calls: Callable[[], ShopCalls],
        guardrails: Live[Policy],
        dialogues: Live[Dialogue],
        rewording: Rewording | None = None,
    ) -> None:
        self._precision = precision
        self.shelf = shelf
        self.rewording = rewording
        self._calls = calls
        self._guardrails = guardrails
        self._dialogues = dialogues
        self._guard: tuple[Policy, TextEncoder | None, Guard] | None = None
        self._flows: tuple[Dialogue, TextEncoder | None, Flows] | None = None

    def thresholds(self, knowledge: KnowledgeSnapshot) -> Thresholds:
        """Return how sure an answer from the knowledge must be."""
        return knowledge.calibrations.thresholds(self._precision)

    def dialogue(self) -> Dialogue:
        """Return the dialogue in force."""
        return self._dialogues.get_or_none() or DEFAULT_DIALOGUE

    def guard(self, encoder: TextEncoder | None) -> Guard:
        """Return what applies the guardrails in force."""
        policy = self._guardrails.get_or_none() or DEFAULT_POLICY
        kept = self._guard
        if kept is None or kept[0] is not policy or kept[1] is not encoder:
            kept = self._guard = (policy, encoder, Guard(policy, encoder))
        return kept[2]

    def flows(self, dialogue: Dialogue, encoder: TextEncoder | None) -> "Flows | None":
        """Return the flows of a dialogue, or None where it has none."""
        if not dialogue.flows:
            return None
        kept = self._flows
        if kept is None or kept[0] is not dialogue or kept[1] is not encoder:
            from concierge.answering.flows.engine import Flows

            flows = Flows(dialogue, encoder, self._calls())
            kept = self._flows = (dialogue, encoder, flows)
        return kept[2]
