from datetime import timedelta

from concierge.ingesting.collector import Collector
from tests.builders import NOW, make_event
from tests.fakes.queue import InMemoryQueue


def collector(queue):
    return Collector(queue, lambda: NOW)


def test_good_events_are_queued_as_they_were_understood():
    queue = InMemoryQueue()
    event = make_event(session_id="s-1")

    receipts = collector(queue).collect([event.to_record() | {"unheard_of": 1}])

    assert [receipt.status for receipt in receipts] == ["accepted"]
    assert queue.events == [event]


def test_a_wrong_event_does_not_stop_the_others():
    queue = InMemoryQueue()
    late = make_event(event_id="b", occurred_at=NOW + timedelta(days=1))
    records = [
        make_event(event_id="a").to_record(),
        late.to_record(),
        7,
        {},
        make_event().to_record(),
    ]

    receipts = collector(queue).collect(records)

    assert [each.index for each in receipts] == [0, 1, 2, 3, 4]
    assert [each.status for each in receipts] == [
        "accepted",
        "rejected",
        "rejected",
        "rejected",
        "accepted",
    ]
    assert (receipts[1].event_id, receipts[1].field) == ("b", "occurred_at")
    assert receipts[2].reason == "must be a JSON object"
    assert (receipts[3].event_id, receipts[3].field) == ("", "type")
    assert [event.event_id for event in queue.events] == ["a", "event-1"]


def test_an_event_that_the_queue_refuses_is_reported_as_failed():
    queue = InMemoryQueue(refusing={"b"})
    records = [{}, *(make_event(event_id=each).to_record() for each in "abc")]

    receipts = collector(queue).collect(records)

    assert [each.status for each in receipts] == ["rejected", "accepted", "failed", "accepted"]
    assert "send it again" in receipts[2].reason


def test_a_long_wrong_id_is_named_by_its_beginning():
    receipts = collector(InMemoryQueue()).collect([make_event(event_id="x" * 300).to_record()])

    assert receipts[0].event_id == "x" * 256
    assert receipts[0].field == "event_id"
