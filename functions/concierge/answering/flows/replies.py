"""Which of a flow's replies fits what the shop answered, and its words."""

from collections.abc import Mapping

from concierge.answering.flows.dates import date_shown
from concierge.answering.flows.flow import FieldType, Flow, Reply, Value, told
from concierge.answering.flows.placeholders import filled, names_in
from concierge.answering.flows.requests import plain
from concierge.answering.flows.slot_values import shown
from concierge.answering.flows.wordings import YES_NO


def reply_to(
    flow: Flow, slots: Mapping[str, Value], fields: Mapping[str, Value], language: str
) -> str:
    """Return the first reply whose conditions hold and whose placeholders are all known."""
    values = {
        slot.name: shown(slot, slots[slot.name], language)
        for slot in flow.slots
        if slot.name in slots
    }
    values |= {
        name: _told(value, flow.call.response[name].type, language)
        for name, value in fields.items()
    }
    for reply in flow.replies:
        text = told(reply.text, language)
        if _holds(reply, fields) and set(names_in(text)) <= set(values):
            return filled(text, values)
    return ""


def _holds(reply: Reply, fields: Mapping[str, Value]) -> bool:
    return all(fields.get(name) in values for name, values in reply.when.items())


def _told(value: Value, kind: FieldType, language: str) -> str:
    if kind == "boolean":
        yes, no = YES_NO.get(language, YES_NO["en"])
        return yes if value else no
    return date_shown(str(value), language) if kind == "date" else plain(value)
