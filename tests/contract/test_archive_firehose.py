import json

import pytest

from concierge.adapters.archive_firehose import ATTEMPTS, FirehoseArchive
from concierge.recommending.exploring import Exposures
from concierge.shop.events import parse_archived
from concierge.shop.exposures import Exposure
from concierge.shop.profile import Actor
from concierge.shop.recommendation_ids import RecommendationId
from tests.builders import NOW, make_event


@pytest.fixture
def client(aws):
    s3 = aws("s3")
    s3.create_bucket(
        Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    firehose = aws("firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName="events",
        ExtendedS3DestinationConfiguration={
            "BucketARN": "arn:aws:s3:::archive",
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
        },
    )
    return firehose


def archived(aws):
    s3 = aws("s3")
    for listed in s3.list_objects_v2(Bucket="archive").get("Contents", []):
        body = s3.get_object(Bucket="archive", Key=listed["Key"])["Body"].read()
        for line in body.decode().splitlines():
            yield parse_archived(json.loads(line), NOW)


def refuse(client, refused, times):
    """Let Firehose report records that hold `refused` as failed, so many times."""
    left = [times]
    seen = []

    def before(params, **_):
        seen.append([refused in record["Data"] for record in params["Records"]])

    def after(parsed, **_):
        if left[0] == 0:
            return
        left[0] -= 1
        for at, is_refused in enumerate(seen[-1]):
            if is_refused:
                parsed["RequestResponses"][at] = {"ErrorCode": "ServiceUnavailableException"}
        parsed["FailedPutCount"] = sum(seen[-1])

    client.meta.events.register("provide-client-params.firehose.PutRecordBatch", before)
    client.meta.events.register("after-call.firehose.PutRecordBatch", after)
    return seen


def test_events_are_lines_of_json_in_the_archive(aws, client):
    events = [make_event(event_id=f"红色 {n}") for n in range(501)]

    assert FirehoseArchive(client, "events").append(events) == frozenset()

    assert sorted(event.event_id for event in archived(aws)) == sorted(
        event.event_id for event in events
    )


def test_the_draw_of_an_exploring_list_is_kept_like_any_event(aws, client):
    exposures: Exposures = FirehoseArchive(client, "events")
    draw = Exposure(propensity=0.125, position=3, rank=2, choices=20)
    made = RecommendationId.new("exploring", "for-you")

    lost = exposures.append([draw.to_event(made, Actor("customer", "ada"), "tent", NOW)])

    assert lost == frozenset()
    assert [Exposure.read(event) for event in archived(aws)] == [draw]


def test_a_quarantined_event_is_archived_with_its_mark(aws, client):
    events = [make_event(event_id="1", quarantined="burst"), make_event(event_id="2")]

    assert FirehoseArchive(client, "events").append(events) == frozenset()

    assert sorted(archived(aws), key=lambda event: event.event_id) == events


def test_only_the_records_that_failed_are_put_again(client):
    batches = refuse(client, b'"e-1"', times=1)

    lost = FirehoseArchive(client, "events").append(
        [make_event(event_id=f"e-{n}") for n in range(3)]
    )

    assert lost == frozenset()
    assert [len(batch) for batch in batches] == [3, 1]


def test_records_that_fail_to_the_end_are_named(client):
    batches = refuse(client, b'"e-1"', times=ATTEMPTS)

    lost = FirehoseArchive(client, "events").append(
        [make_event(event_id=f"e-{n}") for n in range(3)]
    )

    assert lost == {1}
    assert len(batches) == ATTEMPTS


def test_batches_stay_under_four_megabytes(client):
    batches = refuse(client, b"none", times=0)
    large = [make_event(event_id=f"e-{n}", properties={"a": "🛒" * 7_900}) for n in range(60)]

    assert FirehoseArchive(client, "events").append(large) == frozenset()

    assert [len(batch) for batch in batches] == [44, 16]


def test_a_stream_that_cannot_be_reached_takes_nothing_and_raises_nothing(client):
    assert FirehoseArchive(client, "gone").append([make_event()]) == {0}
