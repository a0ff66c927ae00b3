"""A model goes through the whole pipe, from a local folder to a verified artifact."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from tokenizers import Tokenizer

from concierge.artifacts.manifest import Manifest, verify_folder
from concierge.errors import BrokenArtifact
from concierge.language.encoder import open_encoder
from model_export.__main__ import main
from model_export.encoders import graph, original
from model_export.encoders.pooling import add_head
from model_export.judging import closeness
from model_export.judging.sentences import TEXTS
from model_export.reading.blueprint import read_blueprint
from model_export.reading.tokens import read_tokenizer, token_ids
from tests.export.tiny_model import (
    LAYERS,
    POSITIONS,
    QUICK,
    VOCABULARY,
    WIDTH,
    edit_json,
    write_pooling,
)


def export(model: Path, out: Path, *more: str) -> Manifest:
    assert main([*QUICK, "--model", str(model), "--out", str(out), *more]) == 0
    return verify_folder(out)


@pytest.fixture(scope="module")
def exported(untouched_model, tmp_path_factory):
    out = tmp_path_factory.mktemp("exported") / "model"
    export(untouched_model, out)
    return out


@pytest.fixture(scope="module")
def session(exported):
    return ort.InferenceSession(str(exported / "x86_64.onnx"), providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def texts(untouched_model):
    tokenizer = read_tokenizer(untouched_model, len(VOCABULARY))
    return token_ids(tokenizer, TEXTS, POSITIONS)


def fused_float_model(folder: Path, work: Path) -> tuple[Path, dict[str, int]]:
    """Return the model as it is before it is quantised."""
    blueprint = read_blueprint(folder)
    exported = original.export_onnx(original.load_original(folder), work / "exported")
    model, counts = graph.fuse(exported, blueprint)
    add_head(model, blueprint.pooling, blueprint.width, blueprint.width)
    onnx.save(model, work / "fused.onnx")
    return work / "fused.onnx", counts


def test_manifest_states_what_was_made(exported, untouched_model):
    manifest = verify_folder(exported)
    details = manifest.details
    assert manifest.kind == "model"
    assert set(manifest.files) == {"x86_64.onnx", "x86_64.onnx.data", "tokenizer.json"}
    assert (details["dimensions"], details["max_tokens"]) == (WIDTH, POSITIONS)
    assert (details["pooling"], details["normalised"]) == ("mean", True)
    assert details["source"]["kind"] == "folder"
    assert details["tools"]["torch"].startswith("2.")
    stated = details["targets"]["x86_64"]
    assert stated["judgement"]["closeness"]["mean_cosine"] >= 0.9
    assert {task["task"] for task in stated["judgement"]["tasks"]} >= {"answers.en", "answers.zh"}


def test_attention_is_fused_in_every_layer(exported):
    assert verify_folder(exported).details["targets"]["x86_64"]["fused"]["Attention"] == LAYERS


def test_all_products_of_weights_are_int8(exported):
    # A layer has four: attention's three in one, its output, and two of the feed-forward part.
    assert verify_folder(exported).details["targets"]["x86_64"]["int8_products"] == 4 * LAYERS


def test_no_word_vector_stays_in_float(exported):
    tensors = onnx.load(exported / "x86_64.onnx").graph.initializer
    tables = [tensor for tensor in tensors if tensor.dims[:1] == [len(VOCABULARY)]]
    kinds = {(tensor.data_type, *tensor.dims) for tensor in tables}
    assert kinds == {
        (onnx.TensorProto.INT8, len(VOCABULARY), WIDTH),
        (onnx.TensorProto.FLOAT, len(VOCABULARY), 1),
    }


def test_weights_lie_beside_the_graph(exported):
    graph_only = onnx.load(exported / "x86_64.onnx", load_external_data=False).graph
    weights = [tensor for tensor in graph_only.initializer if len(tensor.dims) > 1]
    inside = [t.name for t in weights if len(t.raw_data) > graph.SMALLEST_OUTSIDE]
    assert weights
    assert inside == []


def test_encoder_outlives_its_folder(exported, tmp_path):
    folder = Path(shutil.copytree(exported, tmp_path / "work"))
    expected = open_encoder(exported).encode(TEXTS)
    encoder = open_encoder(folder)
    shutil.rmtree(folder)
    np.testing.assert_array_equal(encoder.encode(TEXTS), expected)


def test_damaged_weights_are_found_before_they_are_used(exported, tmp_path):
    folder = Path(shutil.copytree(exported, tmp_path / "work"))
    weights = folder / "x86_64.onnx.data"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(BrokenArtifact, match=r"x86_64\.onnx\.data"):
        open_encoder(folder)


def test_slow_fusion_is_left_out(exported):
    kinds = {node.op_type for node in onnx.load(exported / "x86_64.onnx").graph.node}
    assert "SkipLayerNormalization" not in kinds


def test_graph_takes_ids_and_mask_and_gives_an_embedding(session):
    shapes = {value.name: (value.type, value.shape) for value in session.get_inputs()}
    ids = ("tensor(int64)", ["batch_size", "sequence_length"])
    assert shapes == {"input_ids": ids, "attention_mask": ids}
    (output,) = session.get_outputs()
    assert (output.name, output.type, output.shape[1]) == ("embedding", "tensor(float)", WIDTH)


def test_vectors_have_length_one(session, texts):
    lengths = np.linalg.norm(closeness.embed(session, texts[:8]), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-6)


def test_padded_batch_equals_singles(session, texts):
    shuffled = [texts[row] for row in np.random.default_rng(1).permutation(len(texts))]
    together = closeness.embed(session, shuffled)
    alone = np.concatenate([closeness.embed(session, [text]) for text in shuffled])
    # One scale for the activations of a whole batch makes int8 differ a little.
    assert (together * alone).sum(axis=1).min() > 0.98


def test_padded_batch_of_the_float_model_equals_the_original(untouched_model, texts, tmp_path):
    fused, counts = fused_float_model(untouched_model, tmp_path)
    truth = original.true_vectors(original.load_original(untouched_model), "mean", texts)
    vectors = closeness.embed(ort.InferenceSession(str(fused)), texts)
    assert counts["Attention"] == LAYERS
    np.testing.assert_allclose(vectors, truth, atol=2e-5)


def test_first_token_is_taken_where_the_model_says_so(tiny_model, texts, tmp_path):
    write_pooling(tiny_model, "cls")
    fused, _ = fused_float_model(tiny_model, tmp_path)
    truth = original.true_vectors(original.load_original(tiny_model), "cls", texts)
    vectors = closeness.embed(ort.InferenceSession(str(fused)), texts)
    np.testing.assert_allclose(vectors, truth, atol=2e-5)


def test_tokenizer_neither_pads_nor_cuts(exported):
    tokenizer = Tokenizer.from_file(str(exported / "tokenizer.json"))
    assert tokenizer.padding is None
    assert tokenizer.truncation is None


def test_missing_pooling_means_the_mean_and_is_said(tiny_model, tmp_path, capsys):
    (tiny_model / "1_Pooling" / "config.json").unlink()
    manifest = export(tiny_model, tmp_path / "out")
    assert manifest.details["pooling"] == "mean"
    assert "1_Pooling/config.json; its tokens are averaged" in capsys.readouterr().err


def test_prefixes_and_length_come_from_the_model(tiny_model):
    edit_json(tiny_model / "config.json")
    prompts = {"query": "query: ", "document": "passage: "}
    (tiny_model / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    (tiny_model / "sentence_bert_config.json").write_text('{"max_seq_length": 16}')
    blueprint = read_blueprint(tiny_model)
    assert (blueprint.query_prefix, blueprint.passage_prefix) == ("query: ", "passage: ")
    assert blueprint.max_tokens == 16


def test_arm_weights_use_their_whole_range(tiny_model, tmp_path):
    manifest = export(tiny_model, tmp_path / "out", "--target", "arm64")
    assert manifest.details["targets"]["arm64"]["recipe"] == (
        "int8-attention-per-channel-smoothed-words"
    )


def test_progress_names_each_step(tiny_model, tmp_path, capsys):
    export(tiny_model, tmp_path / "out")
    lines = capsys.readouterr().err.splitlines()
    assert [line[:5] for line in lines] == [f"[{step}/5]" for step in range(1, 5)]
