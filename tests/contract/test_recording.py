"""Events on their whole way, from the HTTP door over SQS into DynamoDB and Firehose, in moto."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from concierge.adapters.events_sqs import SqsEvents
from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.ingesting.collector import Collector
from concierge.ingesting.recorder import Message, Recorder
from concierge.shop.profile import Actor
from tests.builders import NOW, make_event, make_product
from tests.contract.tables import OneAtATime, create_table
from tests.fakes.archive import InMemoryArchive
from tests.fakes.products import InMemoryProducts

ADA = Actor("customer", "ada")
WORKERS = 5


@pytest.fixture
def profiles(aws):
    client = aws("dynamodb")
    return DynamoProfiles(OneAtATime(client), create_table(client, "ProfilesTable"), lambda: NOW)


def recorder(profiles, archive=None):
    products = InMemoryProducts(make_product())
    archive = archive or InMemoryArchive()
    return Recorder(profiles, lambda: products, archive, lambda: NOW, lambda _: None)


def test_an_event_taken_over_http_is_in_the_profile(aws, profiles):
    sqs = aws("sqs")
    queue_url = sqs.create_queue(QueueName="events")["QueueUrl"]
    event = make_event(item_id="🛒", session_id="s 1", query="红\u2028色")

    Collector(SqsEvents(sqs, queue_url), lambda: NOW).collect([event.to_record()])
    [message] = sqs.receive_message(QueueUrl=queue_url)["Messages"]
    failed = recorder(profiles).record([Message(message["MessageId"], message["Body"])])

    assert failed == []
    assert profiles.get(ADA).actions[0].item_id == "🛒"
    assert profiles.get(Actor("session", "s 1")).merged_into == "ada"


def test_the_same_batch_delivered_five_times_at_once_counts_once(profiles):
    events = [
        make_event(event_id="1", customer_id="", session_id="s-1"),
        make_event(event_id="2", session_id="s-1"),
        make_event(event_id="3"),
        make_event(event_id="4", customer_id="bob"),
    ]
    batch = [Message(f"m-{n}", json.dumps(event.to_record())) for n, event in enumerate(events)]
    together = threading.Barrier(WORKERS)

    def deliver(_):
        together.wait(timeout=10)
        return recorder(profiles).record(batch)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(deliver, range(WORKERS)))
    assert recorder(profiles).record(batch) == []  # what contention left undone comes again

    assert len(profiles.get(ADA).actions) == 3
    assert profiles.get(ADA).tags["brand:Hearth"] == pytest.approx(3.0)
    assert len(profiles.get(Actor("customer", "bob")).actions) == 1
    assert profiles.get(Actor("session", "s-1")).actions == ()


def test_workers_who_share_a_flood_record_no_more_of_it_than_a_person_could_do(profiles):
    archive = InMemoryArchive()
    start = NOW - timedelta(minutes=10, seconds=7)
    events = [
        make_event(
            event_id=f"e-{n}", item_id=f"i-{n}", occurred_at=start + timedelta(milliseconds=n)
        )
        for n in range(200)
    ]
    batches = [
        [Message(f"m-{event.event_id}", event.to_json()) for event in events[at : at + 10]]
        for at in range(0, 200, 10)
    ]

    with ThreadPoolExecutor(WORKERS) as pool:
        failed = pool.map(lambda batch: recorder(profiles, archive).record(batch), batches)
    again = {id_ for ids in failed for id_ in ids}
    left = [message for batch in batches for message in batch if message.id in again]
    assert recorder(profiles, archive).record(left) == []

    assert len(profiles.get(ADA).actions) <= 25
    assert len({event.event_id for event in archive.events}) == 200
    assert sum(not event.quarantined for event in archive.events) <= 25
