"""A draft: what the shop could learn from questions that ask the same, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Protocol

Status = Literal["open", "accepted", "published", "refused", "rejected"]
Kind = Literal["variant", "entry"]

STATUSES: tuple[Status, ...] = ("open", "accepted", "published", "refused", "rejected")
# What was rejected stays away for as long as anybody remembers why.
DRAFT_LIFE = timedelta(days=400)
# An operator may still decide on these, and questions that ask the same still join them.
UNDECIDED: frozenset[Status] = frozenset({"open", "refused"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do: `variants` of the entry that is there, or a new entry with an answer to write.

    `answer` is what customers say that it should be; empty where they say nothing.
    """

    kind: Kind
    entry_id: str = ""
    answer: str = ""
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Questions that ask the same; `size` is how many customers asked, each counted once.

    `members` are the answers that the questions had. `edits` are what an operator accepted it
    with, `row` is what went into the inbox. `version` is what a write has to find; times are in
    epoch seconds.
    """

    draft_id: str
    question: str
    language: str
    examples: tuple[str, ...]
    members: tuple[str, ...]
    size: int
    languages: Mapping[str, int]
    reasons: Mapping[str, int]
    suggestion: Suggestion
    created_at: float
    updated_at: float
    status: Status = "open"
    reason: str = ""
    edits: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] = field(default_factory=dict)
    snapshot_id: str = ""
    lost: tuple[Mapping[str, Any], ...] = ()
    # The mean vector of its questions and the sha256 of the model that made it, so that a run does
    # not encode what it encoded before.
    middle: tuple[float, ...] = ()
    model: str = ""
    version: int = 0


class Drafts(Protocol):
    """Keeps drafts until they expire."""

    def read(self, draft_id: str) -> Draft:
        """Return a draft, or raise UnknownDraft."""

    def all(self) -> Iterator[Draft]:
        """Yield every draft, in no order."""

    def put(self, draft: Draft) -> Draft:
        """Keep a draft and return it with its new version.

        Raises DraftChanged where the one that is kept has another version than this, or where
        there is one although this has none.
        """
