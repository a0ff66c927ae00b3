"""Outliers moved from activations into weights, before both are rounded (SmoothQuant).

A few channels of a transformer's activations are ten times as large as the rest, and take the
rest's precision where one scale serves all. Dividing a channel by s and multiplying its row of
weights by s changes no product (Xiao et al., SmoothQuant, 2023); the division is one small
operation, since in these models the same activations also go on beside the product.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper, numpy_helper

# How much of the outliers goes into the weights: 0.5 and 0.8 measured further from the original.
STRENGTH = 0.65
SMALLEST = 1e-5
PRODUCTS = frozenset({"MatMul", "Attention"})


def smooth(model: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> int:
    """Smooth the inputs of products of weights in a float graph; return how many.

    `texts` are token ids to find the outliers with. What comes from attention is left alone: it is
    an average of values, without outliers.
    """
    graph = model.graph
    tables = {tensor.name: tensor for tensor in graph.initializer}
    averages = {name for node in graph.node if node.op_type == "Attention" for name in node.output}
    products = [
        node
        for node in graph.node
        if node.op_type in PRODUCTS and node.input[1] in tables and node.input[0] not in averages
    ]
    largest = _largest(model, {node.input[0] for node in products}, texts)
    for number, node in enumerate(products):
        weights = tables[node.input[1]]
        scales = _scales(largest[node.input[0]], numpy_helper.to_array(weights))
        scaled = (numpy_helper.to_array(weights) * scales[:, None]).astype(np.float32)
        names = [f"smooth_{number}_{part}" for part in ("scales", "input", "weights")]
        graph.initializer.extend(
            [
                numpy_helper.from_array(1 / scales, names[0]),
                numpy_helper.from_array(scaled, names[2]),
            ]
        )
        division = helper.make_node("Mul", [node.input[0], names[0]], [names[1]])
        graph.node.insert(list(graph.node).index(node), division)
        node.input[0], node.input[1] = names[1], names[2]
    _drop_unused(graph, {tensor.name for tensor in tables.values()})
    return len(products)


def _largest(
    model: onnx.ModelProto, names: set[str], texts: Sequence[Sequence[int]]
) -> Mapping[str, NDArray[np.float32]]:
    """Return the largest absolute value of each channel over all tokens of all texts."""
    ordered = sorted(names)
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in ordered
    )
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found: dict[str, NDArray[np.float32]] = {}
    for text in texts:
        ids = np.array([text], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        for name, values in zip(ordered, session.run(ordered, inputs), strict=True):
            peaks = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, peaks), peaks)
    return found


def _scales(largest: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each channel is divided by; their geometric mean is one."""
    rows = np.maximum(np.abs(weights).max(axis=1), SMALLEST)
    logs = STRENGTH * np.log(np.maximum(largest, SMALLEST)) - (1 - STRENGTH) * np.log(rows)
    return np.asarray(np.exp(logs - logs.mean()), np.float32)


def _drop_unused(graph: onnx.GraphProto, names: set[str]) -> None:
    used = {name for node in graph.node for name in node.input}
    for tensor in [t for t in graph.initializer if t.name in names and t.name not in used]:
        graph.initializer.remove(tensor)
