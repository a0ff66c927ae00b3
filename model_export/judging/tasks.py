"""Task quality: how well vectors find passages, grade similarity and tell labels apart."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import TextKind
from model_export.judging.judgement import TaskScore
from model_export.judging.metrics import ndcg, nearest_label_accuracy, spearman
from model_export.judging.task_files import Task

Encode = Callable[[Sequence[str], TextKind], NDArray[np.float32]]


def score(task: Task, encode: Encode) -> float:
    """Score an encoder on a task by the task's metric; `encode` gives unit vectors [texts, width]."""
    match task.kind:
        case "retrieval":
            return _retrieval(task, encode)
        case "similarity":
            firsts = encode([row["first"] for row in task.rows], "passage")
            seconds = encode([row["second"] for row in task.rows], "passage")
            cosines = (firsts * seconds).sum(axis=1)
            return spearman(cosines.tolist(), [float(row["score"]) for row in task.rows])
        case "classification":
            vectors = encode([row["text"] for row in task.rows], "query")
            return nearest_label_accuracy(vectors, [row["label"] for row in task.rows])


def score_all(
    tasks: Sequence[Task],
    encode: Encode,
    originals: Mapping[str, float],
    languages: Collection[str],
) -> tuple[TaskScore, ...]:
    """Score an encoder on all tasks, beside the original's scores by name of task.

    Without `originals` the encoder is the original. Only tasks in a language that the model knows
    count for the gate: elsewhere even the original's score is noise.
    """
    scores = []
    for task in tasks:
        own = score(task, encode)
        original = originals.get(task.name, own)
        gated = task.language in languages
        scores.append(TaskScore(task.name, task.language, task.metric, own, original, gated))
    return tuple(scores)


def quality_drop(scores: Sequence[TaskScore]) -> float | None:
    """Return by what share the mean of the gated tasks fell; negative where it rose.

    None where no task is gated, or where the original itself knows nothing.
    """
    gated = [score for score in scores if score.gated]
    before = sum(score.original for score in gated)
    return 1 - sum(score.score for score in gated) / before if before > 0 else None


def _retrieval(task: Task, encode: Encode) -> float:
    passages = {row["passage"]: None for row in task.rows}
    places = {passage: place for place, passage in enumerate(passages)}
    rights: dict[str, set[int]] = {}
    for row in task.rows:
        rights.setdefault(row["query"], set()).add(places[row["passage"]])
    right = np.zeros((len(rights), len(places)), bool)
    for number, found in enumerate(rights.values()):
        right[number, list(found)] = True
    queries, targets = encode(list(rights), "query"), encode(list(places), "passage")
    return ndcg(queries @ targets.T, right)
