"""How a shop wants to talk: when people are there, who gets what, and its flows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from concierge.answering.flows.flow import Flow, Texts

DEFAULT_OPEN = {
    "en": "I am handing you over to a person, who will get back to you here.",
    "zh": "正在为您转接人工客服，请稍候，会有同事在这里回复您。",
}
DEFAULT_CLOSED = {
    "en": (
        "Nobody is here right now. I have noted your question, and a person will get back to "
        "you from {opens_at}."
    ),
    "zh": "现在不是人工服务时间。我已记下您的问题，客服将从{opens_at}起回复您。",
}


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when people are there on days of the week (Monday is 0), in the shop's time."""

    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When people are there; without any hours, always."""

    timezone: str = "UTC"
    hours: tuple[Hours, ...] = ()
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class HandoffRules:
    """Whom a conversation goes to and what the customer is told."""

    queue: str = "default"
    # Tag or topic to queue; the first tag of a conversation that has one decides.
    queues: Mapping[str, str] = field(default_factory=dict)
    office_hours: OfficeHours = field(default_factory=OfficeHours)
    open_message: Texts = field(default_factory=lambda: DEFAULT_OPEN)
    closed_message: Texts = field(default_factory=lambda: DEFAULT_CLOSED)
    transcript_url: str = "/v1/conversations/{conversation_id}"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the dialogue document in force says; without a document, what holds everywhere."""

    id: str = ""
    handoff: HandoffRules = field(default_factory=HandoffRules)
    # Kind of small talk to texts that replace the built-in ones.
    small_talk: Mapping[str, Texts] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()

    def flow(self, name: str) -> Flow | None:
        """Return the flow of a name, if there is one."""
        return next((flow for flow in self.flows if flow.name == name), None)


DEFAULT_DIALOGUE = Dialogue()
