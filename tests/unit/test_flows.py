"""A flow asks for what is missing, takes corrections, makes its call and tells what came of it."""

import json
from datetime import date
from pathlib import Path

import pytest

from concierge.answering.dialogue import Dialogue
from concierge.answering.dialogue_document import read_dialogue
from concierge.answering.flows.engine import Flows
from concierge.errors import CallFailed, NotFound, Unavailable
from tests.fakes.shop_calls import ScriptedCalls

SAMPLE = Path(__file__).parents[2] / "samples" / "dialogue" / "general-store.json"
DIALOGUE = read_dialogue(SAMPLE.read_text(encoding="utf-8"), "d1")
SHIPPED = {"status": "shipped", "carrier": "Postbote", "expected": "2026-12-03"}
IN_STOCK = {"available": True, "ships": True, "days": 3}


def flows(*answers, dialogue=DIALOGUE):
    calls = ScriptedCalls(*answers)
    return Flows(dialogue, None, calls, today=lambda: date(2026, 11, 25)), calls


def talk(engine, language, *texts):
    """Return the steps of a conversation; the state goes through JSON as it does when kept."""
    steps = [engine.begin(texts[0], language)]
    for text in texts[1:]:
        steps.append(engine.go_on(json.loads(json.dumps(steps[-1].state)), text, language))
    return steps


def test_what_the_sentence_says_is_not_asked_for():
    engine, calls = flows(SHIPPED)
    (step,) = talk(engine, "en", "where is my order AB-12345?")
    assert step.action == "done"
    assert step.text == (
        "Order AB-12345 is on its way with Postbote and should arrive on 3 December 2026."
    )
    assert calls.asked[0][1] == {"order_number": "AB-12345", "language": "en"}


def test_what_is_missing_is_asked_for():
    engine, _ = flows({"status": "packing"})
    asked, told = talk(engine, "en", "where is my order?", "it is ab-12345, thanks")
    assert (asked.action, asked.flow) == ("ask", "order_status")
    assert "What is your order number?" in asked.text
    assert (told.action, told.slots) == ("done", {"order_number": "AB-12345"})


def test_a_flow_speaks_chinese():
    engine, _ = flows(SHIPPED)
    asked, told = talk(engine, "zh", "我的订单到哪了？", "AB-12345")
    assert "订单号是多少" in asked.text
    assert told.text == "订单 AB-12345 已由 Postbote 发出，预计2026年12月3日送达。"


def test_sizes_and_countries_are_told_in_the_language_of_the_customer():
    engine, calls = flows(IN_STOCK)
    step = talk(engine, "zh", "我的尺码有货吗", "加大码", "英国")[-1]
    assert step.text == "有的，XL码有货，寄到英国大约需要3天。"
    assert calls.asked[0][1] == {"size": "XL", "country": "GB", "language": "zh"}


@pytest.mark.parametrize("text", ["who won the match?", "how do I cancel my order", "", "12345"])
def test_other_sentences_begin_no_flow(text):
    assert flows()[0].begin(text, "en") is None


def test_without_flows_nothing_begins():
    engine, _ = flows(dialogue=Dialogue())
    assert engine.begin("where is my order?", "en") is None


def test_a_correction_replaces_what_was_said_before():
    engine, calls = flows(IN_STOCK)
    asked, again, told = talk(engine, "en", "is size M in stock", "no, XL", "to Germany")[0:3]
    assert asked.slots == {"size": "M"}
    assert (again.action, again.slots) == ("ask", {"size": "XL"})
    assert "which country" in again.text
    assert calls.asked[0][1]["size"] == "XL"
    assert told.action == "done"


def test_a_finished_flow_runs_again_for_another_value():
    engine, calls = flows(IN_STOCK, IN_STOCK, IN_STOCK, IN_STOCK)
    steps = talk(
        engine, "en", "is size M in stock", "Germany", "and to Canada?", "no, XL", "what about L?"
    )
    assert [step.action for step in steps] == ["ask", "done", "done", "done", "done"]
    assert [(asked["size"], asked["country"]) for _, asked, _ in calls.asked] == [
        ("M", "DE"), ("M", "CA"), ("XL", "CA"), ("L", "CA"),
    ]  # fmt: skip


def test_another_question_after_a_finished_flow_is_left_to_others():
    engine, _ = flows(SHIPPED)
    step = talk(engine, "en", "where is my order AB-12345?", "how do I return it?")[-1]
    assert (step.action, step.text, step.state) == ("aside", "", None)


