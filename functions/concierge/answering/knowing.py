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
    subject = exchange.conversation.subject
    before = (subject.standalone or subject.question) if subject else ""
    leaning = follow_up(text, language, before)
    if subject is None or leaning is None:
        return decide(finder.find(text, language), exchange.thresholds), ""
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
    by_itself = decide(finder.find(leaning.core, exchange.language), thresholds)
    return by_itself if by_itself.action == "answer" else decision


def _answer(exchange: Exchange, sure: Sequence[Match], asked: str, standalone: str) -> Reply | None:
    """Answer from the first entry of which guardrails leave anything."""
    quoted = [_quoted(exchange, match, asked) for match in sure[:CITATIONS]]
    left = [each for each in quoted if each.text]
    if not left:
        return None
    first = left[0]
    return Reply(
        action="answer",
        topic="knowledge",
        text=first.text,
        confidence=first.citation.match.confidence,
        citations=tuple(each.citation for each in left),
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
    """A citation and the text that it contributes, empty where guardrails leave none."""

    citation: Citation
    text: str


def _quoted(exchange: Exchange, match: Match, asked: str) -> _Quoted:
    finder = exchange.finder
    entry = finder.entry_at(match.row)
    found = finder.extract(match.row, asked) if entry.is_passage else None
    verdict = exchange.guard.source(found.text if found else entry.answer, exchange.language)
    citation = Citation(entry, finder.source_of(match.row), match, found.spans if found else ())
    return _Quoted(citation, "" if verdict.blocked else verdict.text)
