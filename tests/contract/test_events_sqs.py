import json

import pytest
from botocore.exceptions import ConnectTimeoutError

from concierge.adapters.events_sqs import SqsEvents
from concierge.shop.events import parse_event
from tests.builders import NOW, make_event


@pytest.fixture
def client(aws):
    return aws("sqs")


@pytest.fixture
def queue_url(client):
    return client.create_queue(QueueName="events")["QueueUrl"]


def received(client, queue_url):
    while messages := client.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=0
    ).get("Messages"):
        yield from (parse_event(json.loads(message["Body"]), NOW) for message in messages)


def test_a_hundred_events_arrive_as_they_were_sent(client, queue_url):
    events = [make_event(event_id=f"🛒 {n}", query="红\u2028色") for n in range(100)]

    assert SqsEvents(client, queue_url).send(events) == frozenset()

    arrived = sorted(received(client, queue_url), key=lambda event: int(event.event_id[2:]))
    assert arrived == events


def test_events_too_large_for_one_batch_are_sent_in_several(client, queue_url):
    sizes = []
    client.meta.events.register(
        "provide-client-params.sqs.SendMessageBatch",
        lambda params, **_: sizes.append([len(each["MessageBody"]) for each in params["Entries"]]),
    )
    # 7,900 emoji are written in 12 bytes of ASCII each.
    large = [make_event(event_id=f"e-{n}", properties={"a": "🛒" * 7_900}) for n in range(5)]

    assert SqsEvents(client, queue_url).send(large) == frozenset()

    assert [len(batch) for batch in sizes] == [2, 2, 1]
    assert all(sum(batch) <= 256 * 1024 for batch in sizes)
    assert len(list(received(client, queue_url))) == 5


def test_entries_that_the_queue_refuses_are_named(client, queue_url):
    def refuse_second(parsed, **_):
        entry = parsed["Successful"].pop(1)
        parsed["Failed"] = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False}]

    client.meta.events.register("after-call.sqs.SendMessageBatch", refuse_second)
    events = [make_event(event_id=f"e-{n}") for n in range(15)]

    assert SqsEvents(client, queue_url).send(events) == {1, 11}


def test_a_queue_that_cannot_be_reached_takes_nothing_and_raises_nothing(client, queue_url):
    events = [make_event(event_id=f"e-{n}") for n in range(15)]

    assert SqsEvents(client, f"{queue_url}-gone").send(events) == set(range(15))


def test_what_was_queued_before_the_queue_failed_stays_accepted(client, queue_url):
    calls = []

    def fail_second(**_):
        calls.append(1)
        if len(calls) == 2:
            raise ConnectTimeoutError(endpoint_url=queue_url)

    client.meta.events.register("before-call.sqs.SendMessageBatch", fail_second)
    events = [make_event(event_id=f"e-{n}") for n in range(35)]

    assert SqsEvents(client, queue_url).send(events) == set(range(10, 35))
    assert len(calls) == 2
