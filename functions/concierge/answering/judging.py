"""Which entry a shop would answer a golden question with."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from concierge.answering.matching import Matching
from concierge.language.detection import detect, primary
from concierge.language.encoder import TextEncoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.shop.golden import GoldenQuestion


class EntryJudge:
    """Answers from the entries of the question's language, from others where none of it is sure."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold

    def __call__(
        self,
        knowledge: KnowledgeSnapshot,
        encoder: TextEncoder | None,
        question: GoldenQuestion,
        now: datetime,
    ) -> str:
        """Return the id of the entry that answers, empty where none is sure enough."""
        if not len(knowledge):
            return ""
        language = primary(question.language) or detect(question.question)
        matching = Matching(knowledge, encoder, question.question, language)
        usable = knowledge.in_force(now)
        own = usable & _in(knowledge, {language, ""})
        fidelities = encoder.languages if encoder else {}
        asked = [(own, 1.0)]
        for other in fidelities if language in fidelities else ():
            if other != language:
                fidelity = fidelities[language] * fidelities[other]
                asked.append((usable & _in(knowledge, {other}), fidelity))
        for entries, fidelity in asked:
            for match in matching.best(entries, 1, fidelity):
                if match.confidence >= self._threshold:
                    return knowledge.entry_at(match.row).entry_id
        return ""


def _in(knowledge: KnowledgeSnapshot, languages: set[str]) -> NDArray[np.bool_]:
    wanted = [primary(value) in languages for value in knowledge.languages.values]
    return knowledge.languages.mask(np.array(wanted, np.bool_))
