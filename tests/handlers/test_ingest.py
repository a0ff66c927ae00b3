import base64
import json
from datetime import timedelta

import pytest

from concierge.ingesting.collector import Collector
from concierge.problems import PROBLEM
from ingest.app import make_handler
from tests.builders import NOW, make_event
from tests.fakes.queue import InMemoryQueue
from tests.handlers.calls import call


@pytest.fixture
def queue():
    return InMemoryQueue()


@pytest.fixture
def handler(queue):
    return make_handler(Collector(queue, lambda: NOW))


def sent(*events):
    return {"events": [event.to_record() for event in events]}


def test_good_events_are_accepted_and_queued(handler, queue):
    reply = call(handler, "ingest")

    assert reply.status == 202
    assert reply.body == {
        "accepted": 3,
        "rejected": 0,
        "failed": 0,
        "results": [
            {"index": n, "event_id": f"event-{n + 1}", "status": "accepted"} for n in range(3)
        ],
    }
    assert [event.item_id for event in queue.events] == ["item-1", "item-2", "item-3"]


def test_a_wrong_event_is_told_where_and_why_and_the_others_go_on(handler, queue):
    late = make_event(event_id="late", occurred_at=NOW + timedelta(days=1))

    reply = call(handler, "ingest", sent(make_event(), late))

    assert reply.status == 207
    assert (reply.body["accepted"], reply.body["rejected"]) == (1, 1)
    assert reply.body["results"][1] == {
        "index": 1,
        "event_id": "late",
        "status": "rejected",
        "errors": [
            {
                "pointer": "/events/1/occurred_at",
                "detail": "2026-11-24T12:00:00+00:00 is in the future",
            }
        ],
    }
    assert queue.events == [make_event()]


def test_no_good_event_is_a_problem_that_names_each(handler, queue):
    reply = call(handler, "ingest", {"events": [{}, 7, make_event(event_id="").to_record()]})

    assert reply.status == 422
    assert reply.headers["Content-Type"] == PROBLEM
    assert (reply.body["code"], reply.body["rejected"]) == ("invalid_request", 3)
    assert [error["pointer"] for error in reply.body["errors"]] == [
        "/events/0/type",
        "/events/1",
        "/events/2/event_id",
    ]
    assert [result["status"] for result in reply.body["results"]] == ["rejected"] * 3
    assert queue.events == []


def test_an_event_that_the_queue_did_not_take_is_reported_as_failed(handler, queue):
    queue.refusing = {"b"}

    reply = call(handler, "ingest", sent(make_event(event_id="a"), make_event(event_id="b")))

    assert reply.status == 207
    assert reply.body["results"][1]["status"] == "failed"
    assert "send it again" in reply.body["results"][1]["errors"][0]["detail"]


def test_a_queue_that_takes_nothing_is_unavailable(handler, queue):
    queue.refusing = {"event-1"}

    reply = call(handler, "ingest", sent(make_event()))

    assert (reply.status, reply.body["code"], reply.body["failed"]) == (503, "unavailable", 1)
    assert reply.headers["Retry-After"] == "5"


def test_the_same_event_twice_in_a_request_is_harmless(handler, queue):
    reply = call(handler, "ingest", sent(make_event(), make_event()))

    assert (reply.status, reply.body["accepted"]) == (202, 2)


def test_a_hundred_events_are_accepted(handler, queue):
    reply = call(handler, "ingest", sent(*(make_event(event_id=f"e-{n}") for n in range(100))))

    assert (reply.status, len(queue.events)) == (202, 100)


@pytest.mark.parametrize("item_id", ["红色 杯子", "🛒" * 256, "a b"])
def test_ids_of_any_script_are_accepted(handler, queue, item_id):
    reply = call(handler, "ingest", sent(make_event(item_id=item_id)))

    assert reply.status == 202
    assert queue.events[0].item_id == item_id


def test_an_id_of_three_hundred_characters_is_refused(handler):
    reply = call(handler, "ingest", sent(make_event(item_id="x" * 300)))

    assert reply.status == 422
    assert reply.body["errors"] == [
        {"pointer": "/events/0/item_id", "detail": "has 300 characters; at most 256"}
    ]


def test_a_number_too_long_for_an_id_is_refused(handler):
    event = make_event().to_record() | {"event_id": 10**300, "value": 10**400}

    assert call(handler, "ingest", {"events": [event]}).status == 422


def test_a_body_in_base64_is_read(handler, queue):
    body = base64.b64encode(json.dumps(sent(make_event())).encode()).decode()

    assert call(handler, "ingest", body, isBase64Encoded=True).status == 202


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "events",
        '{"events": ' + "[" * 100_000,
        '{"events": [NaN',
        '{"events": ["\\ud83d"]}',
    ],
)
def test_a_body_that_is_not_json_is_malformed(handler, body):
    reply = call(handler, "ingest", body)

    assert (reply.status, reply.body["code"]) == (400, "malformed_body")


def test_bytes_that_are_no_utf8_are_malformed(handler):
    body = base64.b64encode(b"\xff\xfe").decode()

    assert call(handler, "ingest", body, isBase64Encoded=True).status == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], "/"),
        ("null", "/"),
        ({}, "/events"),
        ({"events": None}, "/events"),
        ({"events": {}}, "/events"),
        ({"events": []}, "/events"),
        ({"events": [{}] * 101}, "/events"),
        ({"events": [{}], "event": {}}, "/event"),
    ],
)
def test_a_body_of_another_shape_is_refused_naming_the_place(handler, queue, body, pointer):
    reply = call(handler, "ingest", body)

    assert reply.status == 422
    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]
    assert queue.events == []


def test_every_reply_names_its_request(handler):
    assert call(handler, "ingest").headers["X-Request-Id"] == "request-1"
    assert call(handler, "ingest", "{").body["request_id"] == "request-1"
