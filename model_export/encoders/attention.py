"""Attention taken apart again, where a recipe needs its projections as products of their own."""

import onnx
from onnx import helper

MICROSOFT = "com.microsoft"


def split_projections(model: onnx.ModelProto, *, masked: bool) -> int:
    """Turn each fused Attention into one product, a split and MultiHeadAttention; return how many.

    Without a mask, onnxruntime takes its flash kernel; such a graph must never see padding.
    """
    graph = model.graph
    nodes: list[onnx.NodeProto] = []
    count = 0
    for node in graph.node:
        if node.op_type == "Attention" and node.domain == MICROSOFT:
            nodes += _apart(node, masked=masked)
            # No quantiser can infer the type of this operator's output.
            graph.value_info.append(
                helper.make_tensor_value_info(node.output[0], onnx.TensorProto.FLOAT, None)
            )
            count += 1
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    return count


def _apart(node: onnx.NodeProto, *, masked: bool) -> list[onnx.NodeProto]:
    states, weights, bias, mask = node.input[:4]
    name = node.name or node.output[0]
    product, biased = f"{name}_product", f"{name}_biased"
    parts = [f"{name}_{part}" for part in ("query", "key", "value")]
    kept = [entry for entry in node.attribute if entry.name in {"num_heads", "scale"}]
    kept += [entry for entry in node.attribute if entry.name == "mask_filter_value" and masked]
    attention = helper.make_node(
        "MultiHeadAttention",
        [*parts, *(["", mask] if masked else [])],
        [node.output[0]],
        name=f"{name}_heads",
        domain=MICROSOFT,
    )
    attention.attribute.extend(kept)
    return [
        helper.make_node("MatMul", [states, weights], [product], name=f"{name}_projections"),
        helper.make_node("Add", [product, bias], [biased], name=f"{name}_bias"),
        helper.make_node("Split", [biased], parts, name=f"{name}_split", axis=-1, num_outputs=3),
        attention,
    ]
