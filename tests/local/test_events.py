"""Live events on their two ways into the shop: each takes effect once, and a wrong one harms no other."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local.visitors import event, names, new_id, profile_of, recommended


@pytest.fixture
def waiting_events(stack, shop):
    """Count the events that wait in the queue or are being recorded."""
    sqs = stack.client("sqs")
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")

    def count():
        url = shop.deployment.outputs["EventsQueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(counts))["Attributes"]
        return sum(int(found[name]) for name in counts)

    return count


def test_event_delivered_five_times_at_once_takes_effect_once(shop, waiting_events, eventually):
    customer = new_id("repeats")
    viewed = event(customer_id=customer, item_id="tent-1")
    waiting_before = waiting_events()

    def over_http():
        assert shop.request("POST", "/v1/events", {"events": [viewed]}).status == 202

    def over_the_bus():
        shop.put_events([viewed])

    with ThreadPoolExecutor(5) as pool:
        ways = (over_http, over_http, over_the_bus, over_the_bus, over_the_bus)
        for delivery in [pool.submit(way) for way in ways]:
            delivery.result()
    eventually(lambda: profile_of(shop, customer).status == 200)
    eventually(lambda: waiting_events() <= waiting_before)
    profile = profile_of(shop, customer).body
    assert [action["item_id"] for action in profile["recent_actions"]] == ["tent-1"]
    for interest in profile["interests"]:
        # One view counts one, and has faded a little by now.
        assert interest["score"] == pytest.approx(1, rel=1e-3)


def test_invalid_event_on_the_bus_changes_nothing_and_stops_no_other(shop, eventually):
    good, bad = new_id("good"), new_id("bad")
    shop.put_events(
        [
            event(customer_id=bad, item_id="tent-1") | {"type": "stare"},
            event(customer_id=bad),
            *(event(customer_id=good, item_id=item) for item in ("tent-1", "tent-2", "tent-3")),
            event(customer_id=bad, item_id="tent-1") | {"occurred_at": "2999-01-01T00:00:00Z"},
        ]
    )
    eventually(lambda: len(profile_of(shop, good).body.get("recent_actions", [])) == 3)
    assert profile_of(shop, bad).status == 404


def test_good_events_of_a_request_are_taken_and_bad_ones_named(shop, eventually):
    customer = new_id("mixed")
    sent = [
        event(customer_id=customer, item_id="kettle-1"),
        event(customer_id=customer),
        {"type": "view", "customer_id": customer, "item_id": "kettle-2"},
    ]
    reply = shop.request("POST", "/v1/events", {"events": sent})
    assert reply.status == 207
    assert [result["status"] for result in reply.body["results"]] == [
        "accepted",
        "rejected",
        "rejected",
    ]
    assert reply.body["results"][1]["errors"][0]["pointer"] == "/events/1/item_id"
    eventually(lambda: profile_of(shop, customer).status == 200)


@pytest.mark.parametrize("customer", ["Zoë the first", "顾客 🛒", "a+b&c=d?e#f", "x" * 256])
def test_customer_may_have_any_id(shop, act, customer):
    customer = new_id(customer)[-256:]
    profile = act(customer, event(customer_id=customer, item_id="tent-5"))
    assert profile["customer_id"] == customer
    assert names(recommended(shop, customer_id=customer, limit=3), "White tent")
    assert profile_of(shop, customer, "DELETE").status == 204


def test_event_with_an_item_that_nobody_sells_is_kept_and_recommended_around(shop, act):
    customer = new_id("elsewhere")
    act(customer, event(customer_id=customer, item_id="not in the catalogue"))
    assert recommended(shop, customer_id=customer, limit=3)


def test_events_reach_the_archive(stack, shop, act, eventually):
    customer = new_id("archived")
    act(customer, event(customer_id=customer, item_id="tent-6"))
    s3, bucket = stack.client("s3"), shop.deployment.outputs["ArchiveBucketName"]

    def is_archived():
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/")
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        bodies = (s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in reversed(keys))
        return any(customer.encode() in body for body in bodies)

    eventually(is_archived)
