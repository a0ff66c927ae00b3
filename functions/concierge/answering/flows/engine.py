"""Leads a customer through a flow: asks for what is missing, makes the call, tells what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from aws_lambda_powertools import Logger

from concierge.answering.asking_for_person import asks_for_person
from concierge.answering.dialogue import Dialogue
from concierge.answering.flows.calling import ShopCalls, checked
from concierge.answering.flows.flow import Flow, Slot, Texts, Value, told
from concierge.answering.flows.placeholders import filled
from concierge.answering.flows.replies import reply_to
from concierge.answering.flows.slot_values import parsed, shown
from concierge.answering.flows.state import Action, Choice, FlowState, FlowStep
from concierge.answering.flows.triggers import Triggers
from concierge.answering.flows.wordings import (
    CANCELLED,
    WRONG,
    asks,
    cancels,
    corrects,
    follows_up,
    lacks,
)
from concierge.errors import CallFailed, NotFound, Unavailable
from concierge.language.encoder import TextEncoder

MOST_TRIES = 3

logger = Logger(child=True)


class Flows:
    """The flows of one dialogue document."""

    def __init__(
        self,
        dialogue: Dialogue,
        encoder: TextEncoder | None,
        calls: ShopCalls,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._dialogue = dialogue
        self._encoder = encoder
        self._calls = calls
        self._today = today
        self._triggers: dict[str, Triggers] = {}

    def begin(self, text: str, language: str) -> FlowStep | None:
        """Return the first step of the flow that a text asks for, or None.

        What the text says already is not asked for.
        """
        if not self._dialogue.flows:
            return None
        if language not in self._triggers:
            self._triggers[language] = Triggers(self._dialogue.flows, language, self._encoder)
        flow = self._dialogue.flow(self._triggers[language].best(text))
        if flow is None:
            return None
        state = FlowState(flow.name)
        for slot in flow.slots:
            value = parsed(slot, text, self._today(), whole=False)
            if value is not None:
                state = state.with_slot(slot.name, value)
        return self._next(flow, state, language)

    def go_on(self, kept: Mapping[str, Any], text: str, language: str) -> FlowStep:
        """Return the step after a text, given the state of the step before."""
        flow = self._dialogue.flow(str(kept.get("flow")))
        if flow is None:
            return FlowStep("", None, action="aside")
        state = FlowState.of(kept, flow)
        if asks_for_person(text, language):
            return FlowStep("", None, (), "handoff", flow.name, state.slots)
        slot = flow.slot(state.asked)
        if slot is None:
            return self._after(flow, state, text, language)
        if cancels(text):
            return FlowStep(told(CANCELLED, language), None, (), "cancelled", flow.name)
        return self._answered(flow, state, slot, text, language)

    def _answered(
        self, flow: Flow, state: FlowState, slot: Slot, text: str, language: str
    ) -> FlowStep:
        """Take the answer to the question for a slot, or find out what else the text is."""
        today = self._today()
        corrected = _changed(flow, state, text, today) if corrects(text) else None
        # Free text takes anything; whoever asks back does not answer.
        is_question = asks(text)
        value = parsed(slot, text, today, whole=not is_question)
        if corrected and (value is None or slot.type == "text"):
            return self._next(flow, corrected, language)
        if value is not None:
            others = _named(flow, state, slot, text, today)
            return self._next(flow, others.with_slot(slot.name, value), language)
        if is_question:
            other = self.begin(text, language)
            if other and other.flow != flow.name:
                return other
            question = self._question(flow, state, slot, language)
            return question if other else replace(question, action="aside")
        if lacks(text) or state.tries + 1 >= MOST_TRIES:
            return FlowStep("", None, (), "handoff", flow.name, state.slots)
        again = replace(state, tries=state.tries + 1)
        said = told(slot.wrong, language) or told(WRONG, language) + told(slot.ask, language)
        return replace(self._question(flow, again, slot, language), text=said)

    def _after(self, flow: Flow, state: FlowState, text: str, language: str) -> FlowStep:
        """Run a finished flow again where the text changes a slot; else leave the text to others."""
        alone = len(text) <= 30 and not asks(text)
        if corrects(text) or follows_up(text) or alone:
            changed = _changed(flow, state, text, self._today())
            if changed:
                return self._next(flow, changed, language)
        return FlowStep("", None, action="aside")

    def _next(self, flow: Flow, state: FlowState, language: str) -> FlowStep:
        """Ask for the first slot that is missing, or make the call."""
        for slot in flow.slots:
            if slot.name not in state.slots and not slot.optional:
                return self._question(flow, state, slot, language)
        return self._finish(flow, replace(state, asked="", tries=0), language)

    def _question(self, flow: Flow, state: FlowState, slot: Slot, language: str) -> FlowStep:
        choices = tuple(
            Choice(value, told(slot.choices[value], language)) for value in slot.choices
        )
        kept = replace(state, asked=slot.name).kept(self._dialogue.id)
        return FlowStep(told(slot.ask, language), kept, choices, "ask", flow.name, state.slots)

    def _finish(self, flow: Flow, state: FlowState, language: str) -> FlowStep:
        kept = state.kept(self._dialogue.id)
        try:
            values: dict[str, Value] = {**state.slots, "language": language}
            answer = self._calls.call(flow.call, values, flow.call.timeout_s)
            fields = checked(answer, flow.call.response)
        except NotFound:
            if flow.not_found:
                text = _filled(flow, state, flow.not_found, language)
                return FlowStep(text, kept, (), "done", flow.name, state.slots)
            return self._failed(flow, state, language)
        except (CallFailed, Unavailable) as error:
            logger.warning("flow failed", flow=flow.name, reason=str(error))
            return self._failed(flow, state, language)
        text = reply_to(flow, state.slots, fields, language)
        if not text:
            logger.warning("no reply fits", flow=flow.name)
            return self._failed(flow, state, language)
        return FlowStep(text, kept, (), "done", flow.name, state.slots)

    def _failed(self, flow: Flow, state: FlowState, language: str) -> FlowStep:
        text = _filled(flow, state, flow.failed, language)
        action: Action = "handoff" if flow.handoff_on_failure else "failed"
        return FlowStep(text, None, (), action, flow.name, state.slots)


def _changed(flow: Flow, state: FlowState, text: str, today: date) -> FlowState | None:
    """Return the state with the filled slot that a text says anew, the last asked first."""
    for slot in reversed(flow.slots):
        if slot.name not in state.slots or slot.type == "text":
            continue
        value = parsed(slot, text, today, whole=True)
        if value is not None and value != state.slots[slot.name]:
            return state.with_slot(slot.name, value)
    return None


def _named(flow: Flow, state: FlowState, asked: Slot, text: str, today: date) -> FlowState:
    """Return the state with the other missing slots that a text names by the way."""
    for slot in flow.slots:
        if slot.type == asked.type or slot.name in state.slots:
            continue
        value = parsed(slot, text, today, whole=False)
        if value is not None:
            state = state.with_slot(slot.name, value)
    return state


def _filled(flow: Flow, state: FlowState, texts: Texts, language: str) -> str:
    values = {
        slot.name: shown(slot, state.slots[slot.name], language)
        if slot.name in state.slots
        else "…"
        for slot in flow.slots
    }
    return filled(told(texts, language), values)
