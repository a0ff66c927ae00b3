"""What a shop knows: question-and-answer entries, and passages cut from documents."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from concierge.shop import fields

COLUMNS = (
    "entry_id",
    "question",
    "variants",
    "answer",
    "language",
    "tags",
    "audiences",
    "url",
    "valid_from",
    "valid_to",
    "deleted",
)
REQUIRED_COLUMNS = ("entry_id", "question", "answer")
# Intents with hundreds of collected wordings exist; more of them add nothing but a slower answer.
MOST_VARIANTS = 1_000
MOST_AUDIENCES = 20
_LISTS = ("variants", "tags", "audiences", "neutralised")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the shop can answer; `start` and `end` are offsets in a document, else zero.

    An entry with audiences is for requests that name one of them; one without is for all.
    """

    entry_id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    language: str = ""
    tags: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    url: str = ""
    valid_from: str = ""
    valid_to: str = ""
    start: int = 0
    end: int = 0
    # The rules by which an import took something out of its texts.
    neutralised: tuple[str, ...] = ()

    @property
    def is_passage(self) -> bool:
        """Whether the answer is a span of a document."""
        return self.end > self.start

    def to_record(self) -> dict[str, Any]:
        """Return the entry as one JSON object, without empty fields."""
        return {name: value for name, value in asdict(self).items() if value not in ("", (), 0)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the entry that `to_record` wrote; nothing is checked again."""
        lists = {name: tuple(record.get(name, ())) for name in _LISTS}
        return cls(**{**record, **lists})


@dataclass(frozen=True, slots=True)
class EntryRemoval:
    """A row that takes an entry out of the knowledge base."""

    entry_id: str


def parse_entry(record: fields.Record) -> Entry | EntryRemoval:
    """Read one knowledge row, or raise InvalidRecord naming the field."""
    entry_id = fields.identifier(record, "entry_id")
    if fields.flag(record, "deleted", default=False):
        return EntryRemoval(entry_id)
    valid_from = fields.moment(record, "valid_from")
    valid_to = fields.moment(record, "valid_to")
    return Entry(
        entry_id=entry_id,
        question=fields.text(record, "question", at_most=2_000, required=True),
        variants=fields.text_list(record, "variants", at_most=MOST_VARIANTS, each=2_000),
        answer=fields.text(record, "answer", at_most=20_000, required=True),
        language=fields.text(record, "language", at_most=35),
        tags=fields.text_list(record, "tags", at_most=100, each=200),
        audiences=fields.text_list(record, "audiences", at_most=MOST_AUDIENCES, each=100),
        url=fields.text(record, "url", at_most=2_000),
        valid_from=valid_from.isoformat() if valid_from else "",
        valid_to=valid_to.isoformat() if valid_to else "",
    )
