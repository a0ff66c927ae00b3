"""Answer from the shop's knowledge: outright, by asking back, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from concierge.answering.choosing import choices_among, is_declined, picked
from concierge.answering.deciding import Decision, decide
from concierge.answering.exchange import Exchange
from concierge.answering.finding import FOUND, confidence_of
from concierge.answering.follow_ups import WEIGHED, FollowUp, follow_up, weighed
from concierge.answering.matching import Match
from concierge.answering.replies import Citation, Reply
from concierge.answering.stock_phrases import phrase
from concierge.language.detection import primary

CITATIONS = 3


def chosen(exchange: Exchange) -> Reply | None:
    """Return the answer that the customer picked of those that the turn before offered."""
    before, question = exchange.before, exchange.question
    offered = before.choices if before else ()
    if not offered and not question.choice:
        return None
    labels = [exchange.finder.question_of(entry_id) for entry_id in offered]
    entry_id = question.choice or picked(exchange.text, offered, labels)
    row = exchange.finder.row_of(entry_id) if entry_id else None
    if row is None:
        return None
    asked = exchange.finder.entry_at(row).question
    return _answer(exchange, [Match(row, 1.0, 1.0, ())], asked, asked)


def declined(exchange: Exchange) -> bool:
    """Tell whether the customer said that none of the choices is meant."""
    before = exchange.before
    return bool(before and before.choices) and is_declined(exchange.text)


def known(exchange: Exchange) -> tuple[Decision, str]:
    """Return what the knowledge says to the question, and the question with what it left out."""
    finder, text, language = exchange.finder, exchange.text, exchange.language
    alone = finder.find(text, language, FOUND)
    decision = decide(alone, exchange.thresholds)
    subject = exchange.conversation.subject
    if subject is None:
        return decision, ""
    leaning = follow_up(text, language, subject.standalone or subject.question)
    if leaning is None:
        return decision, ""
    return _followed(exchange, leaning, finder.row_of(subject.entry_id)), leaning.whole


def reply_to(exchange: Exchange, decision: Decision, standalone: str = "") -> Reply | None:
    """Return the reply of a decision; none where the knowledge has nothing to say."""
    if decision.action == "answer":
        asked = standalone or exchange.text
        return _answer(exchange, decision.matches, asked, standalone)
    if decision.action == "clarify":
        return _clarify(exchange, decision.matches, standalone)
    return None


def _followed(exchange: Exchange, leaning: FollowUp, given: int | None) -> Decision:
    """Decide on a follow-up: by both questions, then by the new words alone."""
    finder, thresholds = exchange.finder, exchange.thresholds
    alone = finder.find_own(leaning.core, exchange.language, WEIGHED)
    together = finder.find_own(leaning.whole, exchange.language, WEIGHED)
    decision = decide(weighed(alone, together, given)[:FOUND], thresholds)
    if decision.action == "answer" and decision.matches[0].row != given:
        return decision
    # What was just given is said again only where the new words are sure of nothing, in any language.
    by_itself = decide(finder.find(leaning.core, exchange.language, FOUND), thresholds)
    return by_itself if by_itself.action == "answer" else decision


def _answer(exchange: Exchange, sure: Sequence[Match], asked: str, standalone: str) -> Reply | None:
    """Answer from the first entry of which guardrails leave anything."""
    citations = [_citation(exchange, match, asked) for match in sure[:CITATIONS]]
    first = citations[0]
    verdict = exchange.guard.source(first.text, exchange.language)
    if verdict.blocked:
        return None
    return Reply(
        action="answer",
        topic="knowledge",
        text=verdict.text,
        confidence=confidence_of(sure),
        citations=tuple(each.citation for each in citations),
        answer_language=primary(first.citation.entry.language) or exchange.language,
        standalone=standalone,
    )


def _clarify(exchange: Exchange, near: Sequence[Match], standalone: str) -> Reply | None:
    """Ask which entry is meant, unless that was asked just before."""
    if exchange.before and exchange.before.choices:
        return None
    choices = choices_among([exchange.finder.entry_at(match.row) for match in near])
    asked = phrase("which" if len(choices) > 1 else "is_it", exchange.language)
    return Reply(
        action="clarify",
        topic="knowledge",
        text=asked,
        confidence=confidence_of(near),
        choices=choices,
        standalone=standalone,
    )


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A citation and the text that it contributes."""

    citation: Citation
    text: str


def _citation(exchange: Exchange, match: Match, asked: str) -> _Quoted:
    finder = exchange.finder
    entry, source = finder.entry_at(match.row), finder.source_of(match.row)
    if not entry.is_passage:
        return _Quoted(Citation(entry, source, match), entry.answer)
    found = finder.extract(match.row, asked)
    return _Quoted(Citation(entry, source, match, found.spans), found.text)
