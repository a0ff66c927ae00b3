import io

import numpy as np
import pytest

from concierge.adapters.vector_cache_s3 import S3VectorCache
from concierge.errors import BrokenArtifact, Unavailable
from concierge.ingesting.vector_chunk import VectorChunk
from tests.contract.buckets import create_bucket, refuse
from tests.fakes.importing import InMemoryVectorCache

MODEL = "ab" * 32


@pytest.fixture
def s3(aws):
    return create_bucket(aws("s3"), "artifacts")


@pytest.fixture(params=["memory", "s3"])
def cache(request):
    if request.param == "memory":
        return InMemoryVectorCache()
    return S3VectorCache(request.getfixturevalue("s3"), "artifacts")


def chunk(seed=0, rows=3):
    random = np.random.default_rng(seed)
    return VectorChunk(
        random.integers(0, 256, (rows, 16), np.uint8),
        random.integers(-127, 128, (rows, 8), np.int8),
        random.random(rows, np.float32),
    )


def test_a_chunk_is_loaded_as_it_was_saved(cache):
    saved = chunk()
    cache.save(MODEL, "catalogue", saved)
    (name,) = cache.names(MODEL, "catalogue")
    loaded = cache.load(MODEL, "catalogue", name)
    assert np.array_equal(loaded.hashes, saved.hashes)
    assert np.array_equal(loaded.vectors, saved.vectors)
    assert np.array_equal(loaded.scales, saved.scales)


def test_the_same_texts_are_saved_once(cache):
    cache.save(MODEL, "catalogue", chunk())
    cache.save(MODEL, "catalogue", chunk())
    assert len(cache.names(MODEL, "catalogue")) == 1


def test_models_and_kinds_are_kept_apart(cache):
    cache.save(MODEL, "catalogue", chunk())
    assert cache.names("cd" * 32, "catalogue") == []
    assert cache.names(MODEL, "knowledge") == []


def test_deleted_chunks_are_gone_and_others_stay(cache):
    for seed in (1, 2):
        cache.save(MODEL, "catalogue", chunk(seed))
    cache.delete(MODEL, "catalogue", [chunk(1).name, "never"])
    cache.delete(MODEL, "catalogue", [])
    assert cache.names(MODEL, "catalogue") == [chunk(2).name]
    with pytest.raises(BrokenArtifact):
        cache.load(MODEL, "catalogue", chunk(1).name)


def test_an_outage_is_no_empty_cache(s3):
    refuse(s3, "ListObjectsV2")
    with pytest.raises(Unavailable):
        S3VectorCache(s3, "artifacts").names(MODEL, "catalogue")


def test_a_chunk_that_was_altered_is_refused(s3):
    cache = S3VectorCache(s3, "artifacts")
    for number, content in enumerate((b"", b"PK\x03\x04", chunk().to_bytes()[:-40])):
        s3.put_object(
            Bucket="artifacts", Key=f"vectors/{MODEL}/catalogue/{number}.npz", Body=content
        )
        with pytest.raises(BrokenArtifact):
            cache.load(MODEL, "catalogue", str(number))


def test_a_chunk_of_other_shapes_is_refused():
    packed = io.BytesIO()
    np.savez(
        packed, hashes=np.zeros((2, 16), np.uint8), vectors=np.zeros((3, 8), np.int8), scales=[1.0]
    )
    with pytest.raises(BrokenArtifact, match="other shapes"):
        VectorChunk.from_bytes(packed.getvalue())
