"""A change of knowledge must not take answers away that customers get today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from concierge.artifacts.store import ArtifactStore
from concierge.errors import LostAnswers
from concierge.ingesting.checking import Replacement
from concierge.ingesting.own_questions import own_questions
from concierge.language.encoder import TextEncoder, TextKind, Vectors
from concierge.retrieval.golden_snapshot import read_golden
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.shop.golden import GoldenQuestion

# What an accepted draft is imported as: such a file may break nothing.
LEARNT = "learnt-"
# What publishing takes after the check.
RESERVE_S = 90.0
MOST_LISTED = 100


class Judge(Protocol):
    """Answers a question as the shop would."""

    def __call__(
        self,
        knowledge: KnowledgeSnapshot,
        encoder: TextEncoder | None,
        question: GoldenQuestion,
        now: datetime,
    ) -> str:
        """Return the id of the entry that answers, empty where none is sure enough."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A question that was answered as it should be, and no longer would be."""

    question: str
    wanted: str
    found: str

    def to_record(self) -> dict[str, Any]:
        """Return the loss as it stands in a report; null is for no entry."""
        return {
            "question": self.question,
            "entry_id": self.wanted or None,
            "found": self.found or None,
        }


class GoldenCheck:
    """Implements Check: asks golden questions, and what entries ask themselves, before and after."""

    def __init__(self, store: ArtifactStore, judge: Judge, *, refuse: bool = False) -> None:
        self._store = store
        self._judge = judge
        self._refuse = refuse

    def __call__(self, replacement: Replacement) -> Mapping[str, Any]:
        """Return what would be lost, or raise LostAnswers where nothing may be."""
        asked = [*self._golden(replacement.new.with_name("golden"))]
        explicit = len(asked)
        new = KnowledgeSnapshot.open(replacement.new)
        old = KnowledgeSnapshot.open(replacement.in_force) if replacement.in_force else None
        if old is not None:
            asked += own_questions(old, new, {each.question for each in asked})
        judged, lost, failing = self._compare(old, new, asked, replacement)
        if not asked:
            return {}
        findings = {
            "golden": {
                "questions": explicit,
                "own_questions": len(asked) - explicit,
                "unchecked": len(asked) - judged,
                "failing": failing,
                "lost": [each.to_record() for each in lost[:MOST_LISTED]],
            }
        }
        if lost and (self._refuse or replacement.file.name.startswith(LEARNT)):
            raise LostAnswers([(each.question, each.wanted, each.found) for each in lost], findings)
        return findings

    def _golden(self, folder: Path) -> Iterator[GoldenQuestion]:
        pointer = self._store.current("golden")
        if pointer:
            self._store.fetch("golden", pointer.id, folder, pointer.manifest_sha256)
            yield from (question for question, _ in read_golden(folder))

    def _compare(
        self,
        old: KnowledgeSnapshot | None,
        new: KnowledgeSnapshot,
        asked: Sequence[GoldenQuestion],
        replacement: Replacement,
    ) -> tuple[int, list[Lost], int]:
        """Return how many were judged, what is lost, and how many fail that failed before."""
        encoder = Remembering(replacement.encoder) if replacement.encoder else None
        # Where another model made the snapshot in force, words alone tell what was answered.
        known = encoder if old and encoder and old.model == encoder.model else None
        lost: list[Lost] = []
        failing = 0
        for judged, question in enumerate(asked):
            if replacement.remaining_s() < RESERVE_S:
                return judged, lost, failing
            found = self._judge(new, encoder, question, replacement.now)
            if found == question.entry_id:
                continue
            if old and self._judge(old, known, question, replacement.now) == question.entry_id:
                lost.append(Lost(question.question, question.entry_id, found))
            else:
                failing += 1
        return len(asked), lost, failing


class Remembering:
    """An encoder that keeps the vector of the last text, which is asked before and after."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._last: tuple[tuple[str, ...], TextKind, Vectors] | None = None
        self.model = encoder.model
        self.dimensions = encoder.dimensions
        self.languages = encoder.languages

    def encode(self, texts: Sequence[str], kind: TextKind = "passage") -> Vectors:
        """Return the vectors of texts."""
        last = self._last
        if last is None or last[:2] != (tuple(texts), kind):
            last = self._last = (tuple(texts), kind, self._encoder.encode(texts, kind))
        return last[2]

    def knows(self, word: str) -> bool:
        """Tell whether a word is a common one."""
        return self._encoder.knows(word)
