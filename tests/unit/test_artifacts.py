"""Manifests, and the snapshot in force as it changes under a reader."""

import json
from dataclasses import replace

import pytest

from concierge.artifacts.manifest import Manifest, ModelRef, describe_folder, verify_folder
from concierge.errors import BrokenArtifact, Unavailable, Warming
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.encoders import RETRY_S, Encoders
from concierge.retrieval.live import Live
from tests.builders import make_product
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.snapshots import write_catalogue


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def store():
    return InMemoryArtifacts()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(store, clock, tmp_path):
    return Live(store, "catalogue", CatalogueSnapshot.open, tmp_path / "work", 5.0, clock)


def publish(store, folder, *item_ids):
    write_catalogue(folder, [make_product(item_id=item_id) for item_id in item_ids])
    store.publish("catalogue", folder, store.pointers.get("catalogue"))


def test_a_manifest_survives_its_own_json(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"weights")
    manifest = describe_folder(tmp_path, "model", details={"dimensions": 384})
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert verify_folder(tmp_path) == manifest


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "model.onnx").unlink(), "model.onnx is missing"),
        (lambda folder: (folder / "model.onnx").write_bytes(b"weight"), "model.onnx has 6 bytes"),
        (
            lambda folder: (folder / "model.onnx").write_bytes(b"weightz"),
            "model.onnx does not have",
        ),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (lambda folder: (folder / "manifest.json").unlink(), "has no manifest.json"),
    ],
)
def test_a_spoilt_folder_is_refused_by_name(tmp_path, spoil, message):
    (tmp_path / "model.onnx").write_bytes(b"weights")
    describe_folder(tmp_path, "model")
    spoil(tmp_path)
    with pytest.raises(BrokenArtifact, match=message):
        verify_folder(tmp_path)


@pytest.mark.parametrize("name", ["../escape", "a/b", "..", "", "manifest.json"])
def test_a_manifest_cannot_lead_out_of_its_folder(tmp_path, name):
    (tmp_path / "a").write_bytes(b"")
    document = json.loads(describe_folder(tmp_path, "model").to_json())
    document["files"] = {name: {"sha256": "0" * 64, "size": 0}}
    with pytest.raises(BrokenArtifact, match="only plain names"):
        Manifest.from_json(json.dumps(document))


def test_a_manifest_of_a_later_format_is_refused(tmp_path):
    document = json.loads(describe_folder(tmp_path, "model").to_json()) | {"format": 2}
    with pytest.raises(BrokenArtifact, match="format 2 is not 1"):
        Manifest.from_json(json.dumps(document))


def test_nothing_published_is_warming(live):
    assert live.get_or_none() is None
    with pytest.raises(Warming, match="no catalogue has been published"):
        live.get()


def test_a_new_snapshot_is_taken_at_the_next_check_and_not_before(store, live, clock, tmp_path):
    publish(store, tmp_path / "one", "a")
    assert len(live.get()) == 1
    publish(store, tmp_path / "two", "a", "b")
    assert len(live.get()) == 1
    clock.now = 5.0
    assert len(live.get()) == 2


def test_a_reader_during_a_publish_keeps_one_version(store, live, clock, tmp_path):
    publish(store, tmp_path / "one", "a")
    held = live.get()
    publish(store, tmp_path / "two", "b")
    clock.now = 5.0
    assert live.get().product("b").item_id == "b"
    assert held.product("a").item_id == "a"


def test_an_unchanged_pointer_fetches_nothing(store, live, clock, tmp_path):
    publish(store, tmp_path / "one", "a")
    live.get()
    clock.now = 60.0
    live.get()
    assert len(store.fetched) == 1


def test_a_broken_snapshot_is_refused_once_and_the_old_one_stays(store, live, clock, tmp_path):
    publish(store, tmp_path / "one", "a")
    live.get()
    publish(store, tmp_path / "two", "a", "b")
    store.spoil("catalogue", "arrays.safetensors")
    for clock.now in (5.0, 10.0, 15.0):
        assert len(live.get()) == 1
    assert len(store.fetched) == 2


def test_a_rollback_of_the_pointer_is_followed(store, live, clock, tmp_path):
    publish(store, tmp_path / "one", "a")
    first = store.pointers["catalogue"]
    publish(store, tmp_path / "two", "a", "b")
    assert len(live.get()) == 2
    store.pointers["catalogue"] = replace(first, etag="rolled back")
    clock.now = 5.0
    assert len(live.get()) == 1


def test_an_outage_keeps_what_is_in_force_and_heals(store, live, clock, tmp_path):
    publish(store, tmp_path / "one", "a")
    live.get()
    publish(store, tmp_path / "two", "a", "b")
    store.failures = [Unavailable("S3 is away")]
    clock.now = 5.0
    assert len(live.get()) == 1
    clock.now = 10.0
    assert len(live.get()) == 2


def test_what_was_fetched_leaves_the_disk(store, live, tmp_path):
    publish(store, tmp_path / "one", "a")
    live.get()
    assert not [path for path in (tmp_path / "work").rglob("*") if path.is_file()]


def test_a_missing_model_is_not_asked_for_at_every_request(store, clock, tmp_path):
    encoders = Encoders(store, tmp_path, 1, clock)
    model = ModelRef("never-published", "0" * 64)
    assert encoders.get(None) is None
    assert encoders.get(model) is None
    assert encoders.get(model) is None
    assert len(store.fetched) == 1
    clock.now = RETRY_S
    encoders.get(model)
    assert len(store.fetched) == 2


def publish_model(store, folder):
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"no model at all")
    (folder / "tokenizer.json").write_text("{}")
    describe_folder(folder, "model", details={"dimensions": 8, "max_tokens": 8})
    return store.publish("model", folder, store.pointers.get("model"))


def test_an_expected_model_that_cannot_be_loaded_is_only_missed_when_asked_for(store, tmp_path):
    publish_model(store, tmp_path / "model")
    encoders = Encoders(store, tmp_path / "work", 1)
    encoders.expect_current()
    assert encoders.get(None) is None
    assert len(store.fetched) == 1


def test_nothing_published_is_nothing_to_expect(store, tmp_path):
    encoders = Encoders(store, tmp_path, 1)
    encoders.expect_current()
    assert encoders.get(None) is None
    assert store.fetched == []
