"""What a draft proposes: another wording of an entry that is there, or an entry to be written."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.answering.open_questions import OpenQuestion
from concierge.improving.clustering import medoid
from concierge.improving.draft import Suggestion
from concierge.improving.likeness import Asked, compared
from concierge.language.detection import primary
from concierge.language.encoder import TextEncoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.ranking import best_rows

Floats = NDArray[np.float32]

# How near the middle of a draft's questions, or a correction, has to come to a wording. At 0.65,
# for half of CLINC150's intents known and half not, 0.75 of the known are proposed rightly and
# 0.93 of the others left alone; words alone have to be nearly the same.
NEAR, NEAR_BY_WORDS = 0.65, 0.80
LOOKED_AT = 5


def suggest(
    questions: Sequence[OpenQuestion],
    language: str,
    knowledge: KnowledgeSnapshot | None,
    encoder: TextEncoder | None,
) -> Suggestion:
    """Return what to do about questions that ask the same."""
    corrections = [each.correction for each in questions if each.correction]
    answer = _agreed(corrections, language, encoder)
    # What was said to be wrong is not proposed again.
    wrong = Counter(each.entry_id for each in questions if each.entry_id)
    texts = [answer] if answer else [each.question for each in questions]
    if knowledge is not None and len(knowledge):
        entry_id = _nearest(texts, language, knowledge, encoder, set(wrong))
        if entry_id:
            return Suggestion("variant", entry_id)
    return Suggestion("entry", answer=answer)


def _agreed(corrections: Sequence[str], language: str, encoder: TextEncoder | None) -> str:
    """Return the correction that is likest to all others."""
    if not corrections:
        return ""
    (group,) = compared([Asked(text, language) for text in corrections], encoder)
    return corrections[medoid(group.vectors @ group.vectors.T)]


def _nearest(
    texts: Sequence[str],
    language: str,
    knowledge: KnowledgeSnapshot,
    encoder: TextEncoder | None,
    wrong: set[str],
) -> str:
    """Return the entry of the same language that is near enough, or nothing."""
    scores, near = _scores(texts, language, knowledge, encoder)
    wanted = [primary(value) in {language, ""} for value in knowledge.languages.values]
    usable = knowledge.languages.mask(np.array(wanted, np.bool_))
    for row in best_rows(scores, usable, LOOKED_AT + len(wrong)):
        entry = knowledge.entry_at(int(row))
        if scores[row] < near:
            break
        # A passage belongs to its document and takes no wordings.
        if entry.entry_id not in wrong and not entry.is_passage:
            return entry.entry_id
    return ""


def _scores(
    texts: Sequence[str],
    language: str,
    knowledge: KnowledgeSnapshot,
    encoder: TextEncoder | None,
) -> tuple[Floats, float]:
    """Return how near each entry is, and how near is near enough."""
    if encoder is None or knowledge.vectors is None or language not in encoder.languages:
        overlaps = [knowledge.best_of_each(knowledge.lexical.overlap(text)) for text in texts]
        return np.mean(overlaps, axis=0, dtype=np.float32), NEAR_BY_WORDS
    middle = encoder.encode(texts, "query").mean(axis=0)
    middle /= np.linalg.norm(middle)
    return knowledge.best_of_each(knowledge.vectors.similarities(middle)), NEAR
