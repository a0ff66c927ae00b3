"""Let a generator word what the knowledge says, within the time that an answer may take."""

import time
from dataclasses import replace

from concierge.answering.exchange import Exchange
from concierge.answering.phrasing import DEGRADED, Passage, Phrasing
from concierge.answering.replies import Citation, Reply


class GroundedRewording:
    """Implements Rewording: what no passage supports is never said."""

    def __init__(self, phrasing: Phrasing, time_s: float) -> None:
        self._phrasing = phrasing
        self._time_s = time_s

    def reword(self, exchange: Exchange, reply: Reply) -> Reply:
        """Return the reply in a generator's words, or as it is with `generation` degraded."""
        passages = [_passage(exchange, citation) for citation in reply.citations]
        phrased = self._phrasing.phrase(
            reply.standalone or exchange.text,
            exchange.language,
            passages,
            reply.text,
            exchange.finder.encoder,
            time.monotonic() + self._time_s,
        )
        if not phrased.is_generated:
            return replace(reply, degraded=(*reply.degraded, *phrased.degraded))
        sources = [passage.text for passage in passages]
        verdict = exchange.guard.answer(phrased.text, exchange.language, sources)
        if verdict.blocked:
            return replace(reply, degraded=(*reply.degraded, DEGRADED))
        cited = [each for each in reply.citations if each.entry.entry_id in phrased.cited]
        return replace(
            reply,
            text=verdict.text,
            citations=tuple(cited) or reply.citations,
            answer_language=exchange.language,
            is_generated=True,
        )


def _passage(exchange: Exchange, citation: Citation) -> Passage:
    entry = citation.entry
    text = exchange.guard.source(entry.answer, exchange.language).text
    return Passage(entry.entry_id, text, entry.question)
