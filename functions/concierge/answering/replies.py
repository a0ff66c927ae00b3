"""What is said to a customer, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from concierge.answering.conversation import Action, Topic
from concierge.answering.flows.state import Choice
from concierge.answering.handoff import Handoff
from concierge.answering.matching import Match
from concierge.answering.shelf import NOTHING, Selection
from concierge.guarding.findings import Finding
from concierge.shop.knowledge import Entry
from concierge.shop.sentences import Span


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry behind an answer; `quotes` are the spans of its document that the answer is."""

    entry: Entry
    source: str
    match: Match
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one turn of a dialogue comes to.

    `standalone` is the question with what a follow-up left out, where it left anything out, and
    `flow` the state of a flow that goes on with the next turn.
    """

    action: Action
    topic: Topic
    text: str = ""
    confidence: float = 1.0
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    selection: Selection = NOTHING
    handoff: Handoff | None = None
    answer_language: str = ""
    standalone: str = ""
    flow: Mapping[str, Any] | None = None
    is_generated: bool = False
    is_over: bool = False
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply with its place in a conversation, and what made it; `language` is the question's."""

    answer_id: str
    conversation_id: str
    reply: Reply
    language: str
    findings: tuple[Finding, ...]
    degraded: tuple[str, ...]
    knowledge_id: str
    model_id: str | None
