"""The usual ways to tell which entry a question means, for comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.answer_quality import Asked, Told
from concierge.language.encoder import TextEncoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot

Floats = NDArray[np.float32]
STEPS = 300
RATE = 1.0
DECAY = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A wording and its entry."""

    text: str
    entry_id: str


def nearest_neighbour(
    wordings: Sequence[Wording], encoder: TextEncoder, questions: Sequence[Asked]
) -> Told:
    """Answer with the entry of the closest wording, as surely as that is close."""
    known = encoder.encode([each.text for each in wordings])
    asked = encoder.encode([each.question for each in questions], "query")
    cosines = asked @ known.T
    ids, scores = _by_entry(wordings, cosines)
    return _told(ids, scores, questions, scores.max(axis=1))


def bm25(knowledge: KnowledgeSnapshot, questions: Sequence[Asked]) -> Told:
    """Answer with the entry whose text has the highest BM25 score."""
    ids = np.array([entry.entry_id for entry in knowledge.entries()])
    scores = np.stack(
        [knowledge.best_of_each(knowledge.lexical.relevance(asked.question)) for asked in questions]
    )
    return _told(ids, scores, questions, scores.max(axis=1))


def logistic_probe(
    wordings: Sequence[Wording], encoder: TextEncoder, questions: Sequence[Asked]
) -> Told:
    """Answer by multinomial logistic regression on the encoder's vectors, as surely as it says."""
    ids, number = np.unique([each.entry_id for each in wordings], return_inverse=True)
    vectors = encoder.encode([each.text for each in wordings])
    weights = _softmax_regression(vectors, number, len(ids))
    asked = encoder.encode([each.question for each in questions], "query")
    scores = _softmax(np.column_stack([asked, np.ones(len(asked), np.float32)]) @ weights)
    return _told(ids, scores, questions, scores.max(axis=1))


def _softmax_regression(vectors: Floats, number: NDArray[np.intp], classes: int) -> Floats:
    """Return weights [d + 1, classes] by gradient descent with momentum on scaled vectors."""
    inputs = np.column_stack([vectors, np.ones(len(vectors), np.float32)])
    targets = np.zeros((len(vectors), classes), np.float32)
    targets[np.arange(len(vectors)), number] = 1
    weights = np.zeros((inputs.shape[1], classes), np.float32)
    moved = np.zeros_like(weights)
    # Unit vectors are small: a step for each class keeps the number of steps small as well.
    rate = np.float32(RATE * classes)
    for _ in range(STEPS):
        slope = inputs.T @ (_softmax(inputs @ weights) - targets) / np.float32(len(inputs))
        moved = np.float32(0.9) * moved - rate * (slope + np.float32(DECAY / classes) * weights)
        weights += moved
    return weights


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _by_entry(wordings: Sequence[Wording], scores: Floats) -> tuple[NDArray[np.str_], Floats]:
    order = np.argsort([each.entry_id for each in wordings], kind="stable")
    ids, starts = np.unique([wordings[at].entry_id for at in order], return_index=True)
    best: Floats = np.maximum.reduceat(scores[:, order], starts, axis=1)
    return ids, best


def _told(
    ids: NDArray[np.str_], scores: Floats, questions: Sequence[Asked], confidence: Floats
) -> Told:
    order = ids[np.argsort(-scores, axis=1, kind="stable")[:, :3]]
    wanted = np.array([asked.entry_id or "" for asked in questions])
    return Told(
        in_scope=wanted != "",
        first=order[:, 0] == wanted,
        shown=(order == wanted[:, None]).any(axis=1),
        confidence=np.clip(confidence, 0, 1).astype(np.float64),
        known=confidence.astype(np.float64),
    )
