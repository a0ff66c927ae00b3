"""History files: into the profiles and the archive once, however often they come."""

import pytest

from tests.local.small_shop import HISTORY, READER, json_lines
from tests.local.visitors import names, profile_of, recommended


def test_history_is_in_the_profiles_and_speaks_in_recommendations(shop):
    actions = profile_of(shop, READER).body["recent_actions"]
    assert [action["item_id"] for action in actions] == ["novel-1", "novel-2"]
    assert names(recommended(shop, customer_id=READER, limit=3), "Green crime novel")


def test_same_history_under_another_name_counts_once(stack, shop, bring):
    profile, archive = profile_of(shop, READER).body, archived(stack, shop)
    report = bring("events", "history again.jsonl", json_lines(HISTORY))
    assert (report["status"], report["rows"]) == ("completed", len(HISTORY))
    again = profile_of(shop, READER).body
    assert again["recent_actions"] == profile["recent_actions"]
    for now, before in zip(again["interests"], profile["interests"], strict=True):
        # Interest fades a little from one reading to the next.
        assert now["score"] == pytest.approx(before["score"], rel=1e-3)
    assert archived(stack, shop) == archive


def archived(stack, shop):
    """Return the history in the archive."""
    s3, bucket = stack.client("s3"), shop.deployment.outputs["ArchiveBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="history/")["Contents"]
    return {each["Key"]: each["Size"] for each in listed}
