"""Requests and responses of the answer routes."""

from typing import Annotated, Literal, Self

from msgspec import Meta

from concierge.answering.answerer import Answer, Citation, Question
from concierge.answering.notices import notice_of
from concierge.http import Body, Message
from concierge.messages import Degraded, Explain, Id, PartBody, Versions

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
    explain: Explain = False

    def to_question(self) -> Question:
        """Return the question of the domain."""
        return Question(self.question.strip(), self.language or "", self.conversation_id or "")


class CitationBody(Body, frozen=True, kw_only=True):
    """An entry behind the answer; a passage is the span `start` to `end` of its document."""

    source_id: str
    source: str
    question: str
    text: str
    url: str | None = None
    language: str | None = None
    start: int | None = None
    end: int | None = None
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
            confidence=match.confidence,
            parts=[PartBody.of(part) for part in match.parts] if explain else None,
        )


class AnswerResponse(Body, frozen=True, kw_only=True):
    """An answer with its citations, or a handoff to a person.

    `answer_language` differs from `language` where an entry in another language answers the
    question, and none in its own as surely; then `notice` says so to the customer, in their language where it can.
    """

    answer_id: str
    conversation_id: str
    action: Literal["answer", "handoff"]
    answer: str | None = None
    confidence: float
    citations: list[CitationBody]
    language: str
    answer_language: str | None = None
    notice: str | None = None
    degraded: Degraded
    versions: Versions

    @classmethod
    def of(cls, answer: Answer, *, explain: bool) -> Self:
        """Return the answer as it is sent."""
        return cls(
            answer_id=answer.answer_id,
            conversation_id=answer.conversation_id,
            action=answer.action,
            answer=answer.text or None,
            confidence=answer.confidence,
            citations=[CitationBody.of(citation, explain=explain) for citation in answer.citations],
            language=answer.language,
            answer_language=answer.answer_language or None,
            notice=notice_of(answer.language, answer.answer_language) or None,
            degraded=list(answer.degraded),
            versions=Versions(model=answer.model_id, knowledge=answer.knowledge_id),
        )


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
