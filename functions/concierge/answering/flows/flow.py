"""What a shop declares of its flows: what to ask for, whom to call, what to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SlotType = Literal["order_number", "size", "country", "number", "email", "date", "choice", "text"]
FieldType = Literal["text", "number", "boolean", "date"]
Value = str | float | bool
# A text in each of the languages that the shop speaks.
Texts = Mapping[str, str]


def told(texts: Texts, language: str) -> str:
    """Return the text in a language, else in English, else in whichever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a flow has to know; an optional one is taken where it is said, never asked."""

    name: str
    type: SlotType
    ask: Texts
    wrong: Texts = field(default_factory=dict)
    pattern: str = ""
    choices: Mapping[str, Texts] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ResponseField:
    """One field that the shop's reply may have."""

    type: FieldType
    required: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to ask and how; `target` is a URL or the name or ARN of a function.

    `request` says which parameter holds what: texts with `{slot}` placeholders, or plain values.
    """

    kind: Literal["http", "lambda"]
    target: str
    request: Mapping[str, Value]
    response: Mapping[str, ResponseField]
    method: str = "GET"
    timeout_s: float = 3.0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said where each field of `when` has one of its values."""

    text: Texts
    when: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A short dialogue that fills slots, makes one call and tells what came of it.

    `counterexamples` are sentences close to the triggers that mean something else.
    """

    name: str
    title: Texts
    triggers: Mapping[str, tuple[str, ...]]
    slots: tuple[Slot, ...]
    call: Call
    replies: tuple[Reply, ...]
    failed: Texts
    not_found: Texts = field(default_factory=dict)
    counterexamples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    handoff_on_failure: bool = True

    def slot(self, name: str) -> Slot | None:
        """Return the slot of a name, if there is one."""
        return next((slot for slot in self.slots if slot.name == name), None)
