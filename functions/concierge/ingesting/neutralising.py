"""Make knowledge harmless before it is kept: what is not for people to read becomes white space.

A passage keeps its place: spaces stand for what was dangerous, character by character, so that
`start` and `end` are offsets in the document as the shop wrote it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from concierge.errors import InvalidRecord
from concierge.guarding.findings import Span
from concierge.guarding.injection import injection
from concierge.guarding.markup import blanked, dangerous
from concierge.guarding.sentences import sentence_around
from concierge.shop.knowledge import Entry

# Enough to find them in the shop's own file, in a report that can still be read.
MOST_NAMED = 100

_GAPS = re.compile(r"[ \t]{2,}")


class NeutralDocument:
    """A document with its dangerous spans blanked; its length is that of the original."""

    def __init__(self, text: str) -> None:
        self._spans = _spans(text)
        self.text = blanked(text, self._spans)

    def rules_in(self, start: int, end: int) -> tuple[str, ...]:
        """Return the rules by which something between two offsets was blanked."""
        return _rules(span for span in self._spans if span.start < end and span.end > start)


def neutral_entry(entry: Entry) -> Entry:
    """Return an entry of a row with its texts made harmless, and the rules that it broke.

    Raise InvalidRecord where nothing of its question or answer is left.
    """
    question, question_rules = _neutral(entry.question)
    answer, answer_rules = _neutral(entry.answer)
    variants = [_neutral(variant) for variant in entry.variants]
    rules = {*question_rules, *answer_rules, *(rule for _, each in variants for rule in each)}
    if not rules:
        return entry
    for field, text in (("question", question), ("answer", answer)):
        if not text:
            raise InvalidRecord(
                field, "holds nothing but markup or orders to a model; write it for customers"
            )
    kept = tuple(text for text, _ in variants if text)
    return replace(
        entry, question=question, answer=answer, variants=kept, neutralised=tuple(sorted(rules))
    )


class NeutralisedEntries:
    """Counts the entries that were made harmless, for the report of an import."""

    def __init__(self) -> None:
        self._named: list[dict[str, Any]] = []
        self._rules: Counter[str] = Counter()
        self._entries = 0

    def add(self, entry: Entry) -> None:
        """Take note of an entry."""
        if not entry.neutralised:
            return
        self._entries += 1
        self._rules.update(entry.neutralised)
        if len(self._named) < MOST_NAMED:
            self._named.append({"entry_id": entry.entry_id, "rules": list(entry.neutralised)})

    def to_findings(self) -> dict[str, Any]:
        """Return counts by rule and the names of entries; nothing where none was touched."""
        if not self._entries:
            return {}
        counted = dict(sorted(self._rules.items()))
        found = {"entries": self._entries, "rules": counted, "named": self._named}
        return {"neutralised": found}


def _neutral(text: str) -> tuple[str, tuple[str, ...]]:
    spans = _spans(text)
    if not spans:
        return text, ()
    return _GAPS.sub(" ", blanked(text, spans)).strip(), _rules(spans)


def _spans(text: str) -> list[Span]:
    """Return what is dangerous in a text; of an order to a model, the whole sentence."""
    markup = [Span(f"markup/{each.rule}", each.start, each.end) for each in dangerous(text)]
    orders = [
        Span(f"injection/{each.rule}", *sentence_around(text, each.start, each.end))
        for each in injection(text)
    ]
    return [*markup, *orders]


def _rules(spans: Sequence[Span] | Iterator[Span]) -> tuple[str, ...]:
    return tuple(sorted({span.rule for span in spans}))
