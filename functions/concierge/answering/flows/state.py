"""Where a flow stands between two turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from concierge.answering.flows.flow import Flow, Value

Action = Literal["ask", "done", "failed", "cancelled", "handoff", "aside"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a question offers."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FlowStep:
    """What a flow says next; `state` is what to give back with the next text, None at its end.

    An `aside` is a text that the flow leaves to others: answer it as a question of its own, and
    say `text` after it where there is any. A `handoff` goes to a person, after `text`.
    """

    text: str
    state: Mapping[str, Any] | None
    choices: tuple[Choice, ...] = ()
    action: Action = "ask"
    flow: str = ""
    slots: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowState:
    """The slots that are filled, the one that is asked for, and how often in vain."""

    flow: str
    slots: Mapping[str, Value] = field(default_factory=dict)
    asked: str = ""
    tries: int = 0

    @classmethod
    def of(cls, state: Mapping[str, Any], flow: Flow) -> Self:
        """Read what was kept; what does not belong to the flow as it is now is left out."""
        kept = state.get("slots")
        slots = {
            slot.name: kept[slot.name]
            for slot in flow.slots
            if isinstance(kept, Mapping) and isinstance(kept.get(slot.name), str | int | float)
        }
        asked = str(state.get("asked") or "")
        return cls(flow.name, slots, asked if flow.slot(asked) else "", _tries(state.get("tries")))

    def with_slot(self, name: str, value: Value) -> Self:
        """Return the state with a slot filled."""
        return replace(self, slots={**self.slots, name: value}, tries=0)

    def kept(self, dialogue_id: str) -> dict[str, Any]:
        """Return what to keep until the next turn, as JSON."""
        return {
            "flow": self.flow,
            "dialogue": dialogue_id,
            "slots": dict(self.slots),
            "asked": self.asked,
            "tries": self.tries,
        }


def _tries(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