def test_a_number_that_was_not_found_can_be_sent_again():
    engine, _ = flows(NotFound("unknown"), SHIPPED)
    missing, found = talk(engine, "en", "where is my order AB-99999?", "AB-12345")
    assert "cannot find an order AB-99999" in missing.text
    assert "on its way" in found.text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "never mind"), ("en", "forget it"), ("zh", "算了"), ("zh", "不用了")],
)
def test_a_customer_can_stop_a_flow(language, text):
    begin = {"en": "where is my order?", "zh": "查订单"}[language]
    step = talk(flows()[0], language, begin, text)[-1]
    assert (step.action, step.state) == ("cancelled", None)
    assert step.text


@pytest.mark.parametrize(("language", "text"), [("en", "a person, please"), ("zh", "转人工")])
def test_a_person_is_always_called(language, text):
    begin = {"en": "where is my order?", "zh": "查订单"}[language]
    step = talk(flows()[0], language, begin, text)[-1]
    assert (step.action, step.state, step.flow) == ("handoff", None, "order_status")


@pytest.mark.parametrize(
    ("language", "text"), [("en", "how long does delivery take?"), ("zh", "多久能送到？")]
)
def test_a_question_in_between_is_left_to_others_and_the_flow_goes_on(language, text):
    begin = {"en": "where is my order?", "zh": "查订单"}[language]
    asked, aside, told = talk(flows(SHIPPED)[0], language, begin, text, "AB-12345")
    assert (aside.action, aside.text, aside.state) == ("aside", asked.text, asked.state)
    assert told.action == "done"


def test_another_flow_that_is_asked_for_takes_over():
    step = talk(flows()[0], "en", "where is my order?", "is size M in stock?")[-1]
    assert (step.action, step.flow, step.slots) == ("ask", "size_in_stock", {"size": "M"})


def test_three_wrong_answers_call_a_person():
    steps = talk(flows()[0], "en", "where is my order?", "blue", "green", "red")
    assert [step.action for step in steps] == ["ask", "ask", "ask", "handoff"]
    assert "does not look like an order number" in steps[1].text


def test_who_does_not_have_what_is_asked_for_gets_a_person():
    assert talk(flows()[0], "en", "where is my order?", "I don't have it")[-1].action == "handoff"


@pytest.mark.parametrize("error", [CallFailed("HTML"), Unavailable("away"), NotFound("404")])
def test_a_failed_call_is_told_and_handed_over(error):
    engine, calls = flows(error)
    step = talk(engine, "en", "is size M in stock", "Germany")[-1]
    assert (step.action, step.state) == ("handoff", None)
    assert "cannot look up our stock" in step.text
    assert len(calls.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"status": 7},
        {"status": "lost"},
        {"status": "shipped"},
        {"status": "shipped", "carrier": "P", "expected": "soon"},
    ],
)
def test_a_reply_that_does_not_keep_to_its_schema_is_a_failure(answer):
    step = talk(flows(answer)[0], "en", "where is my order AB-12345?")[-1]
    assert step.action == "handoff"


def test_markup_in_a_reply_is_plain_text_and_no_placeholder_of_it_is_filled():
    answer = SHIPPED | {"carrier": "<b>{order_number}</b>\u0000\nPost" + "x" * 900}
    text = talk(flows(answer)[0], "en", "where is my order AB-12345?")[-1].text
    assert "with b {order_number} /b Postx" in text
    assert len(text) < 700


def test_a_flow_that_is_gone_leaves_the_text_to_others():
    engine, _ = flows(dialogue=Dialogue("d2"))
    step = engine.go_on(
        {"flow": "order_status", "slots": {}, "asked": "order_number"}, "AB-1", "en"
    )
    assert (step.action, step.state, step.text) == ("aside", None, "")


@pytest.mark.parametrize(
    "state",
    [
        {"flow": "order_status"},
        {"flow": "order_status", "slots": [], "asked": 7, "tries": "x"},
        {"flow": "order_status", "slots": {"gone": "x"}, "asked": "gone"},
    ],
)
def test_a_state_of_another_version_of_a_flow_does_no_harm(state):
    assert flows()[0].go_on(state, "hello there", "en").action == "aside"


def test_the_state_is_small():
    step = talk(flows()[0], "en", "is size M in stock")[0]
    assert len(json.dumps(step.state)) < 200
