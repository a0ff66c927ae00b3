"""The knowledge row that an accepted draft becomes: an entry with more wordings, or a new one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from concierge.errors import InvalidRecord
from concierge.improving.draft import Draft
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.shop.fields import ID_LENGTH
from concierge.shop.knowledge import Entry, parse_entry


@dataclass(frozen=True, slots=True)
class Edits:
    """What an operator changes of a draft; None leaves what the draft suggests."""

    question: str | None = None
    answer: str | None = None
    variants: tuple[str, ...] | None = None
    entry_id: str | None = None
    language: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Return what was changed, as JSON has it."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value is not None
        }


def learnt_row(draft: Draft, edits: Edits, knowledge: KnowledgeSnapshot | None) -> dict[str, Any]:
    """Return the row, checked as any row of a file is; raise InvalidRecord naming the field.

    The row of an entry in force has everything that the entry has, with the draft's wordings
    added; an answer, where it is given, replaces that of the entry.
    """
    new_id = f"learnt-{draft.draft_id}"
    entry_id = edits.entry_id if edits.entry_id is not None else draft.suggestion.entry_id
    entry = _in_force(entry_id or new_id, knowledge)
    question = draft.question if edits.question is None else edits.question
    variants = draft.suggestion.variants if edits.variants is None else edits.variants
    if entry is not None:
        return _checked(_with_wordings(entry, (question, *variants), edits))
    answer = draft.suggestion.answer if edits.answer is None else edits.answer
    if not answer.strip():
        reason = "is required for a new entry: write it, or name an entry in force in entry_id"
        raise InvalidRecord("answer", reason)
    return _checked(
        {
            "entry_id": entry_id or new_id,
            "question": question,
            "variants": _distinct(variants, known=(question,)),
            "answer": answer,
            "language": draft.language if edits.language is None else edits.language,
        }
    )


def _in_force(entry_id: str, knowledge: KnowledgeSnapshot | None) -> Entry | None:
    if knowledge is None or len(entry_id) > ID_LENGTH:
        return None
    row = knowledge.row_of(entry_id)
    entry = None if row is None else knowledge.entry_at(row)
    if entry is not None and entry.is_passage:
        reason = "is a passage of a document; change the document, or accept a new entry"
        raise InvalidRecord("entry_id", reason)
    return entry


def _with_wordings(entry: Entry, wordings: tuple[str, ...], edits: Edits) -> dict[str, Any]:
    record = entry.to_record()
    added = _distinct(wordings, known=(entry.question, *entry.variants))
    record["variants"] = [*entry.variants, *added]
    if edits.answer is not None:
        record["answer"] = edits.answer
    if edits.language is not None:
        record["language"] = edits.language
    return record


def _distinct(texts: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    """Return the texts that say something, each once, and none that is known."""
    seen = {text.strip().casefold() for text in known}
    kept = []
    for text in (each.strip() for each in texts):
        if text and text.casefold() not in seen:
            seen.add(text.casefold())
            kept.append(text)
    return kept


def _checked(record: Mapping[str, Any]) -> dict[str, Any]:
    # A list, as the row stands in a file.
    row = {
        name: list(value) if isinstance(value, tuple) else value for name, value in record.items()
    }
    parse_entry(row)
    return row
