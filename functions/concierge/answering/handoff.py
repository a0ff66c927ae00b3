"""A handover to a person as data: why, with what in hand, to whom, and when somebody is there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from concierge.answering.conversation import Turn
from concierge.answering.dialogue import Dialogue, OfficeHours
from concierge.answering.flows.flow import Value, told
from concierge.answering.flows.placeholders import filled
from concierge.answering.flows.requests import plain

Reason = Literal["asked_for", "not_sure", "flow_stuck", "call_failed", "upset", "not_allowed"]

# Of a conversation: the first question and the last ones, each cut to a few lines.
LAST_QUESTIONS = 3
LONGEST_QUESTION = 300
MOST_CANDIDATES = 5
# Beyond it nobody waits; a shop that is closed for longer tells when it opens in its own text.
DAYS_AHEAD = 370


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person has to know to go on, in the customer's own words."""

    questions: tuple[str, ...]
    entry_ids: tuple[str, ...] = ()
    flow: str = ""
    slots: Mapping[str, Value] = field(default_factory=dict)
    is_upset: bool = False

    @property
    def text(self) -> str:
        """Return the summary in a few lines."""
        lines = [f"- {question}" for question in self.questions]
        if self.flow:
            known = ", ".join(f"{name}: {plain(value)}" for name, value in self.slots.items())
            lines.append(f"[{self.flow}] {known}".rstrip())
        if self.entry_ids:
            lines.append(f"[entries] {', '.join(self.entry_ids)}")
        return "\n".join([*lines, "[upset]"] if self.is_upset else lines)


@dataclass(frozen=True, slots=True)
class Handoff:
    """Where a conversation goes; `opens_at` is set where nobody is there now."""

    reason: Reason
    summary: Summary
    queue: str
    is_open: bool
    opens_at: datetime | None
    message: str
    transcript_url: str


def handoff(
    reason: Reason,
    summary: Summary,
    dialogue: Dialogue,
    now: float,
    language: str,
    conversation_id: str,
    tags: Sequence[str] = (),
) -> Handoff:
    """Return the handover of a conversation at a time in epoch seconds.

    The first tag or topic that has a queue decides.
    """
    rules = dialogue.handoff
    at = datetime.fromtimestamp(now, UTC)
    opens_at = next_opening(rules.office_hours, at)
    zone = ZoneInfo(rules.office_hours.timezone)
    opens_at = opens_at.astimezone(zone) if opens_at else None
    is_open = opens_at is not None and opens_at <= at
    queue = next((rules.queues[tag] for tag in tags if tag in rules.queues), rules.queue)
    texts = rules.open_message if is_open else rules.closed_message
    message = filled(told(texts, language), {"opens_at": _shown(opens_at, language)})
    url = (
        filled(rules.transcript_url, {"conversation_id": _safe(conversation_id)})
        if rules.transcript_url
        else ""
    )
    return Handoff(reason, summary, queue, is_open, None if is_open else opens_at, message, url)


def summary_of(
    turns: Sequence[Turn],
    question: str,
    *,
    flow: str = "",
    slots: Mapping[str, Value] | None = None,
    is_upset: bool = False,
) -> Summary:
    """Return what turns and the question at hand say, personal data being masked in them already."""
    asked = [turn.question for turn in turns] + [question]
    kept = asked if len(asked) <= LAST_QUESTIONS + 1 else [asked[0], *asked[-LAST_QUESTIONS:]]
    entries = [entry for turn in turns for entry in (turn.entry_id, *turn.choices) if entry]
    return Summary(
        tuple(_short(each) for each in kept if each.strip()),
        tuple(dict.fromkeys(reversed(entries)))[:MOST_CANDIDATES],
        flow,
        slots or {},
        is_upset,
    )


def next_opening(office: OfficeHours, at: datetime) -> datetime | None:
    """Return when somebody is there next: `at` itself where somebody is there then.

    None stands for never within a year.
    """
    if not office.hours:
        return at
    zone = ZoneInfo(office.timezone)
    local = at.astimezone(zone)
    for days in range(DAYS_AHEAD):
        day = local.date() + timedelta(days=days)
        if day in office.closed:
            continue
        hours = [each for each in office.hours if day.weekday() in each.days]
        for each in sorted(hours, key=lambda each: each.opens):
            # Compared as moments: local times are ambiguous when the clock goes back.
            start = datetime.combine(day, each.opens, zone).astimezone(UTC)
            end = datetime.combine(day, each.closes, zone).astimezone(UTC)
            if at < end:
                return max(start, at)
    return None


def _shown(opens_at: datetime | None, language: str) -> str:
    """Return a time as the shop's clock shows it."""
    if opens_at is None:
        return "稍后" if language == "zh" else "later"
    if language == "zh":
        return f"{opens_at.month}月{opens_at.day}日{opens_at:%H:%M}（{opens_at.tzname()}）"
    return f"{opens_at:%A}, {opens_at.day} {opens_at:%B}, {opens_at:%H:%M} ({opens_at.tzname()})"


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= LONGEST_QUESTION else f"{line[: LONGEST_QUESTION - 1]}…"


def _safe(conversation_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", conversation_id)
