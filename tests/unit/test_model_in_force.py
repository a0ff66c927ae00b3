import pytest

from concierge.artifacts.manifest import describe_folder
from concierge.errors import BrokenArtifact, Unavailable
from concierge.ingesting.model_in_force import ModelInForce
from concierge.language.encoder import graph_name
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.encoder import WordEncoder


@pytest.fixture
def store():
    return InMemoryArtifacts()


@pytest.fixture
def models(store, tmp_path):
    def opened(folder, *, manifest):
        assert (folder / graph_name()).exists()
        encoder = WordEncoder()
        encoder.manifest = manifest
        return encoder

    return ModelInForce(store, tmp_path / "work", opened)


def publish(store, folder, content=b"weights"):
    folder.mkdir()
    (folder / graph_name()).write_bytes(content)
    manifest = describe_folder(folder, "model")
    store.publish("model", folder, store.pointers.get("model"))
    return manifest.id


def test_there_is_no_encoder_before_a_model_is_published(models):
    assert models.current() is None


def test_a_model_is_loaded_once_and_leaves_no_files(models, store, tmp_path):
    model_id = publish(store, tmp_path / "one")
    assert models.current().manifest.id == model_id
    assert models.current() is models.current()
    assert store.fetched == [("model", model_id)]
    assert not (tmp_path / "work/model" / model_id).exists()


def test_another_model_takes_over_once_it_is_published(models, store, tmp_path):
    publish(store, tmp_path / "one")
    models.current()
    newer = publish(store, tmp_path / "two", b"other weights")
    assert models.current().manifest.id == newer


def test_a_model_that_cannot_be_had_is_an_error_and_not_the_lack_of_one(models, store, tmp_path):
    publish(store, tmp_path / "one")
    store.failures = [Unavailable("S3 is away")]
    with pytest.raises(Unavailable):
        models.current()
    store.spoil("model", graph_name())
    with pytest.raises(BrokenArtifact):
        models.current()
