"""The dialogue document as shops write it, read and checked as a whole."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from concierge.answering.dialogue import (
    DEFAULT_CLOSED,
    DEFAULT_OPEN,
    Dialogue,
    HandoffRules,
    Hours,
    OfficeHours,
)
from concierge.answering.flow_document import MOST_FLOWS, flow_of, named_once, texts_of
from concierge.answering.flows.flow import Flow, Texts
from concierge.answering.flows.placeholders import names_in
from concierge.errors import InvalidConfiguration
from concierge.shop.json_nodes import Node

FORMAT = 1
SMALL_TALK = (
    "greeting",
    "thanks",
    "goodbye",
    "who_are_you",
    "help",
    "how_are_you",
    "insult",
    "chitchat",
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_QUEUES = 100
MOST_HOURS = 50
MOST_CLOSED = 400
NAME_LENGTH = 100
URL_LENGTH = 2_000
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


def read_dialogue(document: str, dialogue_id: str = "") -> Dialogue:
    """Return what a document says.

    Raise BrokenFile where it is no JSON, InvalidConfiguration with every mistake otherwise.
    """
    root = Node.of(document)
    found = root.fields(("format", "handoff", "small_talk", "flows"), required=("format",))
    if "format" in found and (found["format"].value != FORMAT or found["format"].value is True):
        found["format"].wrong(f"must be {FORMAT}, the only format that this version reads")
    dialogue = Dialogue(
        dialogue_id,
        _handoff(found["handoff"]) if "handoff" in found else HandoffRules(),
        _small_talk(found["small_talk"]) if "small_talk" in found else {},
        _flows(found["flows"]) if "flows" in found else (),
    )
    if root.mistakes:
        raise InvalidConfiguration(root.mistakes)
    return dialogue


def _flows(node: Node) -> tuple[Flow, ...]:
    return named_once(node, MOST_FLOWS, flow_of, "flow")


def _small_talk(node: Node) -> dict[str, Texts]:
    return {kind: texts_of(member) for kind, member in node.fields(SMALL_TALK).items()}


def _handoff(node: Node) -> HandoffRules:
    readers: dict[str, Callable[[Node], Any]] = {
        "queue": lambda each: each.text(NAME_LENGTH),
        "queues": _queues,
        "office_hours": _office_hours,
        "open_message": lambda each: {**DEFAULT_OPEN, **texts_of(each)},
        "closed_message": _closed_message,
        "transcript_url": _transcript_url,
    }
    return HandoffRules(
        **{name: readers[name](each) for name, each in node.fields(readers).items()}
    )


def _queues(node: Node) -> dict[str, str]:
    members = node.members()
    if len(members) > MOST_QUEUES:
        node.wrong(f"has {len(members)} queues; at most {MOST_QUEUES}")
    return {tag: member.text(NAME_LENGTH) for tag, member in members.items()}


def _closed_message(node: Node) -> Texts:
    texts = texts_of(node)
    for text in texts.values():
        if set(names_in(text)) - {"opens_at"}:
            node.wrong("may hold no placeholder but {opens_at}")
    return {**DEFAULT_CLOSED, **texts}


def _transcript_url(node: Node) -> str:
    url = node.text(URL_LENGTH)
    if url and not re.match(r"https://[^/{}\s]+/\S*$", url):
        node.wrong("must be an https address")
    elif url and names_in(url) != ["conversation_id"]:
        node.wrong("must hold the placeholder {conversation_id} once, and no other")
    return url


def _office_hours(node: Node) -> OfficeHours:
    found = node.fields(("timezone", "hours", "closed"), required=("timezone", "hours"))
    hours = found["hours"].items(MOST_HOURS) if "hours" in found else ()
    closed = found["closed"].items(MOST_CLOSED) if "closed" in found else ()
    return OfficeHours(
        _timezone(found["timezone"]) if "timezone" in found else "UTC",
        tuple(read for read in map(_hours, hours) if read),
        frozenset(day for day in map(_date, closed) if day),
    )


def _timezone(node: Node) -> str:
    name = node.text(NAME_LENGTH)
    try:
        # Checked where it will be used: the importer runs on the same image as the others.
        ZoneInfo(name or "UTC")
    except (OSError, ValueError, LookupError):
        node.wrong(f"is no known time zone: {name!r}; use a name such as Europe/Vienna")
    return name


def _hours(node: Node) -> Hours | None:
    known = ("days", "from", "to")
    found = node.fields(known, required=known)
    if len(found) < len(known):
        return None
    days = frozenset(day for day in map(_day, found["days"].items(len(DAYS))) if day is not None)
    opens, closes = _clock(found["from"]), _clock(found["to"])
    if opens and closes and opens >= closes:
        node.wrong("must end after it begins; give a night as two parts, up to and from midnight")
    return Hours(days, opens, closes) if opens is not None and closes is not None else None


def _day(node: Node) -> int | None:
    text = node.text(NAME_LENGTH).lower()
    day = next((index for index, name in enumerate(DAYS) if text and name[:3] == text[:3]), None)
    if text and (day is None or text not in {DAYS[day], DAYS[day][:3]}):
        node.wrong(f"is no day; use {', '.join(name[:3] for name in DAYS)}")
        return None
    return day


def _clock(node: Node) -> time | None:
    text = node.text(NAME_LENGTH)
    if not text:
        return None
    if not _CLOCK.fullmatch(text):
        node.wrong("is no time; write it as 09:00, up to 24:00")
        return None
    return time.max if text == "24:00" else time.fromisoformat(text)


def _date(node: Node) -> date | None:
    text = node.text(NAME_LENGTH)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        node.wrong("is no date; write it as 2026-12-25")
        return None
