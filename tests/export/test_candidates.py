"""Every recipe makes a graph that works; smoothing and splitting change nothing in float."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from model_export.encoders import graph, original
from model_export.encoders.attention import split_projections
from model_export.encoders.making import Exported, make_candidate
from model_export.encoders.pooling import add_head
from model_export.encoders.quantising import quantise
from model_export.encoders.recipes import Recipe, candidates
from model_export.encoders.smoothing import smooth
from model_export.errors import UnusableCalibration
from model_export.judging import closeness
from model_export.judging.footprint import measure_footprint
from model_export.judging.latency import BRIEF, Grid, measure_timings, speed, time_in_turns
from model_export.judging.sentences import TEXTS
from model_export.reading.blueprint import read_blueprint
from model_export.reading.tokens import read_tokenizer, token_ids
from tests.export.tiny_model import LAYERS, VOCABULARY, WIDTH


@pytest.fixture(scope="module")
def exported(untouched_model, tmp_path_factory):
    blueprint = read_blueprint(untouched_model)
    tokenizer = read_tokenizer(untouched_model, len(VOCABULARY))
    texts = token_ids(tokenizer, TEXTS, blueprint.max_tokens)
    model = original.load_original(untouched_model)
    plain = original.export_onnx(model, tmp_path_factory.mktemp("plain"))
    return Exported(plain, blueprint, WIDTH, texts)


@pytest.fixture(scope="module")
def truth(exported, untouched_model):
    model = original.load_original(untouched_model)
    return original.true_vectors(model, "mean", exported.calibration)


def float_graph(exported):
    model, _ = graph.fuse(exported.graph, exported.blueprint)
    add_head(model, "mean", WIDTH, WIDTH)
    return model


def vectors_of(model, texts):
    return closeness.embed(ort.InferenceSession(model.SerializeToString()), texts)


@pytest.mark.parametrize(
    "recipe",
    sorted({*candidates("x86_64"), *candidates("arm64")}, key=lambda recipe: recipe.name),
    ids=lambda recipe: recipe.name,
)
def test_every_recipe_makes_a_graph_that_works(exported, truth, recipe, tmp_path):
    made = make_candidate(exported, recipe, tmp_path / "x86_64.onnx")
    session = closeness.open_candidate(tmp_path / "x86_64.onnx", exact=False)
    rows = [closeness.embed(session, [text])[0] for text in exported.calibration]
    assert (np.stack(rows) * truth).sum(axis=1).mean() > 0.9
    assert made.fused.get("Attention", 0) == (0 if recipe.fusion == "none" else LAYERS)
    assert (made.int8_products > 0) == (recipe.products in {"int8", "uint8", "static"})
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"x86_64.onnx", "x86_64.onnx.data"}


def test_static_quantisation_without_texts_says_what_is_missing(exported, tmp_path):
    onnx.save(float_graph(exported), tmp_path / "float.onnx")
    with pytest.raises(UnusableCalibration, match="needs calibration texts"):
        quantise(tmp_path / "float.onnx", tmp_path / "q.onnx", Recipe(products="static"), [])


def test_smoothing_changes_nothing_in_float(exported, truth):
    model = float_graph(exported)
    assert smooth(model, exported.calibration) == 3 * LAYERS
    np.testing.assert_allclose(vectors_of(model, exported.calibration), truth, atol=3e-5)


def test_smoothing_evens_out_what_is_rounded(exported):
    model = float_graph(exported)
    smooth(model, exported.calibration)
    scales = [t for t in model.graph.initializer if t.name.endswith("_scales")]
    logs = [np.log(onnx.numpy_helper.to_array(tensor)) for tensor in scales]
    assert all(abs(values.mean()) < 1e-5 for values in logs)
    assert any(values.std() > 0.1 for values in logs)


def test_attention_taken_apart_changes_nothing(exported, truth):
    model = float_graph(exported)
    assert split_projections(model, masked=True) == LAYERS
    np.testing.assert_allclose(vectors_of(model, exported.calibration), truth, atol=3e-5)


def test_attention_without_a_mask_is_right_where_nothing_is_padded(exported, truth):
    model = float_graph(exported)
    split_projections(model, masked=False)
    session = ort.InferenceSession(model.SerializeToString())
    rows = [closeness.embed(session, [text])[0] for text in exported.calibration]
    np.testing.assert_allclose(np.stack(rows), truth, atol=3e-5)


def test_timings_cover_the_grid_within_the_models_length(exported, tmp_path):
    make_candidate(exported, Recipe(), tmp_path / "x86_64.onnx")
    grid = Grid(tokens=(8, 16, 32), batches=(1, 2), threads=(1,), cell_s=0.0)
    graphs = [tmp_path / "x86_64.onnx"] * 2
    one, two = measure_timings(graphs, len(VOCABULARY), grid, max_tokens=16)
    assert [(t.tokens, t.batch) for t in one] == [(8, 1), (8, 2), (16, 1), (16, 2)]
    assert [(t.tokens, t.batch) for t in two] == [(t.tokens, t.batch) for t in one]
    assert speed(one) > 0


def test_model_for_short_texts_is_timed_at_its_own_length(exported, tmp_path):
    make_candidate(exported, Recipe(), tmp_path / "x86_64.onnx")
    ((only,),) = measure_timings(
        [tmp_path / "x86_64.onnx"],
        len(VOCABULARY),
        Grid(batches=(1,), threads=(1,), cell_s=0.0),
        max_tokens=4,
    )
    assert only.tokens == 4


def test_models_take_turns_and_the_first_run_of_each_is_not_counted():
    ran, clock = [], iter(range(10_000))

    def runner(name):
        return lambda inputs: ran.append(name)

    medians = time_in_turns([runner("a"), runner("b")], {}, BRIEF, lambda: float(next(clock)))
    assert "".join(ran[:8]) == "aaaabbbb"
    assert medians == [1.0, 1.0]


def test_footprint_is_that_of_a_fresh_process(exported, tmp_path):
    path = tmp_path / "x86_64.onnx"
    make_candidate(exported, Recipe(), path)
    found = measure_footprint([path, path.with_name("x86_64.onnx.data")], path, processes=1)
    assert found.load_ms > 0
    assert found.file_mb == pytest.approx(sum(f.stat().st_size for f in tmp_path.iterdir()) / 1e6)
