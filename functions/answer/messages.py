"""Requests and responses of the answer routes."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from msgspec import Meta

from concierge.answering.asking import Question
from concierge.answering.conversation import Action, Conversation, Topic, Turn
from concierge.answering.handoff import Handoff, Reason
from concierge.answering.notices import notice_of
from concierge.answering.replies import Answer, Citation
from concierge.answering.shelf import Shown
from concierge.guarding.findings import Finding
from concierge.http import Body, Message
from concierge.messages import Degraded, Explain, Id, PartBody, ProductBody, Versions

Text = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=r"\S")]
Language = Annotated[
    str,
    Meta(max_length=8, pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$", description="Detected where absent."),
]


class AnswerRequest(Message, frozen=True, kw_only=True):
    """Ask a question, in a conversation or on its own."""

    question: Text
    language: Language | None = None
    conversation_id: Id | None = None
    customer_id: Id | None = None
    session_id: Id | None = None
    audience: Annotated[
        str, Meta(max_length=200, description="Entries for this audience may answer, too.")
    ] = ""
    choice: Annotated[
        str, Meta(max_length=256, description="The value of the choice that the customer picked.")
    ] = ""
    generate: Annotated[
        bool, Meta(description="Let a generator, where the shop has one, word the answer.")
    ] = True
    explain: Explain = False

    def to_question(self) -> Question:
        """Return the question of the domain."""
        return Question(
            text=self.question.strip(),
            language=self.language or "",
            conversation_id=self.conversation_id or "",
            customer_id=(self.customer_id or "").strip(),
            session_id=(self.session_id or "").strip(),
            audience=self.audience.strip(),
            choice=self.choice,
            may_be_reworded=self.generate,
        )


class SpanBody(Body, frozen=True, kw_only=True):
    """From one character of a document to another, the last excluded."""

    start: int
    end: int


class CitationBody(Body, frozen=True, kw_only=True):
    """An entry behind the answer; a passage is the span `start` to `end` of its document.

    `quotes` are the sentences of the document that answer.
    """

    source_id: str
    source: str
    question: str
    text: str
    url: str | None = None
    language: str | None = None
    start: int | None = None
    end: int | None = None
    quotes: list[SpanBody] | None = None
    confidence: float
    parts: list[PartBody] | None = None

    @classmethod
    def of(cls, citation: Citation, *, explain: bool) -> Self:
        """Return the citation as it is sent."""
        entry, match = citation.entry, citation.match
        return cls(
            source_id=entry.entry_id,
            source=citation.source,
            question=entry.question,
            text=entry.answer,
            url=entry.url or None,
            language=entry.language or None,
            start=entry.start if entry.is_passage else None,
            end=entry.end if entry.is_passage else None,
            quotes=[SpanBody(start=start, end=end) for start, end in citation.quotes] or None,
            confidence=match.confidence,
            parts=[PartBody.of(part) for part in match.parts] if explain else None,
        )


class ChoiceBody(Body, frozen=True, kw_only=True):
    """One of the things to choose from; send `value` back as `choice`, or let the customer write."""

    value: str
    label: str


class ShownBody(Body, frozen=True, kw_only=True):
    """A product that the answer shows."""

    product: ProductBody
    reason: str | None = None


class HandoffBody(Body, frozen=True, kw_only=True):
    """What the person needs who takes over; the summary is for staff and not for the customer."""

    reason: Reason
    summary: str
    queue: str
    is_open: bool
    opens_at: str | None = None
    transcript_url: str

    @classmethod
    def of(cls, given: Handoff) -> Self:
        """Return the handoff as it is sent."""
        return cls(
            reason=given.reason,
            summary=given.summary.text,
            queue=given.queue,
            is_open=given.is_open,
            opens_at=given.opens_at.isoformat() if given.opens_at else None,
            transcript_url=given.transcript_url,
        )


class FindingBody(Body, frozen=True, kw_only=True):
    """What a guardrail found in the question: its rule, and from which character to which."""

    rule: str
    family: str
    start: int
    end: int
    mode: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return the finding as it is sent."""
        return cls(**{name: getattr(finding, name) for name in cls.__struct_fields__})


