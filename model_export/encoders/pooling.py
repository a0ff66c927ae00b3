"""The end of an encoder's graph: one unit vector a text, made of the vectors of its tokens."""

import onnx
import onnx.parser

from model_export.reading.blueprint import Pooling

# One row of the mask times the token vectors is their sum; the length cancels when normalised.
_MEAN = """
    weights = Cast<to = 1>(attention_mask)
    middle = Constant<value = int64[1] {1}>()
    row = Unsqueeze(weights, middle)
    summed = MatMul(row, last_hidden_state)
    pooled = Squeeze(summed, middle)
"""
_FIRST = """
    first = Constant<value = int64 {0}>()
    pooled = Gather<axis = 1>(last_hidden_state, first)
"""
# Padding is on the right, so that the mask's sum tells where a text ends.
_LAST = """
    along = Constant<value = int64[1] {1}>()
    length = ReduceSum<keepdims = 1>(attention_mask, along)
    one = Constant<value = int64 {1}>()
    place = Sub(length, one)
    pooled = GatherND<batch_dims = 1>(last_hidden_state, place)
"""
_POOLINGS: dict[Pooling, str] = {"mean": _MEAN, "cls": _FIRST, "lasttoken": _LAST}
_ALL = "kept = Identity(pooled)"
_CUT = """
    start = Constant<value = int64[1] {0}>()
    end = Constant<value = int64[1] {DIMENSIONS}>()
    kept = Slice(pooled, start, end, last)
"""
_HEAD = """<ir_version: 8, opset_import: ["" : 18]>
head (float[batch, length, width] last_hidden_state, int64[batch, length] attention_mask)
    => (float[batch, width] embedding)
{
    POOLING
    last = Constant<value = int64[1] {-1}>()
    CUT
    norm = ReduceL2<keepdims = 1>(kept, last)
    tiny = Constant<value = float {1e-12}>()
    divisor = Max(norm, tiny)
    embedding = Div(kept, divisor)
}"""


def add_head(model: onnx.ModelProto, pooling: Pooling, width: int, dimensions: int) -> None:
    """Make the graph take ids and mask, and give one unit vector of `dimensions` a text.

    Fewer dimensions than the model's width are its first ones (Kusupati et al., Matryoshka
    Representation Learning, 2022).
    """
    graph = model.graph
    nodes = list(graph.node)
    inputs = [value for value in graph.input if value.name != "token_type_ids"]
    if len(inputs) < len(graph.input):  # one sentence a text: always the first type
        nodes.insert(0, onnx.helper.make_node("Sub", ["input_ids"] * 2, ["token_type_ids"]))
    nodes.extend(_head(pooling, width, dimensions).node)
    output = onnx.helper.make_tensor_value_info(
        "embedding", onnx.TensorProto.FLOAT, ["batch", dimensions]
    )
    for field, values in ((graph.node, nodes), (graph.input, inputs), (graph.output, [output])):
        del field[:]
        field.extend(values)
    if "com.microsoft" not in {opset.domain for opset in model.opset_import}:
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))


def _head(pooling: Pooling, width: int, dimensions: int) -> onnx.GraphProto:
    cut = _CUT.replace("DIMENSIONS", str(dimensions)) if dimensions < width else _ALL
    text = _HEAD.replace("POOLING", _POOLINGS[pooling]).replace("CUT", cut)
    return onnx.parser.parse_model(text).graph
