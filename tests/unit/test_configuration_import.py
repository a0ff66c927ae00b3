"""A configuration file: in force as a whole, or not at all, and always told."""

import gzip
import json

import pytest

from concierge.artifacts.store import Pointer
from concierge.errors import BrokenArtifact, PointerMoved, Unavailable
from concierge.retrieval.configuration_snapshot import CONFIGURATION
from concierge.retrieval.live import Live
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.importing import Shop

GOOD = {"format": 1, "placements": {"default": {"diversity": 0.5}, "cart": {"diversity": 0}}}
OTHER = {"format": 1, "placements": {"default": {"diversity": 0.1}}}
BROKEN = {"format": 1, "placements": {"default": {"diversity": 7, "colour": "red"}}}


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def bring(shop, document, name="rules.json"):
    return shop.bring(f"configuration/{name}", json.dumps(document))


def test_a_valid_file_comes_into_force(shop):
    report = bring(shop, GOOD)
    assert (report["status"], report["rows"], report["accepted"]) == ("completed", 2, 2)
    assert report["counts"] == {"placements": 2}
    assert report["errors"] == []
    configuration = shop.configuration()
    assert configuration.id == report["snapshot_id"]
    assert configuration.rules("anywhere").diversity == 0.5
    told = {"kind": "configuration", "snapshot_id": report["snapshot_id"]}
    assert ("Snapshot Published", told) in shop.bus


def test_the_latest_file_replaces_the_whole_whatever_its_name(shop):
    bring(shop, GOOD)
    bring(shop, OTHER, "another.json")
    assert shop.configuration().rules("cart").diversity == 0.1


def test_a_broken_file_changes_nothing_and_every_mistake_is_told(shop):
    before = bring(shop, GOOD)["snapshot_id"]
    report = bring(shop, BROKEN)
    assert report["status"] == "rejected"
    assert "/placements/default/colour" in report["reason"]
    assert {each["pointer"] for each in report["errors"]} == {
        "/placements/default/colour",
        "/placements/default/diversity",
    }
    assert shop.configuration().id == before
    assert len(shop.store.files) == 1


def test_a_report_lists_the_first_hundred_mistakes(shop):
    placements = {"default": {"exclude_item_ids": [""] * 300}}
    report = bring(shop, {"format": 1, "placements": placements})
    assert len(report["errors"]) == 100
    assert "and 299 more mistakes" in report["reason"]


@pytest.mark.parametrize("name", [r"\ud800", "x" * 1_000_000])
def test_a_field_whose_name_cannot_be_written_down_is_told_all_the_same(shop, name):
    content = f'{{"format": 1, "placements": {{"default": {{"{name}": 1}}}}}}'
    report = shop.bring("configuration/rules.json", content)
    assert report["status"] == "rejected"
    (error,) = report["errors"]
    assert error["pointer"].startswith("/placements/default/")
    assert len(error["pointer"]) < 300


def test_an_unchanged_file_publishes_nothing(shop):
    first = bring(shop, GOOD)
    shop.bus.clear()
    again = bring(shop, GOOD, "same.json")
    assert again["snapshot_id"] == first["snapshot_id"]
    assert [name for name, _ in shop.bus] == ["Import Finished"]
    assert len(shop.store.files) == 1


def test_what_is_packed_or_marked_by_an_editor_is_read(shop):
    text = "\ufeff" + json.dumps(GOOD)
    report = shop.bring("configuration/rules.json.gz", gzip.compress(text.encode()))
    assert report["status"] == "completed"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rules.json", b"", "not valid JSON"),
        ("rules.json", b'{"format": 1', "line 1, column 13"),
        ("rules.json", '{"a": "é"}'.encode("latin-1"), "not UTF-8"),
        ("rules.json", b'{"a": "' + b"x" * 4_000_001 + b'"}', "at most 4,000,000"),
        ("rules.jsonl", b"{}", "a .json file is one of configuration"),
        ("rules.csv", b"a,b\n", "a .json file is one of configuration"),
        ("rules.delta.json", b"{}", "a document always replaces itself"),
    ],
)
def test_an_unreadable_file_is_rejected_with_its_reason(shop, name, content, reason):
    report = shop.bring(f"configuration/{name}", content)
    assert report["status"] == "rejected"
    assert reason in report["reason"]
    assert not shop.store.files


def test_a_json_file_of_another_kind_is_rejected(shop):
    report = shop.bring("catalogue/products.json", b"{}")
    assert "a .json file is one of configuration" in report["reason"]


def test_a_broken_configuration_in_force_is_replaced(shop):
    bring(shop, GOOD)
    shop.store.files.clear()
    assert bring(shop, GOOD)["status"] == "completed"
    assert shop.configuration().rules("x").diversity == 0.5


class Contested(InMemoryArtifacts):
    """Another publishes first, so many times."""

    lost = 0

    def publish(self, kind, folder, replacing):
        if self.lost:
            self.lost -= 1
            raise PointerMoved("another was first")
        return super().publish(kind, folder, replacing)


@pytest.mark.parametrize(("lost", "in_force"), [(1, True), (5, False)])
def test_a_lost_race_is_run_again_a_few_times(tmp_path, lost, in_force):
    shop = Shop(tmp_path, store=Contested())
    shop.store.lost = lost
    if in_force:
        assert bring(shop, GOOD)["status"] == "completed"
    else:
        with pytest.raises(PointerMoved, match="5 times"):
            bring(shop, GOOD)
    assert bool(shop.store.pointers) == in_force


def test_an_outage_of_the_store_is_reported_and_tried_again(shop):
    shop.drop("configuration/rules.json", json.dumps(GOOD))
    shop.store.failures = [Unavailable("S3 is away")]
    with pytest.raises(Unavailable):
        shop.run("configuration/rules.json")
    assert shop.report("configuration/rules.json")["status"] == "failed"
    assert shop.run("configuration/rules.json")["status"] == "completed"


def live(shop, folder):
    return Live(shop.store, "configuration", CONFIGURATION.open, folder, check_s=0)


def test_functions_follow_the_pointer_forth_and_back(shop, tmp_path):
    followed = live(shop, tmp_path / "live")
    assert followed.get_or_none() is None
    bring(shop, GOOD)
    first = shop.store.pointers["configuration"]
    assert followed.get().rules("x").diversity == 0.5
    bring(shop, OTHER)
    assert followed.get().rules("x").diversity == 0.1
    shop.store.pointers["configuration"] = Pointer(first.id, first.manifest_sha256, "", "back")
    assert followed.get().rules("x").diversity == 0.5


def test_a_configuration_that_was_altered_leaves_the_old_one_in_force(shop, tmp_path):
    followed = live(shop, tmp_path / "live")
    bring(shop, GOOD)
    followed.get()
    bring(shop, OTHER)
    shop.store.spoil("configuration", CONFIGURATION.file_name)
    assert followed.get().rules("x").diversity == 0.5


def test_a_format_that_this_version_cannot_read_is_a_broken_artifact(shop, tmp_path):
    bring(shop, GOOD)
    pointer = shop.store.pointers["configuration"]
    shop.store.fetch("configuration", pointer.id, tmp_path / "got")
    (tmp_path / "got" / CONFIGURATION.file_name).write_text('{"format": 2, "placements": {}}')
    with pytest.raises(BrokenArtifact, match="/format"):
        CONFIGURATION.open(tmp_path / "got")
