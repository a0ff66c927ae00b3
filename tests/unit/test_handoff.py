"""A handover says why, what about, to whom, and when somebody is there."""

from datetime import UTC, date, datetime, time

import pytest

from concierge.answering.conversation import Turn
from concierge.answering.dialogue import (
    DEFAULT_DIALOGUE,
    Dialogue,
    HandoffRules,
    Hours,
    OfficeHours,
)
from concierge.answering.handoff import Summary, handoff, next_opening, summary_of

WEEKDAYS = Hours(frozenset(range(5)), time(9), time(18))
VIENNA = OfficeHours("Europe/Vienna", (WEEKDAYS,), frozenset({date(2026, 12, 25)}))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-25T12:00", "2026-11-25T12:00"),  # Wednesday, 13:00 in Vienna
        ("2026-11-25T07:59", "2026-11-25T08:00"),
        ("2026-11-25T17:00", "2026-11-26T08:00"),  # closes at 18:00 sharp
        ("2026-11-27T20:00", "2026-11-30T08:00"),  # Friday evening
        ("2026-12-24T20:00", "2026-12-28T08:00"),  # Christmas, then the weekend
        ("2026-07-01T07:00", "2026-07-01T07:00"),  # 09:00 in summer
        ("2026-10-23T20:00", "2026-10-26T08:00"),  # the clock goes back in between
        ("2027-03-26T20:00", "2027-03-29T07:00"),  # and forward
    ],
)
def test_opening_hours_are_those_of_the_shops_clock(now, opens):
    assert next_opening(VIENNA, at(now)) == at(opens)


def test_without_hours_somebody_is_always_there_and_with_all_days_closed_never():
    assert next_opening(OfficeHours(), at("2026-11-25T03:00")) == at("2026-11-25T03:00")
    assert (
        next_opening(
            OfficeHours("UTC", (Hours(frozenset(), time(9), time(10)),)), at("2026-11-25T03:00")
        )
        is None
    )


def test_two_spans_of_a_day_leave_a_break():
    hours = (Hours(frozenset({2}), time(13), time(17)), Hours(frozenset({2}), time(8), time(12)))
    assert next_opening(OfficeHours("UTC", hours), at("2026-11-25T12:30")) == at("2026-11-25T13:00")
    assert next_opening(OfficeHours("UTC", hours), at("2026-11-25T05:00")) == at("2026-11-25T08:00")


RULES = HandoffRules(
    queue="service",
    queues={"shipping": "parcels"},
    office_hours=VIENNA,
    transcript_url="https://desk.example/chats/{conversation_id}",
)


def hand_over(now, language="en", **more):
    return handoff(
        "asked_for",
        Summary(("where is it?",)),
        Dialogue("d", RULES),
        at(now).timestamp(),
        language,
        "c-1_a/../x",
        **more,
    )


def test_outside_of_office_hours_the_customer_is_told_when_somebody_is_there():
    given = hand_over("2026-11-25T20:00")
    assert (given.is_open, given.opens_at) == (False, at("2026-11-26T08:00"))
    assert "from Thursday, 26 November, 09:00 (CET)" in given.message
    assert "11月26日09:00（CET）" in hand_over("2026-11-25T20:00", "zh").message


def test_within_office_hours_somebody_answers_now():
    given = hand_over("2026-11-25T12:00", tags=("gifts", "shipping"))
    assert (given.is_open, given.opens_at, given.queue) == (True, None, "parcels")
    assert given.message == DEFAULT_DIALOGUE.handoff.open_message["en"]
    assert given.transcript_url == "https://desk.example/chats/c-1_ax"


def test_a_conversation_without_a_known_tag_goes_to_the_default_queue():
    assert hand_over("2026-11-25T12:00", tags=("gifts",)).queue == "service"


def test_without_a_document_there_is_a_message_and_the_transcript_of_the_api():
    given = handoff("not_sure", Summary(()), DEFAULT_DIALOGUE, 0, "zh", "c")
    assert (given.queue, given.is_open, given.transcript_url) == (
        "default",
        True,
        "/v1/conversations/c",
    )
    assert "人工客服" in given.message


def turn(question, entry_id="", choices=()):
    return Turn("a", 0.0, question, "answer", 0.5, entry_id, choices=choices)


def test_a_summary_has_the_first_and_the_last_questions_and_the_latest_entries():
    turns = [turn(f"question {n}", f"e{n}") for n in range(6)] + [turn("and?", choices=("e5", "x"))]
    summary = summary_of(turns, "a person!", flow="order", slots={"n": 3.0}, is_upset=True)
    assert summary.questions == ("question 0", "question 5", "and?", "a person!")
    assert summary.entry_ids == ("x", "e5", "e4", "e3", "e2")
    assert summary.text.splitlines()[-3:] == [
        "[order] n: 3",
        "[entries] x, e5, e4, e3, e2",
        "[upset]",
    ]


def test_a_long_question_is_cut():
    (question,) = summary_of([], "why " * 500).questions
    assert len(question) == 300
    assert question.endswith("…")
