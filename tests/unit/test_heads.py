"""Heads: labels from the vector that is there already, and vectors that stay what they were."""

from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from concierge.artifacts.arrays import ArraysWriter
from concierge.artifacts.manifest import (
    FileEntry,
    Manifest,
    ModelRef,
    describe_folder,
)
from concierge.errors import BrokenArtifact, UnknownHead
from concierge.language import heads
from concierge.language.encoder import OnnxEncoder
from concierge.language.fingerprint import vectors_fingerprint
from concierge.language.heads import Head, open_heads
from concierge.retrieval.encoders import Encoders
from tests.fakes.artifacts import InMemoryArtifacts

WORDS = ("hello", "bye", "refund")
DIMENSIONS = len(WORDS)
DETAILS = {"dimensions": DIMENSIONS, "max_tokens": 8, "query_prefix": "", "passage_prefix": ""}


class OneHotSession:
    """A graph whose vector is the direction of the first word; it counts its runs."""

    def __init__(self):
        self.runs = 0

    def run(self, names, inputs):
        self.runs += 1
        return [np.eye(DIMENSIONS, dtype=np.float32)[inputs["input_ids"][:, 0]]]


@pytest.fixture
def tokenizer():
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="hello")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


@pytest.fixture
def session():
    return OneHotSession()


@pytest.fixture
def encoder(session, tokenizer):
    return OnnxEncoder(
        Manifest("model", "one", "", {}, details=DETAILS),
        session,
        tokenizer,
        {"intent": INTENT, "tone": TONE},
    )


def head(name, labels, weights, bias):
    return Head(name, labels, np.array(weights, np.float32), np.array(bias, np.float32))


INTENT = head("intent", ("greeting", "money"), [[9, 9, 0], [0, 0, 9]], [0, 0])
TONE = head("tone", ("calm", "cross"), [[0, 0, 0], [0, 0, 0]], [np.log(3), 0])


def test_probabilities_are_those_of_the_scores():
    scores = head("any", ("a", "b", "c"), np.eye(3) * np.log(2), [0, 0, 0])
    np.testing.assert_allclose(
        scores.probabilities(np.eye(3, dtype=np.float32)[:1]), [[0.5, 0.25, 0.25]], rtol=1e-6
    )


def test_scores_of_any_size_give_probabilities():
    steep = head("any", ("a", "b"), [[1e30, 0, 0], [-1e30, 0, 0]], [0, 0])
    vectors = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0]], np.float32)
    np.testing.assert_array_equal(steep.probabilities(vectors), [[1, 0], [0, 1], [0.5, 0.5]])


def test_best_is_the_likeliest_label_and_its_probability():
    guess = TONE.best(np.eye(3, dtype=np.float32)[:1])[0]
    assert guess.label == "calm"
    assert guess.probability == pytest.approx(0.75)


def test_one_pass_gives_vectors_and_every_head(encoder, session):
    reading = encoder.read(["refund", "bye"])
    assert session.runs == 1
    np.testing.assert_array_equal(reading.vectors, encoder.encode(["refund", "bye"], "query"))
    assert [guess.label for guess in reading.best("intent")] == ["money", "greeting"]
    assert reading.probabilities["tone"].dtype == np.float32
    np.testing.assert_allclose(reading.probabilities["tone"], [[0.75, 0.25]] * 2, rtol=1e-6)
    assert reading.labels["tone"] == ("calm", "cross")


def test_only_the_heads_asked_for_are_computed(encoder):
    assert set(encoder.read(["bye"], heads=["tone"]).probabilities) == {"tone"}


def test_no_texts_have_no_labels(encoder):
    reading = encoder.read([])
    assert reading.probabilities["intent"].shape == (0, 2)
    assert reading.best("intent") == []


def test_head_that_the_model_lacks_is_named_before_anything_is_computed(encoder, session):
    with pytest.raises(UnknownHead, match="no head 'mood'; it has intent, tone"):
        encoder.read(["bye"], heads=["mood"])
    assert session.runs == 0


def test_head_that_was_not_asked_cannot_be_read(encoder):
    with pytest.raises(UnknownHead, match="no head 'intent'; it has tone"):
        encoder.read(["bye"], heads=["tone"]).best("intent")


def test_model_without_heads_reads_vectors(session, tokenizer):
    manifest = Manifest("model", "one", "", {}, details=DETAILS)
    reading = OnnxEncoder(manifest, session, tokenizer).read(["bye"])
    assert reading.vectors.shape == (1, DIMENSIONS)
    assert reading.probabilities == {}


def write_heads(folder, arrays, described):
    writer = ArraysWriter(folder, heads.FILE_NAME)
    for name, array in arrays.items():
        width = array.shape[1] if array.ndim == 2 else None
        writer.column(name, array.dtype, width).append(array)
    writer.finish()
    return describe_folder(folder, "model", details=DETAILS | {"heads": described})


def test_heads_read_back_as_they_were_written(tmp_path):
    arrays = {"intent.weights": INTENT.weights, "intent.bias": INTENT.bias}
    manifest = write_heads(tmp_path, arrays, {"intent": {"labels": list(INTENT.labels)}})
    read = open_heads(tmp_path, manifest)["intent"]
    assert (read.name, read.labels) == ("intent", INTENT.labels)
    np.testing.assert_array_equal(read.weights, INTENT.weights)
    np.testing.assert_array_equal(read.bias, INTENT.bias)


def test_model_without_a_heads_file_has_none(tmp_path):
    assert open_heads(tmp_path, describe_folder(tmp_path, "model", details=DETAILS)) == {}


WEIGHTS, BIAS = INTENT.weights, INTENT.bias


