"""What is done to the graph: fused, given a pooling head, quantised, and optimised ahead of time."""

import logging
from collections import Counter
from pathlib import Path

import onnx
import onnx.parser
import onnxruntime as ort
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

from model_export.reading.blueprint import Blueprint, Pooling

INT8_PRODUCTS = frozenset(
    {"QAttention", "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"}
)
# Its CPU kernel is slower than Add and LayerNormalization apart: 33 against 23 ms for eight
# texts of 64 tokens, 0.98 against 0.80 ms for one of eight.
SLOW_FUSION = "SkipLayerNormFusion"

# Weights lie beside the graph: a session maps that file into memory instead of parsing and copying
# it, and loads in a fifth of the time. Small tensors stay inside, where they may be folded.
SMALLEST_OUTSIDE = 1024  # bytes

# One row of the mask times the token vectors is their sum; the length cancels when normalised.
MEAN_HEAD = """
    weights = Cast<to = 1>(attention_mask)
    middle = Constant<value = int64[1] {1}>()
    row = Unsqueeze(weights, middle)
    summed = MatMul(row, last_hidden_state)
    pooled = Squeeze(summed, middle)
"""
CLS_HEAD = """
    first = Constant<value = int64 {0}>()
    pooled = Gather<axis = 1>(last_hidden_state, first)
"""
HEAD = """<ir_version: 8, opset_import: ["" : 18]>
head (float[batch, length, width] last_hidden_state, int64[batch, length] attention_mask)
    => (float[batch, width] embedding)
{
    POOLING
    last = Constant<value = int64[1] {-1}>()
    norm = ReduceL2<keepdims = 1>(pooled, last)
    tiny = Constant<value = float {1e-12}>()
    divisor = Max(norm, tiny)
    embedding = Div(pooled, divisor)
}"""


def fuse(
    exported: Path, blueprint: Blueprint, *, everything: bool = False
) -> tuple[onnx.ModelProto, dict[str, int]]:
    """Fuse attention and normalisation; return the graph and how often each fusion succeeded.

    `everything` adds the fusions whose kernels measured slower than their parts.
    """
    options = FusionOptions("bert")
    # The default keeps only the end of each mask, which is wrong for all but right padding.
    options.use_raw_attention_mask(use_raw_mask=True)
    options.enable_skip_layer_norm = everything
    options.enable_bias_skip_layer_norm = everything
    # It insists on word vectors in float32; its parts are as fast.
    options.enable_embed_layer_norm = False
    # Left to the end, where the bias goes into the quantised product instead.
    options.enable_gelu = everything
    options.enable_bias_gelu = everything
    logging.getLogger("onnxruntime.transformers").setLevel(logging.ERROR)
    fused = optimize_model(
        str(exported),
        model_type="bert",
        num_heads=blueprint.heads,
        hidden_size=blueprint.width,
        optimization_options=options,
        opt_level=0,
    )
    counts = {name: n for name, n in fused.get_fused_operator_statistics().items() if n}
    return fused.model, counts


def add_head(model: onnx.ModelProto, pooling: Pooling, width: int) -> None:
    """Make the graph take ids and mask, and give one unit vector a text."""
    graph = model.graph
    nodes = list(graph.node)
    inputs = [value for value in graph.input if value.name != "token_type_ids"]
    if len(inputs) < len(graph.input):  # one sentence a text: always the first type
        nodes.insert(0, onnx.helper.make_node("Sub", ["input_ids"] * 2, ["token_type_ids"]))
    head = onnx.parser.parse_model(
        HEAD.replace("POOLING", MEAN_HEAD if pooling == "mean" else CLS_HEAD)
    )
    nodes.extend(head.graph.node)
    output = onnx.helper.make_tensor_value_info(
        "embedding", onnx.TensorProto.FLOAT, ["batch", width]
    )
    for field, values in ((graph.node, nodes), (graph.input, inputs), (graph.output, [output])):
        del field[:]
        field.extend(values)
    if "com.microsoft" not in {opset.domain for opset in model.opset_import}:
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))


def optimise_ahead(model: Path, optimised: Path, *, everything: bool = False) -> None:
    """Let onnxruntime optimise once, here, so that a session need not: load it with optimisation off.

    Extended and not all: the last level depends on the CPU at hand. The weights go to a file
    beside it, named after it with `.data`. `everything` is that of `fuse`.
    """
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(optimised)
    external = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{external}_file_name", f"{optimised.name}.data")
    options.add_session_config_entry(f"{external}_min_size_in_bytes", str(SMALLEST_OUTSIDE))
    options.log_severity_level = 3  # otherwise it warns about every use of that path
    ort.InferenceSession(
        str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=[] if everything else [SLOW_FUSION],
    )


def int8_products(model: Path) -> int:
    """Count the matrix products that run in int8."""
    kinds = Counter(node.op_type for node in onnx.load(model, load_external_data=False).graph.node)
    return sum(kinds[kind] for kind in INT8_PRODUCTS)
