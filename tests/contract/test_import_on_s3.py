"""A whole import on the adapters that are deployed, wired as the function wires them."""

import json

import pytest

from concierge.adapters.archive_s3 import S3Archive
from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.adapters.inbox_s3 import S3Inbox
from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.adapters.vector_cache_s3 import S3VectorCache
from concierge.ingesting.importer import Notice
from concierge.retrieval.configuration_snapshot import CONFIGURATION
from concierge.retrieval.live import Live
from concierge.shop.profile import Actor
from tests.builders import NOW
from tests.contract.buckets import create_bucket
from tests.contract.tables import create_table
from tests.fakes.importing import Shop, event_row


@pytest.fixture
def s3(aws):
    for name in ("inbox", "artifacts", "archive"):
        create_bucket(aws("s3"), name)
    return aws("s3")


@pytest.fixture
def shop(aws, s3, tmp_path):
    dynamodb = aws("dynamodb")
    table = create_table(dynamodb, "ProfilesTable")
    return Shop(
        tmp_path,
        inbox=S3Inbox(s3, "inbox"),
        store=S3Artifacts(s3, "artifacts"),
        cache=S3VectorCache(s3, "artifacts"),
        archive=S3Archive(s3, "archive"),
        profiles=DynamoProfiles(dynamodb, table, now=lambda: NOW),
    )


def bring(shop, s3, name, rows):
    body = "".join(json.dumps(row) + "\n" for row in rows).encode()
    s3.put_object(Bucket="inbox", Key=f"inbox/{name}", Body=body)
    return shop.importer.run(Notice(f"inbox/{name}"), lambda: 900.0)


def test_files_become_snapshots_profiles_and_archive(shop, s3):
    bring(
        shop,
        s3,
        "catalogue/mugs.jsonl",
        [{"item_id": "mug-red", "title": "Red mug", "brand": "Hearth"}],
    )
    old = event_row(event_id="old", occurred_at="2026-01-01T00:00:00Z")
    history = [event_row(), old, *(event_row(event_id=f"e{n}") for n in range(150))]
    first = bring(shop, s3, "events/history.jsonl", history)
    again = bring(shop, s3, "events/history.jsonl", history)
    assert [first.status, again.status] == ["completed", "completed"]
    profile = shop.profiles.get(Actor("customer", "ada"))
    assert profile.tags["brand:Hearth"] == pytest.approx(151 + 0.5 ** (325.5 / 30), abs=0.1)
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="archive")["Contents"]]
    assert len(keys) == 1
    assert not [
        entry["Key"]
        for entry in s3.list_objects_v2(Bucket="artifacts")["Contents"]
        if entry["Key"].startswith("vectors/")
    ]
    report = json.loads(
        s3.get_object(Bucket="inbox", Key="reports/events/history.jsonl.json")["Body"].read()
    )
    assert (report["rows"], report["accepted"]) == (152, 152)


def test_a_configuration_is_versioned_behind_its_pointer(shop, s3, tmp_path):
    versions = {}
    for diversity in (0.1, 0.2):
        rules = {"format": 1, "placements": {"default": {"diversity": diversity}}}
        bring(shop, s3, "configuration/rules.json", [rules])
        versions[diversity] = shop.store.current("configuration")
    bring(shop, s3, "configuration/rules.json", [{"format": 1}])
    assert shop.store.current("configuration") == versions[0.2]
    followed = Live(shop.store, "configuration", CONFIGURATION.open, tmp_path / "live", check_s=0)
    assert followed.get().rules("cart").diversity == 0.2
    pointer = {"Bucket": "artifacts", "Key": "snapshots/configuration/current.json"}
    s3.put_object(**pointer, Body=versions[0.1].to_json().encode())
    assert followed.get().rules("cart").diversity == 0.1
