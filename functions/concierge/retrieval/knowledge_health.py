"""Which entries want a look: thin, without wordings, outdated, or never used."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from concierge.language.tokens import lexical_tokens
from concierge.shop.knowledge import Entry
from concierge.shop.passages import WIDE

MOST_EXAMPLES = 100
# A shorter answer than "Yes, by card." says less than a customer wants to know.
THIN_WIDTH = 12
SOON = timedelta(days=30)
# What a question is made of beside what it is about.
_EMPTY_WORDS = frozenset(
    """
    a an the do doe did is are was can could will would i you we it my your our me us to of for in
    on at and or how what when where who which why have has be this that there any please help
    hello hi question info more 吗 呢 的 了 是 我 你 您 们 请 问 请问 什 么 什么 怎 怎么 如 何 如何
    """.split()  # noqa: SIM905 - a list of so many literals reads worse
)
_YEAR = re.compile(r"(?<![\d.,])20\d\d(?![\d.,]?\d)")
_MONEY = re.compile(r"[€$£¥]\s?\d{4}\b|\b\d{4}\s?(?:€|EUR|USD|CNY|元|欧元)")


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How many entries have each complaint, and the ids of the first hundred of them."""

    counts: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """Return the report as one JSON object."""
        examples = {name: list(entry_ids) for name, entry_ids in self.examples.items()}
        return {"counts": dict(self.counts), "examples": examples}


class HealthCheck:
    """Takes entries one by one; `usage` counts how often each was used, where that is known."""

    def __init__(self, now: datetime, usage: Mapping[str, int] | None = None) -> None:
        self._now = now
        self._usage = usage
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def add(self, entry: Entry) -> None:
        """Look at one entry."""
        for complaint in self._complaints(entry):
            self._counts[complaint] += 1
            examples = self._examples.setdefault(complaint, [])
            if len(examples) < MOST_EXAMPLES:
                examples.append(entry.entry_id)

    def report(self) -> HealthReport:
        """Return what was found so far."""
        examples = {name: tuple(entry_ids) for name, entry_ids in sorted(self._examples.items())}
        return HealthReport(dict(sorted(self._counts.items())), examples)

    def _complaints(self, entry: Entry) -> Iterable[str]:
        until = datetime.fromisoformat(entry.valid_to) if entry.valid_to else None
        if until and until <= self._now:
            # Nothing else matters of an entry that no customer sees any more.
            yield "expired"
            return
        if until and until <= self._now + SOON:
            yield "expires_soon"
        if not entry.is_passage:
            yield from _thinness(entry)
        if _speaks_of_the_past(entry.answer, self._now.year):
            yield "old_dates"
        if self._usage is not None and not self._usage.get(entry.entry_id):
            yield "never_used"


def health(
    entries: Iterable[Entry], usage: Mapping[str, int] | None, now: datetime
) -> HealthReport:
    """Return what wants a look among entries; without usage, `never_used` is not told."""
    check = HealthCheck(now, usage)
    for entry in entries:
        check.add(entry)
    return check.report()


def _thinness(entry: Entry) -> Iterable[str]:
    if len(entry.answer) + 2 * len(WIDE.findall(entry.answer)) < THIN_WIDTH:
        yield "thin_answer"
    if not entry.variants:
        yield "no_variants"
    if not set(lexical_tokens(entry.question)) - _EMPTY_WORDS:
        yield "empty_question"


def _speaks_of_the_past(answer: str, year: int) -> bool:
    """Whether every year that a text names is over for a year at least."""
    years = [int(found) for found in _YEAR.findall(_MONEY.sub("", answer))]
    return bool(years) and max(years) < year - 1
