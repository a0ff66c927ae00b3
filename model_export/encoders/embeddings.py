"""The table of word vectors in int8: four fifths of a small model's bytes, read a few rows at a time."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def shrink_word_vectors(model: onnx.ModelProto) -> bool:
    """Replace the table that `input_ids` look up by int8 rows, each with a scale of its own.

    Return False where there is not just one such table, and so nothing is done.
    """
    graph = model.graph
    tables = {tensor.name: tensor for tensor in graph.initializer}
    found = [
        (place, node)
        for place, node in enumerate(graph.node)
        if node.op_type == "Gather" and node.input[1] == "input_ids" and node.input[0] in tables
    ]
    if len(found) != 1:
        return False
    place, node = found[0]
    table = tables[node.input[0]]
    rows, scales = quantise_rows(numpy_helper.to_array(table))
    graph.initializer.remove(table)
    graph.initializer.append(numpy_helper.from_array(rows, "word_rows"))
    graph.initializer.append(numpy_helper.from_array(scales, "word_scales"))
    graph.node.remove(node)
    for new in reversed(_look_up(node.output[0])):
        graph.node.insert(place, new)
    return True


def quantise_rows(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 of shape [rows, width] and float32 scales of shape [rows, 1].

    127 keeps the range symmetric; a row of zeros keeps any scale.
    """
    largest = np.abs(table).max(axis=1, keepdims=True)
    scales = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.rint(table / scales).astype(np.int8), scales


def _look_up(output: str) -> list[onnx.NodeProto]:
    """Return the nodes that look up rows and scales of `input_ids` and multiply them."""
    return [
        helper.make_node("Gather", ["word_rows", "input_ids"], ["word_rows_found"]),
        helper.make_node("Cast", ["word_rows_found"], ["word_steps"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["word_scales", "input_ids"], ["word_scales_found"]),
        helper.make_node("Mul", ["word_steps", "word_scales_found"], [output]),
    ]
