"""Which entry a question means, by words and by meaning, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import TextEncoder
from concierge.retrieval.confidence import Calibration
from concierge.retrieval.evidence import HEAD, KINDS, NEAREST
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.ranking import Part, added_up, best_rows, parts_at, total
from concierge.retrieval.vectors import Floats


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve from a score to the chance that it is right: `steepness` at `middle`."""

    middle: float
    steepness: float

    def at(self, scores: Floats, fidelity: float = 1.0) -> Floats:
        """Return the confidence of scores, of which so much is left across languages."""
        middle = self.middle * fidelity
        sure: Floats = 1 / (1 + np.exp(-np.float32(self.steepness) * (scores - np.float32(middle))))
        return sure


# For what the knowledge could not learn of itself: passages, entries with too few wordings, and
# languages that the encoder does not know. Where right answers and questions off every topic part
# on the sample shop; the scores that they begin from know of no head.
MEANING_CURVE = Curve(middle=0.50, steepness=16.0)
WORDS_CURVE = Curve(middle=0.33, steepness=20.0)


@dataclass(frozen=True, slots=True)
class Match:
    """The entry of a row, how well it fits, and the parts that add up to its score."""

    row: int
    score: float
    confidence: float
    parts: tuple[Part, ...]


class Matching:
    """How well each entry fits one question, by words and, where the encoder can, by meaning."""

    def __init__(
        self,
        knowledge: KnowledgeSnapshot,
        encoder: TextEncoder | None,
        question: str,
        language: str,
    ) -> None:
        self._knowledge = knowledge
        words = knowledge.best_of_each(knowledge.lexical.overlap(question))
        self._columns, self._curve = {"lexical": words}, WORDS_CURVE
        self._meaning: _Meaning | None = None
        if encoder and knowledge.vectors and language in encoder.languages:
            cosines = knowledge.vectors.similarities(encoder.encode([question], "query")[0])
            self._meaning = _Meaning.of(knowledge, cosines, words)
            self._columns, self._curve = self._meaning.columns(knowledge), MEANING_CURVE

    def best(self, usable: NDArray[np.bool_], limit: int, fidelity: float = 1.0) -> list[Match]:
        """Return the best of the usable entries (a flag for each entry), the surest first.

        `fidelity` is how much of a cosine is left between these entries and a question in another
        language; what counts as sure is lowered by as much.
        """
        scores = added_up(self._columns, len(self._knowledge))
        rows = best_rows(scores, usable, limit)
        sure = self._curve.at(scores[rows], fidelity)
        if self._meaning:
            for calibration in self._knowledge.calibrations.languages:
                mine = calibration.entries[usable[calibration.entries]]
                own = np.flatnonzero(np.isin(rows, mine))
                if len(own):
                    at = np.searchsorted(mine, rows[own])
                    told = self._meaning.of_entries(mine, scores, calibration)
                    sure[own] = calibration.confidence(*told, at, fidelity)
        found = [
            _match(int(row), self._columns, float(chance))
            for row, chance in zip(rows, sure, strict=True)
        ]
        return sorted(found, key=lambda match: -match.confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Meaning:
    """What speaks for every entry: float32 [kinds, n]."""

    signals: Floats

    @classmethod
    def of(cls, knowledge: KnowledgeSnapshot, cosines: Floats, words: Floats) -> "_Meaning":
        head = knowledge.heads.scores(cosines, len(knowledge))
        nearest, whole = knowledge.best_of_each(cosines), knowledge.whole_of_each(cosines)
        return cls(np.stack([head, nearest, whole, words]))

    def columns(self, knowledge: KnowledgeSnapshot) -> dict[str, Floats]:
        """Return the parts of scores, each kind by what it counts for an entry."""
        return dict(zip(KINDS, knowledge.weights * self.signals, strict=True))

    def of_entries(
        self, rows: NDArray[np.int32], scores: Floats, calibration: Calibration
    ) -> tuple[Floats, Floats, Floats]:
        """Return scores, signals and the nearest cosines of some entries."""
        signal = self.signals[HEAD] if calibration.has_head else scores
        return scores[rows], signal[rows], self.signals[NEAREST, rows]


def _match(row: int, columns: dict[str, Floats], confidence: float) -> Match:
    parts = parts_at(row, columns)
    return Match(row, total(parts), round(confidence, 4), parts)
