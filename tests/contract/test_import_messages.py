import json

import pytest

from concierge.adapters.bus_eventbridge import EventBridgeBus
from concierge.adapters.continuations_sqs import SqsContinuations
from concierge.errors import Unavailable
from concierge.ingesting.importer import Notice
from importer.app import read_notice
from tests.contract.buckets import refuse


@pytest.fixture
def sqs(aws):
    return aws("sqs")


@pytest.fixture
def queue_url(sqs):
    return sqs.create_queue(QueueName="imports")["QueueUrl"]


def received(sqs, queue_url):
    return [message["Body"] for message in sqs.receive_message(QueueUrl=queue_url)["Messages"]]


def test_a_continuation_is_read_as_the_notice_that_was_sent(sqs, queue_url):
    notice = Notice("inbox/events/a b+é.jsonl", "customer:ada:1", 3)
    SqsContinuations(sqs, queue_url).send(notice)
    (body,) = received(sqs, queue_url)
    assert read_notice(body) == notice


def test_the_bus_is_told_who_speaks_of_what(aws):
    events, sent = aws("events"), []
    events.create_event_bus(Name="shop")
    events.meta.events.register(
        "provide-client-params.*.PutEvents", lambda params, **_: sent.extend(params["Entries"])
    )
    EventBridgeBus(events, "shop").send("Import Finished", {"kind": "catalogue", "file": "茶.csv"})
    (entry,) = sent
    assert json.loads(entry.pop("Detail")) == {"kind": "catalogue", "file": "茶.csv"}
    assert entry == {"EventBusName": "shop", "Source": "concierge", "DetailType": "Import Finished"}


def test_an_event_that_the_bus_did_not_take_is_an_error():
    class Refusing:
        def put_events(self, Entries):  # noqa: N803
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}

    with pytest.raises(Unavailable, match="InternalFailure"):
        EventBridgeBus(Refusing(), "shop").send("Import Finished", {})


def test_outages_are_ours_by_name(aws, sqs, queue_url):
    refuse(sqs, "SendMessage")
    with pytest.raises(Unavailable, match="continuing inbox/a"):
        SqsContinuations(sqs, queue_url).send(Notice("inbox/a"))
    events = aws("events")
    refuse(events, "PutEvents")
    with pytest.raises(Unavailable, match="Import Finished"):
        EventBridgeBus(events, "shop").send("Import Finished", {})
