"""The graph of an encoder-decoder that prepares what its decoder looks up in the prompt."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from model_export.errors import UnusableModel

STATES = "encoder_hidden_states"


def write_cross(first: Path, cross: Path, heads: int) -> None:
    """Write the keys and values of the prompt as a graph of their own.

    They are products of the prompt's states alone, and lie in `first`, the graph of a text's first
    token. Cut out as they are they would bring most of the decoder along, which their shapes are
    computed from. Raises UnusableModel where they are not found.
    """
    graph = onnx.load(first).graph
    products = {
        node.output[0]: node
        for node in graph.node
        if node.op_type == "MatMul" and node.input[0] == STATES
    }
    makers = {name: node for node in graph.node for name in node.output}
    wanted = [value.name for value in graph.output if ".encoder." in value.name]
    tables = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    kept = [numpy_helper.from_array(np.array([0, 0, heads, -1]), "apart")]
    for name in wanted:
        product = _product_behind(name, makers, products)
        kept.append(tables[product.input[1]])
        nodes += _split_by_head(name, product.input[1])
    states = helper.make_tensor_value_info(
        STATES, TensorProto.FLOAT, ["batch_size", "encoder_sequence_length", "width"]
    )
    outputs = [_output(name, heads) for name in wanted]
    model = helper.make_model(
        helper.make_graph(nodes, "cross", [states], outputs, kept),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=8,
    )
    onnx.save(model, cross)


def _product_behind(
    name: str, makers: dict[str, onnx.NodeProto], products: dict[str, onnx.NodeProto]
) -> onnx.NodeProto:
    """Follow an output back through reshaping and transposing to its product."""
    while name not in products:
        node = makers.get(name)
        if node is None or node.op_type not in {"Transpose", "Reshape", "Identity"}:
            raise UnusableModel(f"the decoder's {name} is no product of the prompt's states")
        name = node.input[0]
    return products[name]


def _split_by_head(name: str, weights: str) -> Sequence[onnx.NodeProto]:
    return (
        helper.make_node("MatMul", [STATES, weights], [f"{name}.flat"], name=f"{name}.product"),
        helper.make_node("Reshape", [f"{name}.flat", "apart"], [f"{name}.split"]),
        helper.make_node("Transpose", [f"{name}.split"], [name], perm=[0, 2, 1, 3]),
    )


def _output(name: str, heads: int) -> onnx.ValueInfoProto:
    shape = ["batch_size", heads, "encoder_sequence_length", "head_width"]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
