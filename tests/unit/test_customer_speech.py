"""Small talk, the end of a conversation and the wish for a person, on sentences of both languages.

Half of each file was kept aside while the phrases were chosen.
"""

import json
from pathlib import Path

import pytest

from concierge.answering.asking_for_person import asks_for_person
from concierge.answering.dialogue import Dialogue
from concierge.answering.dialogue_document import read_dialogue
from concierge.answering.ending import ends_conversation
from concierge.answering.flows.triggers import Triggers
from concierge.answering.small_talk import recognise
from concierge.answering.small_talk_replies import small_talk_reply

SENTENCES = Path(__file__).parents[1] / "dialogue"


def sentences(name, part):
    lines = (SENTENCES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["part"] == part]


RECOGNISERS = {
    "asks-for-person": lambda row: asks_for_person(row["text"], row["language"]),
    "ends-conversation": lambda row: ends_conversation(row["text"]),
    "small-talk": lambda row: recognise(row["text"], row["language"]),
}


@pytest.mark.parametrize("part", ["tuning", "held-out"])
@pytest.mark.parametrize("name", RECOGNISERS)
def test_what_customers_say_is_recognised_and_little_else(name, part):
    rows = sentences(name, part)
    found = [RECOGNISERS[name](row) for row in rows]
    meant = [got == row["label"] for got, row in zip(found, rows, strict=True) if row["label"]]
    others = [bool(got) for got, row in zip(found, rows, strict=True) if not row["label"]]
    assert min(len(meant), len(others)) >= 75
    assert sum(meant) / len(meant) >= 0.97
    assert sum(others) / len(others) <= 0.015


@pytest.mark.parametrize(
    "text", ["", " ", "?", "👋👋", "a" * 100_000, "转" * 50_000, "hi " * 30_000]
)
def test_odd_texts_are_nothing(text):
    assert not asks_for_person(text, "en")
    assert not ends_conversation(text)
    assert recognise(text, "en") is None


def test_a_greeting_with_a_question_is_a_question():
    assert recognise("Hi! Where is my order?") is None
    assert recognise("您好！请问订单到哪了？") is None
    assert recognise("Hiiii!!!") == "greeting"


def test_a_person_is_heard_in_the_other_language():
    assert asks_for_person("转人工 please", "en")
    assert asks_for_person("我要 human agent", "zh")
    assert asks_for_person("轉人工", "zh")


def test_small_talk_is_answered_in_the_shops_words_where_it_has_some():
    dialogue = Dialogue(small_talk={"greeting": {"en": "Welcome!"}})
    assert small_talk_reply("greeting", dialogue, "en") == "Welcome!"
    assert small_talk_reply("greeting", dialogue, "zh") == "您好！有什么可以帮您？"
    assert small_talk_reply("thanks", dialogue, "fr").startswith("You are welcome")


def test_a_flow_begins_by_words_alone_and_hardly_ever_by_mistake():
    sample = Path(__file__).parents[2] / "samples" / "dialogue" / "general-store.json"
    flows = read_dialogue(sample.read_text(encoding="utf-8")).flows
    triggers = {language: Triggers(flows, language, None) for language in ("en", "zh")}
    names = {"order_status": "order_status", "stock": "size_in_stock", None: ""}
    rows = sentences("flow-triggers", "tuning") + sentences("flow-triggers", "held-out")
    found = [(triggers[row["language"]].best(row["text"]), names[row["label"]]) for row in rows]
    wanted = [got == meant for got, meant in found if meant]
    false = [got for got, meant in found if got and got != meant]
    assert sum(wanted) / len(wanted) >= 0.5
    assert len(false) <= 1
