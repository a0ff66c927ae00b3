"""Which entry a question means, by words and by meaning, and how sure that is."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import TextEncoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.ranking import DIGITS, Part, added_up
from concierge.retrieval.vectors import Floats

# Shares of meaning and words in a score, where the encoder knows the language. On held-out
# wordings words beyond a tenth made matches worse (benchmarks/bench_answer.py).
SEMANTIC, LEXICAL = 0.9, 0.1


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve from a score to the chance that it is right: `steepness` at `middle`."""

    middle: float
    steepness: float

    def at(self, score: float) -> float:
        """Return the confidence of a score."""
        return 1 / (1 + math.exp(-self.steepness * (score - self.middle)))


# Where right answers and questions off every topic part on the sample shop, by the same
# benchmark; a later version calibrates itself at import.
BOTH_CURVE = Curve(middle=0.53, steepness=18.0)
WORDS_CURVE = Curve(middle=0.30, steepness=25.0)


@dataclass(frozen=True, slots=True)
class Match:
    """The entry of a row, how well it fits, and the parts that add up to its score."""

    row: int
    score: float
    confidence: float
    parts: tuple[Part, ...]


def best_matches(
    knowledge: KnowledgeSnapshot,
    encoder: TextEncoder | None,
    question: str,
    language: str,
    usable: NDArray[np.bool_],
    limit: int,
) -> list[Match]:
    """Return the best entries among the usable ones (a flag for each entry), best first."""
    words = knowledge.lexical.overlap(question)
    columns = {"lexical": words}
    curve = WORDS_CURVE
    if encoder and knowledge.vectors and language in encoder.languages:
        cosines = knowledge.vectors.similarities(encoder.encode([question], "query")[0])
        columns = {"semantic": SEMANTIC * cosines, "lexical": LEXICAL * words}
        curve = BOTH_CURVE
    scores = added_up(columns, len(words))
    scores[~usable[knowledge.unit_entries]] = -np.inf
    return [
        _match(knowledge, unit, columns, curve)
        for unit in _best_units(scores, knowledge.unit_entries, limit)
    ]


def _best_units(scores: Floats, unit_entries: NDArray[np.int32], limit: int) -> list[int]:
    """Return the best unit of each of the best entries."""
    chosen: dict[int, int] = {}
    for unit in np.argsort(-scores, kind="stable"):
        if len(chosen) == limit or not np.isfinite(scores[unit]):
            break
        chosen.setdefault(int(unit_entries[unit]), int(unit))
    return list(chosen.values())


def _match(
    knowledge: KnowledgeSnapshot, unit: int, columns: dict[str, Floats], curve: Curve
) -> Match:
    parts = tuple(
        Part(name, round(float(column[unit]), DIGITS)) for name, column in columns.items()
    )
    score = round(sum(part.value for part in parts), DIGITS)
    row = int(knowledge.unit_entries[unit])
    return Match(row, score, round(curve.at(score), 4), parts)
