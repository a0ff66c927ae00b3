"""Requests and responses of the draft routes."""

from typing import Annotated, Any, Literal, Self

from msgspec import Meta

from answer.messages import Language, Text
from concierge.http import Body, Message
from concierge.improving.draft import Draft, Kind, Status
from concierge.improving.draft_desk import Page
from concierge.improving.improver import Improvement
from concierge.improving.learnt_row import Edits
from concierge.messages import Id, Limit, PageToken

AnswerText = Annotated[str, Meta(max_length=20_000)]
Variants = Annotated[list[Text], Meta(max_length=20)]


class DraftsRequest(Message, frozen=True, kw_only=True):
    """Which drafts to list."""

    status: Literal["open", "accepted", "published", "refused", "rejected"] = "open"
    limit: Limit = 25
    next_token: PageToken | None = None


class AcceptRequest(Message, frozen=True, kw_only=True):
    """What to change of a draft; what is absent stays as the draft suggests.

    An `entry_id` in force gets the wordings added; any other makes a new entry, which needs an
    `answer`.
    """

    question: Text | None = None
    answer: AnswerText | None = None
    variants: Variants | None = None
    entry_id: Id | None = None
    language: Language | None = None

    def to_edits(self) -> Edits:
        """Return the edits of the domain."""
        return Edits(
            question=self.question,
            answer=self.answer,
            variants=None if self.variants is None else tuple(self.variants),
            entry_id=self.entry_id,
            language=self.language,
        )


class RejectRequest(Message, frozen=True, kw_only=True):
    """Why a draft is put away."""

    reason: Annotated[str, Meta(max_length=500)] = ""


class SuggestionBody(Body, frozen=True, kw_only=True):
    """More wordings of the entry `entry_id`, or a new entry with an answer to be written."""

    kind: Kind
    entry_id: str | None = None
    answer: str | None = None
    variants: list[str]


class LostBody(Body, frozen=True, kw_only=True):
    """A golden question that the draft would take from its entry; null is for none."""

    question: str
    entry_id: str | None
    found: str | None


class DraftResponse(Body, frozen=True, kw_only=True):
    """Questions that ask the same, and what became of them; `size` counts customers."""

    draft_id: str
    status: Status
    question: str
    language: str
    size: int
    examples: list[str]
    languages: dict[str, int]
    reasons: dict[str, int]
    suggestion: SuggestionBody
    row: dict[str, Any] | None = None
    snapshot_id: str | None = None
    reason: str | None = None
    lost: list[LostBody] | None = None
    created_at: float
    updated_at: float

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Return the draft as it is sent."""
        suggestion = draft.suggestion
        return cls(
            draft_id=draft.draft_id,
            status=draft.status,
            question=draft.question,
            language=draft.language,
            size=draft.size,
            examples=list(draft.examples),
            languages=dict(draft.languages),
            reasons=dict(draft.reasons),
            suggestion=SuggestionBody(
                kind=suggestion.kind,
                entry_id=suggestion.entry_id or None,
                answer=suggestion.answer or None,
                variants=list(suggestion.variants),
            ),
            row=dict(draft.row) or None,
            snapshot_id=draft.snapshot_id or None,
            reason=draft.reason or None,
            lost=[LostBody(**each) for each in draft.lost] or None,
            created_at=draft.created_at,
            updated_at=draft.updated_at,
        )


class DraftsResponse(Body, frozen=True, kw_only=True):
    """A page of drafts, those that most customers asked for first."""

    drafts: list[DraftResponse]
    total: int
    next_token: str | None = None

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the page as it is sent."""
        drafts = [DraftResponse.of(draft) for draft in page.drafts]
        return cls(drafts=drafts, total=page.total, next_token=page.next_token)


class OutcomesBody(Body, frozen=True, kw_only=True):
    """Counts of the answers of the last seven days, each in one of them.

    `confirmed` answers a customer called helpful or resolved. `assumed` ones met no complaint
    before their conversation ended, which is no confirmation.
    """

    confirmed: int
    assumed: int
    disputed: int
    handed_over: int
    going_on: int


class ImprovementResponse(Body, frozen=True, kw_only=True):
    """What was made of the open questions."""

    questions: int
    left_out: int
    waiting: int
    new: int
    grown: int
    outcomes: OutcomesBody

    @classmethod
    def of(cls, done: Improvement) -> Self:
        """Return the counts as they are sent."""
        record = done.to_record()
        return cls(**{**record, "outcomes": OutcomesBody(**record["outcomes"])})
