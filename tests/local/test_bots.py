"""A flood of events over HTTP: archived with a mark, out of profiles, in nobody's way."""

import gzip
import json
from datetime import UTC, datetime, timedelta

from tests.local.small_shop import happened, json_lines
from tests.local.visitors import event, ids, new_id, profile_of, recommended

FLOODED = "novel-5"
POPULAR = "tent-6"  # bought thirty times
VIEWS = 400
# What a person may do in ten seconds, by the rule `burst`.
MOST_HEARD = 25


def flood(customer):
    """Return views of one item, one every five milliseconds."""
    start = datetime.now(UTC) - timedelta(seconds=30)
    return [
        event(customer_id=customer, item_id=FLOODED)
        | {"occurred_at": (start + timedelta(milliseconds=5 * n)).isoformat()}
        for n in range(VIEWS)
    ]


def archived_of(stack, shop, customer):
    """Return the lines of the archive that name a customer."""
    s3, bucket = stack.client("s3"), shop.deployment.outputs["ArchiveBucketName"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/")
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    bodies = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
    texts = [gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in bodies]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    return [line for line in lines if line.get("customer_id") == customer]


def test_flood_stays_out_of_profile_and_popularity_beside_a_customer_who_is_recorded(
    stack, shop, act, bring, eventually
):
    robot, person = new_id("robot"), new_id("person")
    views = flood(robot)
    for at in range(0, VIEWS, 100):
        assert shop.request("POST", "/v1/events", {"events": views[at : at + 100]}).status == 202
    # Sent behind the flood, and recorded all the same.
    act(person, event(customer_id=person, item_id="kettle-2"))
    wanted = {view["event_id"] for view in views}
    eventually(lambda: wanted == {line["event_id"] for line in archived_of(stack, shop, robot)})

    marks = {line["event_id"]: line.get("quarantined") for line in archived_of(stack, shop, robot)}
    assert len(profile_of(shop, robot).body["recent_actions"]) <= MOST_HEARD
    assert sum(mark == "burst" for mark in marks.values()) >= VIEWS - MOST_HEARD
    bring(
        "events",
        f"{new_id('after-the-flood')}.jsonl",
        json_lines([happened(new_id("x"), 1, "view", new_id("c"), "kettle-1")]),
    )
    popular = ids(recommended(shop, limit=100))
    assert popular.index(POPULAR) < popular.index(FLOODED)
