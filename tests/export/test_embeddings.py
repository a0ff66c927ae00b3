"""Word vectors become int8 with one scale a row, wherever their table is looked up."""

import numpy as np
import onnx.parser
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from model_export.encoders.embeddings import quantise_rows, shrink_word_vectors

TABLE = np.array([[0, 0, 0], [127, -64, 1], [0.5, 1.0, -0.25]], np.float32)


def model_that_looks_up(table_input):
    model = onnx.parser.parse_model(f"""<ir_version: 8, opset_import: ["" : 18]>
        look_up (int64[batch, length] input_ids) => (float[batch, length, 3] found)
        {{ found = Gather({table_input}, input_ids) }}""")
    model.graph.initializer.append(numpy_helper.from_array(TABLE, "table"))
    return model


@pytest.fixture
def model():
    return model_that_looks_up("table")


def look_up(model, ids):
    session = ort.InferenceSession(model.SerializeToString())
    (found,) = session.run(None, {"input_ids": np.array(ids)})
    return found


def test_largest_value_of_a_row_is_kept_and_the_rest_is_within_half_a_step():
    rows, scales = quantise_rows(TABLE)
    np.testing.assert_array_equal(rows[1], [127, -64, 1])
    np.testing.assert_allclose(scales.ravel(), [1, 1, 1 / 127], rtol=1e-6)
    assert (np.abs(rows * scales - TABLE) <= scales / 2).all()


def test_row_of_zeros_stays_zeros():
    rows, scales = quantise_rows(TABLE[:1])
    assert not rows.any()
    assert np.isfinite(scales).all()


def test_vectors_are_looked_up_as_before(model):
    before = look_up(model, [[1, 2], [0, 1]])
    assert shrink_word_vectors(model)
    np.testing.assert_allclose(look_up(model, [[1, 2], [0, 1]]), before, atol=1 / 254)


def test_table_in_float_is_gone(model):
    shrink_word_vectors(model)
    assert {tensor.name for tensor in model.graph.initializer} == {"word_rows", "word_scales"}


def test_model_without_such_a_table_is_left_alone():
    model = model_that_looks_up("computed")
    before = model.SerializeToString()
    assert not shrink_word_vectors(model)
    assert model.SerializeToString() == before
