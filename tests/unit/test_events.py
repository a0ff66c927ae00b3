import json
from datetime import timedelta

import pytest

from concierge.errors import InvalidRecord
from concierge.shop.events import EventType, parse_event
from tests.builders import NOW, make_event


def a_record(**overrides):
    values = {
        "event_id": "event-1",
        "type": "view",
        "customer_id": "ada",
        "item_id": "mug-red",
        "occurred_at": "2026-11-23T11:59:00Z",
    }
    return {name: value for name, value in (values | overrides).items() if value is not None}


def test_a_plain_event_is_read():
    assert parse_event(a_record(), NOW) == make_event()


def test_an_event_survives_its_json():
    event = make_event(
        type=EventType.RATING,
        value=4.0,
        session_id="s-1",
        recommendation_id="r-1",
        query="红色 杯子",
        properties={"colour": "红", "nested": {"n": [1, 2]}},
    )

    assert parse_event(json.loads(event.to_json()), NOW) == event


def test_the_json_of_an_event_is_one_line_of_ascii():
    text = make_event(item_id="红\u2028\uffff", properties={"a": "\n"}).to_json()

    assert text.isascii()
    assert len(text.splitlines()) == 1


def test_times_are_kept_in_utc():
    event = parse_event(a_record(occurred_at="2026-11-23T12:59:00+01:00"), NOW)

    assert event == make_event()


def test_a_clock_that_runs_a_little_ahead_is_accepted():
    ahead = (NOW + timedelta(minutes=9)).isoformat()

    assert parse_event(a_record(occurred_at=ahead), NOW).occurred_at > NOW


@pytest.mark.parametrize(
    "item_id", ["a b", "🛒", "x" * 256, "红色杯子", "https://shop.example/1?a=b#c"]
)
def test_ids_may_be_anything_that_people_read(item_id):
    assert parse_event(a_record(item_id=item_id), NOW).item_id == item_id


def test_a_search_needs_a_query_and_no_item():
    event = parse_event(a_record(type="search", item_id=None, query="mug"), NOW)

    assert (event.query, event.item_id) == ("mug", "")


@pytest.mark.parametrize(("told", "read"), [(0, 0), (12, 12), ("3", 3), ("", None), (None, None)])
def test_a_search_may_tell_how_many_results_it_had(told, read):
    event = parse_event(a_record(type="search", query="mug", results=told), NOW)
    assert event.results == read
    assert parse_event(event.to_record(), NOW) == event


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"event_id": None}, "event_id", "is required"),
        ({"event_id": "  "}, "event_id", "is required"),
        ({"event_id": "x" * 300}, "event_id", "300 characters; at most 256"),
        ({"event_id": "a\nb"}, "event_id", "control characters"),
        ({"event_id": "\ud83d"}, "event_id", "half a surrogate pair"),
        ({"event_id": {"a": 1}}, "event_id", "must be text, not an object"),
        ({"type": None}, "type", "is required"),
        ({"type": "stare"}, "type", "'stare' is not known; use one of view, search"),
        ({"customer_id": None}, "customer_id", "either customer_id or session_id"),
        ({"item_id": None}, "item_id", "is required"),
        ({"type": "search", "query": ""}, "query", "is required"),
        ({"occurred_at": None}, "occurred_at", "is required"),
        ({"occurred_at": "2026-11-24T12:00:00Z"}, "occurred_at", "is in the future"),
        ({"occurred_at": "1999-12-31T23:59:59Z"}, "occurred_at", "is before 2000"),
        ({"occurred_at": "2026-11-23T11:59:00"}, "occurred_at", "needs an offset"),
        ({"occurred_at": "yesterday"}, "occurred_at", "is not an RFC 3339 time"),
        ({"occurred_at": 1_700_000_000}, "occurred_at", "must be an RFC 3339 time, not a number"),
        ({"value": "much"}, "value", "'much' is not a number"),
        ({"value": float("nan")}, "value", "is not a finite number"),
        ({"type": "rating"}, "value", "from 0 to 5 stars"),
        ({"type": "rating", "value": 1e9}, "value", "from 0 to 5 stars"),
        ({"type": "rating", "value": -1}, "value", "from 0 to 5 stars"),
        ({"results": 3}, "results", "is told of a search alone"),
        ({"type": "search", "query": "mug", "results": -1}, "results", "a whole number from 0"),
        ({"type": "search", "query": "mug", "results": 1.5}, "results", "a whole number from 0"),
        ({"type": "search", "query": "mug", "results": "many"}, "results", "is not a number"),
        ({"properties": []}, "properties", "must be a JSON object"),
        ({"properties": '{"a": NaN}'}, "properties", "NaN is not a JSON number"),
        ({"properties": {"a": "x" * 9_000}}, "properties", "characters of JSON; at most 8,000"),
    ],
)
def test_a_wrong_event_is_refused_naming_field_and_reason(changes, field, reason):
    with pytest.raises(InvalidRecord) as refusal:
        parse_event(a_record(**changes), NOW)

    assert refusal.value.field == field
    assert reason in refusal.value.reason
