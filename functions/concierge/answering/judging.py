"""Which entry a shop would answer a golden question with."""

from datetime import datetime

from concierge.answering.finding import Finder
from concierge.language.detection import primary
from concierge.language.encoder import TextEncoder
from concierge.language.identification import identify
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.shop.golden import GoldenQuestion


class EntryJudge:
    """Answers as customers are answered, of which the share `precision` shall be right."""

    def __init__(self, precision: float) -> None:
        self._precision = precision

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
        language = primary(question.language) or identify(question.question, default="en")
        sure = knowledge.calibrations.thresholds(self._precision).answer
        finder = Finder(knowledge, encoder, "", now.timestamp())
        for match in finder.find(question.question, language, 1):
            if match.confidence >= sure:
                return knowledge.entry_at(match.row).entry_id
        return ""