@pytest.mark.parametrize(
    ("arrays", "labels", "message"),
    [
        pytest.param(
            {"intent.weights": WEIGHTS}, ["a", "b"], "no array 'intent.bias'", id="no bias"
        ),
        pytest.param(
            {"intent.weights": WEIGHTS, "intent.bias": BIAS},
            ["a"],
            r"expected float32",
            id="labels",
        ),
        pytest.param(
            {"intent.weights": WEIGHTS[:, :2], "intent.bias": BIAS},
            ["a", "b"],
            r"intent.weights is float32 \(2, 2\), expected float32 \(2, 3\)",
            id="width",
        ),
        pytest.param(
            {"intent.weights": WEIGHTS.astype(np.float64), "intent.bias": BIAS},
            ["a", "b"],
            "float64",
            id="type",
        ),
        pytest.param(
            {"intent.weights": WEIGHTS * np.nan, "intent.bias": BIAS},
            ["a", "b"],
            "no numbers",
            id="not a number",
        ),
        pytest.param(
            {"intent.weights": WEIGHTS, "intent.bias": BIAS}, 7, "cannot be read", id="no labels"
        ),
    ],
)
def test_heads_that_make_no_sense_are_a_broken_artifact(tmp_path, arrays, labels, message):
    manifest = write_heads(tmp_path, arrays, {"intent": {"labels": labels}})
    with pytest.raises(BrokenArtifact, match=message):
        open_heads(tmp_path, manifest)


def test_described_heads_without_their_file_are_a_broken_artifact(tmp_path):
    details = DETAILS | {"heads": {"intent": {"labels": ["a", "b"]}}}
    manifest = describe_folder(tmp_path, "model", details=details)
    with pytest.raises(BrokenArtifact, match=r"heads\.safetensors is missing"):
        open_heads(tmp_path, manifest)


def test_damaged_heads_file_is_a_broken_artifact(tmp_path):
    (tmp_path / heads.FILE_NAME).write_bytes(b"no arrays")
    manifest = describe_folder(tmp_path, "model", details=DETAILS | {"heads": {"intent": {}}})
    with pytest.raises(BrokenArtifact, match=r"heads\.safetensors cannot be read"):
        open_heads(tmp_path, manifest)


FILES = {"x86_64.onnx": FileEntry("a" * 64, 5), "tokenizer.json": FileEntry("b" * 64, 5)}
MODEL = Manifest("model", "one", "", FILES, details=DETAILS)


def test_a_head_leaves_the_fingerprint_of_vectors_as_it_was():
    with_head = replace(
        MODEL,
        id="two",
        files={**FILES, heads.FILE_NAME: FileEntry("c" * 64, 9)},
        details=DETAILS | {"heads": {"intent": {"labels": ["a", "b"]}}},
    )
    assert vectors_fingerprint(with_head) == vectors_fingerprint(MODEL)
    assert with_head.fingerprint != MODEL.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"query_prefix": "query: "},
        {"passage_prefix": "passage: "},
        {"max_tokens": 16},
        {"dimensions": 2},
    ],
)
def test_whatever_changes_vectors_changes_their_fingerprint(change):
    assert vectors_fingerprint(replace(MODEL, details=DETAILS | change)) != vectors_fingerprint(
        MODEL
    )


def test_another_graph_changes_the_fingerprint_of_vectors():
    other = replace(MODEL, files=FILES | {"x86_64.onnx": FileEntry("d" * 64, 5)})
    assert vectors_fingerprint(other) != vectors_fingerprint(MODEL)


def test_models_that_make_the_same_vectors_are_the_same_to_a_snapshot():
    assert ModelRef("before the head", "a" * 64) == ModelRef("after it", "a" * 64)
    assert ModelRef("one", "a" * 64) != ModelRef("one", "b" * 64)


def publish_model(store, folder, *arrays):
    """Publish a model, with heads of these arrays where there are some, and return its manifest."""
    folder.mkdir()
    (folder / "x86_64.onnx").write_bytes(b"weights")
    if arrays:
        manifest = write_heads(folder, dict(arrays), {"intent": {"labels": list(INTENT.labels)}})
    else:
        manifest = describe_folder(folder, "model", details=DETAILS)
    store.publish("model", folder, store.pointers.get("model"))
    return manifest


@pytest.fixture
def store():
    return InMemoryArtifacts()


@pytest.fixture
def encoders(store, tmp_path, session, tokenizer):
    def opened(folder, threads, manifest):
        return OnnxEncoder(manifest, session, tokenizer, open_heads(folder, manifest))

    return Encoders(store, tmp_path / "work", 1, opener=opened)


WITH_HEAD = (("intent.weights", WEIGHTS), ("intent.bias", BIAS))


def test_a_snapshot_made_before_the_head_is_served_by_the_model_that_has_it(
    store, encoders, tmp_path
):
    before = publish_model(store, tmp_path / "before")
    after = publish_model(store, tmp_path / "after", *WITH_HEAD)
    encoders.expect_current()
    encoder = encoders.get(ModelRef(before.id, vectors_fingerprint(before)))
    assert encoder.model.id == after.id
    assert encoder.read(["refund"]).best("intent")[0].label == "money"
    assert store.fetched == [("model", after.id)]


def test_a_snapshot_made_before_the_head_finds_its_model_by_its_id(store, encoders, tmp_path):
    before = publish_model(store, tmp_path / "before")
    publish_model(store, tmp_path / "after", *WITH_HEAD)
    assert encoders.get(ModelRef(before.id, vectors_fingerprint(before))).model.id == before.id


def test_a_model_with_other_vectors_does_not_serve_a_snapshot(store, encoders, tmp_path):
    manifest = publish_model(store, tmp_path / "one")
    assert encoders.get(ModelRef(manifest.id, "0" * 64)) is None
