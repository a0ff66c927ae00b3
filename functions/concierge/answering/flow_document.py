"""The flows of a dialogue document, each read and checked with its slots, call and replies."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, Protocol, TypeVar, cast, get_args

from concierge.answering.call_document import call_of
from concierge.answering.flows.flow import (
    Call,
    Flow,
    Reply,
    ResponseField,
    Slot,
    SlotType,
    Texts,
    Value,
)
from concierge.answering.flows.placeholders import has_stray_brace, names_in
from concierge.shop.json_nodes import Node

LANGUAGES = ("en", "zh")
SLOT_TYPES: tuple[str, ...] = get_args(SlotType)
MOST_FLOWS = 50
MOST_SLOTS = 10
MOST_EXAMPLES = 100
MOST_CHOICES = 30
MOST_REPLIES = 50
TEXT_LENGTH = 1_000
PATTERN_LENGTH = 200
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Two repeats inside one another, or alternatives inside a repeat, can take exponential time.
_NESTED = re.compile(r"\)(?:[*+]|\{)|\\[1-9]|\(\?(?!:)")
_FIELDS = (
    "name",
    "title",
    "triggers",
    "counterexamples",
    "slots",
    "call",
    "replies",
    "failed",
    "not_found",
    "handoff_on_failure",
)
_REQUIRED = ("name", "title", "triggers", "slots", "call", "replies", "failed")


def flow_of(node: Node) -> Flow | None:
    """Return a flow, or None where a part that others depend on is missing."""
    found = node.fields(_FIELDS, required=_REQUIRED)
    if any(name not in found for name in _REQUIRED):
        return None
    slots = _slots(found["slots"])
    names = {slot.name for slot in slots}
    call = call_of(found["call"], names)
    known = names | set(call.response if call else ())
    for name in names & set(call.response if call else ()):
        found["call"].wrong(f"has a response field {name!r}, which is the name of a slot")
    on_failure = found.get("handoff_on_failure")
    if on_failure and not isinstance(on_failure.value, bool):
        on_failure.wrong("must be true or false")
    if call is None:
        return None
    failed, not_found = (
        _with_placeholders(found[name], names) if name in found else {}
        for name in ("failed", "not_found")
    )
    return Flow(
        name_of(found["name"]),
        texts_of(found["title"]),
        _examples(found["triggers"]),
        slots,
        call,
        _replies(found["replies"], call, known),
        failed,
        not_found,
        _examples(found["counterexamples"]) if "counterexamples" in found else {},
        on_failure.value is True if on_failure else True,
    )


def texts_of(node: Node) -> Texts:
    """Return a text in one or more languages."""
    members = node.fields(LANGUAGES)
    if not members and isinstance(node.value, dict):
        node.wrong(f"needs a text in one of {', '.join(LANGUAGES)}")
    return {language: member.text(TEXT_LENGTH) for language, member in members.items()}


def name_of(node: Node) -> str:
    """Return the name of a flow, a slot or a field, which a placeholder can hold."""
    name = node.text(64)
    if name and not NAME.fullmatch(name):
        node.wrong("is no name: use up to 64 of a-z, 0-9 and _, a letter first")
    return name


def _with_placeholders(node: Node, known: Collection[str]) -> Texts:
    texts = texts_of(node)
    for language, text in texts.items():
        unknown = [name for name in names_in(text) if name not in known]
        if unknown:
            node.wrong(f"({language}) has the placeholder {{{unknown[0]}}}, which nothing fills")
        if has_stray_brace(text):
            node.wrong(f"({language}) has a brace that belongs to no placeholder")
    return texts


def _examples(node: Node) -> dict[str, tuple[str, ...]]:
    members = node.fields(LANGUAGES)
    return {
        language: tuple(item.text(TEXT_LENGTH) for item in member.items(MOST_EXAMPLES))
        for language, member in members.items()
    }


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """Return it."""


N = TypeVar("N", bound=Named)


def named_once(node: Node, most: int, read: Callable[[Node], N | None], what: str) -> tuple[N, ...]:
    """Return the items of a list, each name once."""
    found: dict[str, N] = {}
    for item in node.items(most):
        thing = read(item)
        if thing and thing.name in found:
            item.wrong(f"has the name {thing.name!r} of an earlier {what}; each may be given once")
        elif thing:
            found[thing.name] = thing
    return tuple(found.values())


def _slots(node: Node) -> tuple[Slot, ...]:
    return named_once(node, MOST_SLOTS, _slot, "slot")


def _slot(node: Node) -> Slot | None:
    known = ("name", "type", "ask", "wrong", "pattern", "choices", "optional")
    found = node.fields(known, required=("name", "type", "ask"))
    if any(name not in found for name in ("name", "type", "ask")):
        return None
    kind = found["type"].text(20)
    if kind not in SLOT_TYPES:
        found["type"].wrong(f"is no type of slot; there are {', '.join(SLOT_TYPES)}")
        return None
    if (kind == "choice") != ("choices" in found):
        node.wrong("needs 'choices' where its type is choice, and nowhere else")
    if "pattern" in found and kind not in {"order_number", "text"}:
        found["pattern"].wrong("belongs to slots of the types order_number and text")
    optional = found["optional"].value if "optional" in found else False
    if not isinstance(optional, bool):
        found["optional"].wrong("must be true or false")
    return Slot(
        name_of(found["name"]),
        cast("SlotType", kind),
        texts_of(found["ask"]),
        texts_of(found["wrong"]) if "wrong" in found else {},
        _pattern(found["pattern"]) if "pattern" in found else "",
        _choices(found["choices"]) if "choices" in found else {},
        optional is True,
    )


def _pattern(node: Node) -> str:
    pattern = node.text(PATTERN_LENGTH)
    try:
        re.compile(pattern)
    except re.error as error:
        node.wrong(f"is no pattern: {error}")
        return ""
    if _NESTED.search(pattern) or len(re.findall(r"[*+]|,\}", pattern)) > 1:
        node.wrong(
            "repeats a group, looks around, refers back or has more than one open repeat, which "
            "can take very long; use such as [A-Z]{2}-[0-9]{5,8}"
        )
        return ""
    if re.fullmatch(pattern, ""):
        node.wrong("matches nothing at all; let it need a character")
    return pattern


def _choices(node: Node) -> dict[str, Texts]:
    members = node.members()
    if not 1 <= len(members) <= MOST_CHOICES:
        node.wrong(f"needs from 1 to {MOST_CHOICES} choices")
    return {value: texts_of(member) for value, member in members.items()}


def _replies(node: Node, call: Call, known: Collection[str]) -> tuple[Reply, ...]:
    replies = []
    for item in node.items(MOST_REPLIES):
        found = item.fields(("when", "text"), required=("text",))
        when = _when(found["when"], call.response) if "when" in found else {}
        text = _with_placeholders(found["text"], known) if "text" in found else {}
        replies.append(Reply(text, when))
    if not replies and isinstance(node.value, list):
        node.wrong("needs at least one reply")
    return tuple(replies)


def _when(node: Node, fields: Mapping[str, ResponseField]) -> dict[str, tuple[Value, ...]]:
    conditions: dict[str, tuple[Value, ...]] = {}
    for name, member in node.members().items():
        if name not in fields:
            member.wrong("is no field of the call's response")
            continue
        values: list[Any] = member.value if isinstance(member.value, list) else [member.value]
        if not values or any(not _fits(value, fields[name].type) for value in values):
            member.wrong(f"must be a {fields[name].type}, or a list of such")
        conditions[name] = tuple(values)
    return conditions


def _fits(value: object, kind: Literal["text", "number", "boolean", "date"]) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)
