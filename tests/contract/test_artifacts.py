"""What every store of artifacts does, in memory and on S3 alike."""

import pytest

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.artifacts.manifest import describe_folder
from concierge.errors import BrokenArtifact, PointerMoved
from tests.fakes.artifacts import InMemoryArtifacts


@pytest.fixture(params=["memory", "s3"])
def store(request):
    if request.param == "memory":
        return InMemoryArtifacts()
    client = request.getfixturevalue("aws")("s3")
    client.create_bucket(
        Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return S3Artifacts(client, "artifacts")


def described(folder, content=b"vectors", kind="catalogue"):
    folder.mkdir(parents=True)
    (folder / "vectors.npy").write_bytes(content)
    (folder / "products.jsonl").write_bytes(b"")
    return describe_folder(folder, kind, counts={"products": 1})


def test_nothing_is_in_force_before_the_first_publish(store):
    assert store.current("catalogue") is None


def test_what_is_published_is_fetched_whole(store, tmp_path):
    manifest = described(tmp_path / "new")
    store.publish("catalogue", tmp_path / "new", None)
    pointer = store.current("catalogue")
    fetched = store.fetch("catalogue", pointer.id, tmp_path / "got", pointer.manifest_sha256)
    assert fetched == manifest
    assert (tmp_path / "got" / "vectors.npy").read_bytes() == b"vectors"


def test_only_what_is_wanted_is_fetched(store, tmp_path):
    described(tmp_path / "new")
    pointer = store.publish("catalogue", tmp_path / "new", None)
    folder = tmp_path / "got"
    store.fetch("catalogue", pointer.id, folder, wanted=lambda manifest: ["vectors.npy"])
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "vectors.npy"]


def test_a_file_that_the_manifest_does_not_name_is_refused(store, tmp_path):
    described(tmp_path / "new")
    pointer = store.publish("catalogue", tmp_path / "new", None)
    with pytest.raises(BrokenArtifact):
        store.fetch("catalogue", pointer.id, tmp_path / "got", wanted=lambda manifest: ["other"])


def test_evidence_is_published_and_comes_only_where_it_is_wanted(store, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "report.md").write_text("It is good.")
    (tmp_path / "new" / "vectors.npy").write_bytes(b"vectors")
    describe_folder(tmp_path / "new", "model", evidence=["report.md"])
    pointer = store.publish("model", tmp_path / "new", None)
    manifest = store.fetch("model", pointer.id, tmp_path / "got")
    assert not (tmp_path / "got" / "report.md").exists()
    store.fetch("model", pointer.id, tmp_path / "all", wanted=lambda stated: stated.evidence)
    assert (tmp_path / "all" / "report.md").read_text() == "It is good."
    assert set(manifest.files) == {"vectors.npy"}


def test_a_pointer_that_has_not_moved_is_the_one_that_was_known(store, tmp_path):
    described(tmp_path / "new")
    store.publish("catalogue", tmp_path / "new", None)
    pointer = store.current("catalogue")
    assert store.current("catalogue", pointer) is pointer


def test_the_second_of_two_publishers_is_refused(store, tmp_path):
    described(tmp_path / "one")
    described(tmp_path / "two")
    first = store.publish("catalogue", tmp_path / "one", None)
    with pytest.raises(PointerMoved):
        store.publish("catalogue", tmp_path / "two", None)
    assert store.current("catalogue").id == first.id


def test_a_publisher_that_read_the_pointer_replaces_it(store, tmp_path):
    described(tmp_path / "one")
    first = store.publish("catalogue", tmp_path / "one", None)
    second = described(tmp_path / "two")
    store.publish("catalogue", tmp_path / "two", first)
    assert store.current("catalogue").id == second.id
    described(tmp_path / "three")
    with pytest.raises(PointerMoved):
        store.publish("catalogue", tmp_path / "three", first)


def test_kinds_do_not_touch_each_other(store, tmp_path):
    described(tmp_path / "one")
    store.publish("catalogue", tmp_path / "one", None)
    assert store.current("knowledge") is None


def test_a_missing_artifact_is_broken(store, tmp_path):
    with pytest.raises(BrokenArtifact, match="missing"):
        store.fetch("model", "never-published", tmp_path)


def test_an_artifact_of_another_kind_is_refused(store, tmp_path):
    described(tmp_path / "new", kind="catalogue")
    pointer = store.publish("model", tmp_path / "new", None)
    with pytest.raises(BrokenArtifact, match="is of catalogue"):
        store.fetch("model", pointer.id, tmp_path / "got")


def test_a_manifest_that_is_not_the_pointers_is_refused(store, tmp_path):
    described(tmp_path / "new")
    pointer = store.publish("catalogue", tmp_path / "new", None)
    with pytest.raises(BrokenArtifact, match=r"manifest\.json does not have the sha256"):
        store.fetch("catalogue", pointer.id, tmp_path / "got", "0" * 64)


def test_an_altered_file_in_s3_is_named(aws, tmp_path):
    client = aws("s3")
    client.create_bucket(
        Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    store = S3Artifacts(client, "artifacts")
    described(tmp_path / "new")
    pointer = store.publish("catalogue", tmp_path / "new", None)
    key = f"snapshots/catalogue/{pointer.id}/vectors.npy"
    client.put_object(Bucket="artifacts", Key=key, Body=b"vectorz")
    with pytest.raises(BrokenArtifact, match=r"vectors\.npy does not have the sha256"):
        store.fetch("catalogue", pointer.id, tmp_path / "got", pointer.manifest_sha256)
