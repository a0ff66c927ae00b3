"""Golden questions: what a shop wants answered by a certain entry, or by none, whatever changes."""

from dataclasses import dataclass

from concierge.errors import InvalidRecord
from concierge.shop import fields

COLUMNS = ("question", "entry_id", "language", "deleted")
REQUIRED_COLUMNS = ("question", "entry_id")


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question with the entry that has to answer it; an empty id stands for none."""

    question: str
    entry_id: str = ""
    language: str = ""


def parse_golden(record: fields.Record) -> tuple[str, GoldenQuestion | None]:
    """Read one row: its question, and None to remove it; raise InvalidRecord naming the field."""
    question = fields.text(record, "question", at_most=2_000, required=True)
    if fields.flag(record, "deleted", default=False):
        return question, None
    if "entry_id" not in record:
        raise InvalidRecord("entry_id", "is required: an id, or null where none shall answer")
    entry_id = fields.identifier(record, "entry_id", required=False)
    language = fields.text(record, "language", at_most=35)
    return question, GoldenQuestion(question, entry_id, language)
