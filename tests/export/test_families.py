"""Each family of encoders goes through the export, and its vectors are the original's."""

import json

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from concierge.artifacts.manifest import verify_folder
from concierge.language.encoder import open_encoder
from model_export.__main__ import main
from model_export.encoders import graph, original
from model_export.encoders.pooling import add_head
from model_export.judging import closeness
from model_export.judging.sentences import TEXTS
from model_export.reading.blueprint import read_blueprint, with_prefixes
from model_export.reading.tokens import read_tokenizer, token_ids
from tests.export.tiny_families import LAYERS, WIDTH, write_family
from tests.export.tiny_model import QUICK

# Attention, and the other products of a layer; DistilBERT's and MPNet's attention cannot be fused,
# so that its projections are three products.
FUSED = {"bert": LAYERS, "roberta": LAYERS, "xlm-roberta": LAYERS, "distilbert": 0, "mpnet": 0}
INT8 = {family: LAYERS * (4 if fused else 6) for family, fused in FUSED.items()}
FAMILIES = pytest.mark.parametrize("family", list(FUSED))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("families")
    return {family: write_family(place / family, family) for family in FUSED}


def float_graph(folder, work, dimensions=None):
    """Return the fused float graph, the counts of its fusions, texts and their true vectors."""
    blueprint = read_blueprint(folder)
    texts = token_ids(read_tokenizer(folder, blueprint.vocabulary), TEXTS, blueprint.max_tokens)
    model = original.load_original(folder)
    exported = original.export_onnx(model, work / "exported")
    fused, counts = graph.fuse(exported, blueprint)
    add_head(fused, blueprint.pooling, blueprint.width, dimensions or blueprint.width)
    onnx.save(fused, work / "fused.onnx")
    truth = original.true_vectors(model, blueprint.pooling, texts, dimensions)
    return ort.InferenceSession(str(work / "fused.onnx")), counts, texts, truth


@FAMILIES
def test_padded_batch_of_the_float_graph_equals_the_original(folders, family, tmp_path):
    session, counts, texts, truth = float_graph(folders[family], tmp_path)
    assert counts.get("Attention", 0) == FUSED[family]
    np.testing.assert_allclose(closeness.embed(session, texts), truth, atol=3e-5)


@FAMILIES
def test_family_goes_through_the_whole_export(folders, family, tmp_path, capsys):
    out = tmp_path / "out"
    assert main([*QUICK, "--model", str(folders[family]), "--out", str(out)]) == 0
    manifest = verify_folder(out)
    stated = manifest.details["targets"]["x86_64"]
    assert manifest.details["architecture"] == family
    assert stated["int8_products"] == INT8[family]
    assert stated["judgement"]["closeness"]["mean_cosine"] > 0.95
    said = "attention was fused in 0 of 2 layers; the model works" in capsys.readouterr().err
    assert said == (FUSED[family] == 0)
    vectors = open_encoder(out).encode(["red dress", "where is my order"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("pooling", ["cls", "lasttoken"])
def test_other_poolings_equal_the_original(pooling, tmp_path):
    folder = write_family(tmp_path / "model", "bert", pooling)
    session, _, texts, truth = float_graph(folder, tmp_path)
    np.testing.assert_allclose(closeness.embed(session, texts), truth, atol=3e-5)


def test_pooling_is_read_in_its_newer_form(folders, tmp_path):
    folder = write_family(tmp_path / "model", "bert")
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode": "lasttoken"}')
    assert read_blueprint(folder).pooling == "lasttoken"


def test_first_dimensions_are_kept_and_have_length_one(folders, tmp_path):
    session, _, texts, truth = float_graph(folders["bert"], tmp_path, dimensions=8)
    vectors = closeness.embed(session, texts)
    assert vectors.shape == (len(texts), 8)
    np.testing.assert_allclose(vectors, truth, atol=3e-5)


def test_fewer_dimensions_go_through_the_whole_export(folders, tmp_path):
    arguments = ["--model", str(folders["bert"]), "--out", str(tmp_path / "out")]
    assert main([*QUICK, *arguments, "--dimensions", "8"]) == 0
    assert open_encoder(tmp_path / "out").encode(["red dress"]).shape == (1, 8)


@pytest.mark.parametrize("dimensions", ["0", "33"])
def test_dimensions_that_the_model_lacks_are_refused(folders, tmp_path, dimensions, capsys):
    arguments = ["--model", str(folders["bert"]), "--out", str(tmp_path / "out")]
    assert main([*QUICK, *arguments, "--dimensions", dimensions]) == 2
    assert f"--dimensions {dimensions}: the model has {WIDTH}" in capsys.readouterr().err


def test_prefixes_given_by_hand_replace_those_of_the_model(folders):
    blueprint = read_blueprint(folders["xlm-roberta"])
    given = with_prefixes(blueprint, "query: ", None)
    assert (given.query_prefix, given.passage_prefix) == ("query: ", blueprint.passage_prefix)


@pytest.mark.parametrize(
    ("family", "longest"), [("bert", 66), ("roberta", 64), ("xlm-roberta", 64), ("distilbert", 64)]
)
def test_positions_that_a_family_reserves_are_not_for_text(folders, family, longest):
    assert read_blueprint(folders[family]).max_tokens == longest


def test_length_without_meaning_is_ignored(tmp_path):
    folder = write_family(tmp_path / "model", "bert")
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": int(1e30)}))
    assert read_blueprint(folder).max_tokens == 66
