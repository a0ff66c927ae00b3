"""What a knowledge base learns of itself, language by language: heads, and their calibration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import ArraysWriter
from concierge.retrieval.calibrating import Outcome, Texts, calibrate, report, threshold_table
from concierge.retrieval.confidence import Calibration, write_calibrations
from concierge.retrieval.entry_head import EntryHead, Floats, write_heads
from concierge.retrieval.head_fitting import HeadFit, can_fit

OffTopic = Callable[[str], Floats]


@dataclass(slots=True)
class EntriesOfLanguage:
    """Entries written in one language, ascending: their rows, and where the texts of each lie."""

    rows: list[int] = field(default_factory=list)
    first_units: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, row: int, first_unit: int, count: int) -> None:
        """Append an entry with its texts, the whole text last."""
        self.rows.append(row)
        self.first_units.append(first_unit)
        self.counts.append(count)

    @property
    def wordings(self) -> int:
        """How many texts are wordings of questions."""
        return sum(self.counts) - len(self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class Learning:
    """Heads and calibrations of the languages that have enough wordings."""

    heads: Sequence[EntryHead]
    languages: Sequence[str]
    calibrations: Sequence[Calibration]
    outcomes: Sequence[Outcome]

    def write(self, arrays: ArraysWriter) -> dict[str, Any]:
        """Write what was learnt; return what to report of it."""
        write_heads(arrays, self.heads)
        if not self.calibrations:
            return {}
        table = threshold_table(self.outcomes)
        write_calibrations(arrays, self.calibrations, table)
        return {"calibration": report(self.outcomes, self.languages, table)}


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """All texts of a knowledge base: int8 vectors [n, d], scales [n], and how alike words are.

    `texts` are those of wordings, and `overlap` returns float32 [n] for a text.
    """

    vectors: NDArray[np.int8]
    scales: Floats
    texts: Sequence[str]
    overlap: Callable[[str], Floats]


def learn(
    languages: Mapping[str, EntriesOfLanguage], units: Units, off_topic: OffTopic
) -> Learning:
    """Learn from the wordings that entries have."""
    heads, learnt, calibrations, outcomes = [], [], [], []
    for language, entries in sorted(languages.items()):
        if entries.wordings == len(entries.rows):
            continue
        strange = off_topic(language)
        texts = _texts(entries, units, strange)
        if found := calibrate(texts, strange):
            # Without a calibration nothing tells what a head's word is worth.
            heads += [texts.fit.head] if texts.fit else []
            learnt.append(language)
            calibrations.append(found[0])
            outcomes.append(found[1])
    if len(learnt) < len(languages):
        # A chance and a point on a fixed curve must not compete for the same question.
        return Learning((), (), (), ())
    return Learning(heads, learnt, calibrations, outcomes)


def _texts(entries: EntriesOfLanguage, units: Units, off_topic: Floats) -> Texts:
    counts = np.array(entries.counts, np.int64)
    starts = np.cumsum(counts) - counts
    at = np.repeat(np.array(entries.first_units, np.int64) - starts, counts)
    at += np.arange(len(at))
    rows = np.array(entries.rows, np.int32)

    def words(held: NDArray[np.int64]) -> Floats:
        alike = np.empty((len(held), len(rows)), np.float32)
        for number, place in enumerate(held):
            of_each = units.overlap(units.texts[at[place]])[at]
            of_each[place] = 0
            alike[number] = np.maximum.reduceat(of_each, starts)
        return alike

    texts = Texts(rows, starts, units.vectors[at], units.scales[at], words)
    if not can_fit(entries.wordings, len(rows)):
        return texts
    is_wording = np.ones(len(at), np.bool_)
    is_wording[texts.wholes()] = False
    wordings = np.flatnonzero(is_wording)
    owners = np.repeat(rows, counts - 1)
    fit = HeadFit.of(texts.at(wordings), at[wordings].astype(np.int32), owners, off_topic)
    return replace(texts, fit=fit)
