"""Which draft an open question belongs to, and which questions without one belong together."""

from collections.abc import Sequence

import numpy as np

from concierge.answering.open_questions import OpenQuestion
from concierge.improving.clustering import clusters_of
from concierge.improving.draft import Draft
from concierge.improving.likeness import Asked, Comparable, Floats, compared
from concierge.language.encoder import TextEncoder

Joined = dict[int, list[OpenQuestion]]
Clusters = list[list[OpenQuestion]]


def arranged(
    free: Sequence[OpenQuestion], known: Sequence[Draft], encoder: TextEncoder | None
) -> tuple[Joined, Clusters]:
    """Return the questions that join each draft, by its place, and clusters of the others."""
    # Only drafts of another model, or of none, are compared by their examples.
    examples = [
        (at, text)
        for at, draft in enumerate(known)
        if not _has_middle(draft, encoder)
        for text in draft.examples
    ]
    asked = [Asked(each.question, each.language) for each in free]
    asked += [Asked(text, known[at].language) for at, text in examples]
    joined: Joined = {}
    clusters: Clusters = []
    for group in compared(asked, encoder):
        rows = [row for row, place in enumerate(group.places) if place < len(free)]
        questions = [free[group.places[row]] for row in rows]
        vectors = group.vectors[rows]
        middles = _middles(group, known, [at for at, _ in examples], len(free))
        homes = _homes(questions, vectors, known, middles, group.least)
        for question, home in zip(questions, homes, strict=True):
            if home is not None:
                joined.setdefault(home, []).append(question)
        rest = [place for place, home in enumerate(homes) if home is None]
        likeness = vectors[rest] @ vectors[rest].T
        clusters += [
            [questions[rest[row]] for row in cluster]
            for cluster in clusters_of(likeness, group.least)
        ]
    return joined, clusters


def _has_middle(draft: Draft, encoder: TextEncoder | None) -> bool:
    return encoder is not None and draft.model == encoder.model.sha256


def _middles(
    group: Comparable, known: Sequence[Draft], owners: Sequence[int], free: int
) -> dict[int, Floats]:
    """Return the mean vector of each draft that can be compared with a group, by its place."""
    rows: dict[int, list[int]] = {}
    for row, place in enumerate(group.places):
        if place >= free:
            rows.setdefault(owners[place - free], []).append(row)
    middles: dict[int, Floats] = {at: group.vectors[own].mean(axis=0) for at, own in rows.items()}
    for at, draft in enumerate(known):
        if group.model and draft.model == group.model:
            middles[at] = np.array(draft.middle, np.float32)
    return middles


def _homes(
    questions: Sequence[OpenQuestion],
    vectors: Floats,
    known: Sequence[Draft],
    middles: dict[int, Floats],
    least: float,
) -> list[int | None]:
    """Return the place of the draft that each question is nearest to, None where none is near.

    What is asked after a draft was published is not answered by it, and does not join it.
    """
    if not middles or not questions:
        return [None] * len(questions)
    drafts = list(middles)
    likeness = vectors @ np.stack([middles[at] for at in drafts]).T
    asked = np.array([each.at for each in questions])
    for column, at in enumerate(drafts):
        if known[at].status == "published":
            likeness[asked > known[at].updated_at, column] = -np.inf
    nearest = likeness.argmax(axis=1)
    return [
        drafts[column] if likeness[row, column] >= least else None
        for row, column in enumerate(nearest)
    ]
