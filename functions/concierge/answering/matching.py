"""Which entry a question means, by words and by meaning, and how sure that is."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import TextEncoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.ranking import Part, added_up, best_rows, parts_at, total
from concierge.retrieval.vectors import Floats

# Shares of a score where the encoder knows the language: how close the nearest wording is, how
# close the question and answer together are, and how many words agree. Wordings alone find 0.53
# of held-out wordings of the sample shop, as served 0.66 (benchmarks/bench_answer.py).
WORDING, ANSWER, LEXICAL = 0.45, 0.45, 0.1
# What a head adds to the order where one was fitted. It does not add to the confidence, whose
# curve is drawn for the other parts.
HEAD = 0.5


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve from a score to the chance that it is right: `steepness` at `middle`."""

    middle: float
    steepness: float

    def at(self, score: float) -> float:
        """Return the confidence of a score."""
        return 1 / (1 + math.exp(-self.steepness * (score - self.middle)))


# Where right answers and questions off every topic part on the sample shop, by the same
# benchmark. They are the same for every shop: confidence is not calibrated on its knowledge.
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
        self._size = len(knowledge)
        words = knowledge.best_of_each(knowledge.lexical.overlap(question))
        self._columns, self._curve = {"lexical": words}, WORDS_CURVE
        if encoder and knowledge.vectors and language in encoder.languages:
            cosines = knowledge.vectors.similarities(encoder.encode([question], "query")[0])
            self._columns = {
                "wording": WORDING * knowledge.best_of_each(cosines),
                "answer": ANSWER * knowledge.whole_of_each(cosines),
                "lexical": LEXICAL * words,
            }
            if knowledge.heads.heads:
                self._columns["head"] = HEAD * knowledge.heads.scores(cosines, self._size)
            self._curve = MEANING_CURVE

    def best(self, usable: NDArray[np.bool_], limit: int, fidelity: float = 1.0) -> list[Match]:
        """Return the best of the usable entries (a flag for each entry), best first.

        `fidelity` is how much of a cosine is left between these entries and a question in another
        language; what counts as sure is lowered by as much.
        """
        rows = best_rows(added_up(self._columns, self._size), usable, limit)
        curve = replace(self._curve, middle=self._curve.middle * fidelity)
        return [_match(int(row), self._columns, curve) for row in rows]


def _match(row: int, columns: dict[str, Floats], curve: Curve) -> Match:
    parts = parts_at(row, columns)
    score = total(parts)
    told = total(tuple(part for part in parts if part.name != "head"))
    return Match(row, score, round(curve.at(told), 4), parts)
