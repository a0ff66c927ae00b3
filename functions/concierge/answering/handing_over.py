"""Give a conversation to a person."""

from concierge.answering.exchange import Exchange
from concierge.answering.flows.state import FlowStep
from concierge.answering.handoff import Reason, handoff, summary_of
from concierge.answering.replies import Reply


def handed_over(exchange: Exchange, reason: Reason, step: FlowStep | None = None) -> Reply:
    """Return the reply that hands over; a flow that ended so tells how far it came."""
    turns = exchange.conversation.turns
    summary = summary_of(
        turns,
        exchange.text,
        flow=step.flow if step else "",
        slots=step.slots if step else None,
        is_upset=exchange.is_upset,
    )
    given = handoff(
        reason,
        summary,
        exchange.dialogue,
        exchange.now,
        exchange.language,
        exchange.conversation.id,
        _tags(exchange, summary.entry_ids, summary.flow),
    )
    said = f"{step.text} {given.message}" if step and step.text else given.message
    return Reply(
        action="handoff",
        topic="knowledge" if reason == "not_sure" else "person",
        text=said.strip(),
        confidence=0.0 if reason == "not_sure" else 1.0,
        handoff=given,
    )


def _tags(exchange: Exchange, entry_ids: tuple[str, ...], flow: str) -> tuple[str, ...]:
    """Return what the conversation was about, the latest first: by it a queue is chosen."""
    tags = [flow] if flow else []
    for entry_id in entry_ids:
        row = exchange.finder.row_of(entry_id)
        if row is not None:
            tags += exchange.finder.entry_at(row).tags
    return tuple(tags)
