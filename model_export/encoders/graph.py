"""What is done to the graph: fused, and optimised ahead of time."""

import logging
from collections import Counter
from pathlib import Path

import onnx
import onnxruntime as ort
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

from model_export.reading.blueprint import Blueprint

INT8_PRODUCTS = frozenset(
    {"QAttention", "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"}
)
FUSED = frozenset(
    {
        "Attention",
        "QAttention",
        "MultiHeadAttention",
        "LayerNormalization",
        "SimplifiedLayerNormalization",
        "SkipSimplifiedLayerNormalization",
        "Gelu",
        "BiasGelu",
        "FastGelu",
        "QuickGelu",
        "DynamicQuantizeMatMul",
    }
)
# Its CPU kernel is slower than Add and LayerNormalization apart: 33 against 23 ms for eight
# texts of 64 tokens, 0.98 against 0.80 ms for one of eight.
SLOW_FUSION = "SkipLayerNormFusion"

# Weights lie beside the graph: a session maps that file into memory instead of parsing and copying
# it, and loads in a fifth of the time. Small tensors stay inside, where they may be folded.
SMALLEST_OUTSIDE = 1024  # bytes


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


def fused_nodes(model: Path) -> dict[str, int]:
    """Count the operators of a graph that stand for several of the model's own."""
    kinds = Counter(node.op_type for node in onnx.load(model, load_external_data=False).graph.node)
    return {kind: count for kind, count in sorted(kinds.items()) if kind in FUSED}