class AnswerResponse(Body, frozen=True, kw_only=True):
    """An answer with its citations, a question back, or a handoff to a person.

    `answer` is what to show, `choices` what it lets the customer choose from. `answer_language`
    differs from `language` where an entry in another language answers the question, and none in
    its own as surely; then `notice` says so to the customer, in their language where it can.
    """

    answer_id: str
    conversation_id: str
    action: Action
    topic: Topic
    answer: str | None = None
    confidence: float
    citations: list[CitationBody]
    choices: list[ChoiceBody] | None = None
    products: list[ShownBody] | None = None
    recommendation_id: str | None = None
    handoff: HandoffBody | None = None
    language: str
    answer_language: str | None = None
    notice: str | None = None
    generated: bool = False
    ended: bool = False
    guardrails: list[FindingBody] | None = None
    degraded: Degraded
    versions: Versions

    @classmethod
    def of(cls, answer: Answer, *, explain: bool) -> Self:
        """Return the answer as it is sent."""
        reply, selection = answer.reply, answer.reply.selection
        return cls(
            answer_id=answer.answer_id,
            conversation_id=answer.conversation_id,
            action=reply.action,
            topic=reply.topic,
            answer=reply.text or None,
            confidence=reply.confidence,
            citations=[CitationBody.of(each, explain=explain) for each in reply.citations],
            choices=[ChoiceBody(value=c.value, label=c.label) for c in reply.choices] or None,
            products=[_shown(each) for each in selection.items] or None,
            recommendation_id=selection.recommendation_id or None,
            handoff=HandoffBody.of(reply.handoff) if reply.handoff else None,
            language=answer.language,
            answer_language=reply.answer_language or None,
            notice=notice_of(answer.language, reply.answer_language) or None,
            generated=reply.is_generated,
            ended=reply.is_over,
            guardrails=[FindingBody.of(each) for each in answer.findings] or None,
            degraded=list(answer.degraded),
            versions=Versions(model=answer.model_id, knowledge=answer.knowledge_id),
        )


class TurnBody(Body, frozen=True, kw_only=True):
    """One question of a conversation and what came of it."""

    answer_id: str
    at: str
    question: str
    action: Action
    topic: Topic
    answer: str | None = None
    source_id: str | None = None
    confidence: float

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """Return the turn as it is sent."""
        return cls(
            answer_id=turn.answer_id,
            at=datetime.fromtimestamp(turn.at, UTC).isoformat(timespec="seconds"),
            question=turn.question,
            action=turn.action,
            topic=turn.topic,
            answer=turn.answer or None,
            source_id=turn.entry_id or None,
            confidence=turn.confidence,
        )


class ConversationResponse(Body, frozen=True, kw_only=True):
    """The turns of a conversation, oldest first."""

    conversation_id: str
    turns: list[TurnBody]

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """Return the conversation as it is sent."""
        turns = [TurnBody.of(turn) for turn in conversation.turns]
        return cls(conversation_id=conversation.id, turns=turns)


class FeedbackRequest(Message, frozen=True, kw_only=True):
    """What the customer says of an answer; at least one of the three."""

    answer_id: Id
    helpful: bool | None = None
    resolved: bool | None = None
    correction: Annotated[str, Meta(max_length=2_000)] = ""

    def __post_init__(self) -> None:
        """Refuse feedback that says nothing."""
        if self.helpful is None and self.resolved is None and not self.correction.strip():
            raise ValueError("give at least one of helpful, resolved and correction")


class FeedbackResponse(Body, frozen=True, kw_only=True):
    """The feedback was kept."""

    answer_id: str
    status: Literal["kept"]


def _shown(shown: Shown) -> ShownBody:
    return ShownBody(product=ProductBody.of(shown.product), reason=shown.reason or None)
