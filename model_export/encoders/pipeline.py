"""From a source to an artifact on disk: the steps in their order."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnx

from concierge.artifacts.manifest import Manifest, describe_folder
from model_export.encoders import graph, original
from model_export.encoders.embeddings import shrink_word_vectors
from model_export.encoders.pooling import add_head
from model_export.encoders.quantising import quantise
from model_export.encoders.recipes import Recipe, Target, this_machine
from model_export.judging import closeness
from model_export.judging.closeness import Closeness
from model_export.judging.sentences import TEXTS
from model_export.progress import Progress
from model_export.publishing.placing import put_in_place, workplace
from model_export.reading.blueprint import Blueprint
from model_export.reading.tokens import read_tokenizer, token_ids


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, how, and how near to the original it must stay."""

    folder: Path
    blueprint: Blueprint
    recipe: Recipe
    target: Target
    min_cosine: float
    # What else the manifest states: where the model came from, with which tools it is made.
    origin: Mapping[str, Any]


def export_model(order: Order, out: Path, progress: Progress) -> Manifest:
    """Export, judge and put in place; an error or an interruption leaves `out` as it was."""
    blueprint = order.blueprint
    tokenizer = read_tokenizer(order.folder, blueprint)
    texts = token_ids(tokenizer, TEXTS, blueprint.max_tokens)
    with workplace(out) as scratch:
        finished = scratch / "finished"
        finished.mkdir()
        tokenizer.save(str(finished / "tokenizer.json"))
        with progress.step("loading the original"):
            model = original.load_original(order.folder)
            truth = original.true_vectors(model, blueprint.pooling, texts)
        with progress.step("exporting to ONNX with optimum"):
            exported = original.export_onnx(model, scratch / "exported")
        fused = _fuse(exported, order, scratch / "fused.onnx", progress)
        int8_products = _quantise(
            scratch / "fused.onnx", finished / f"{order.target}.onnx", order, progress
        )
        with progress.step("comparing with the original") as remarks:
            exact = order.target != this_machine()
            near = closeness.measure(finished / f"{order.target}.onnx", texts, truth, exact=exact)
            remarks.append(f"cosine {near.mean_cosine:.4f}, worst {near.worst_cosine:.4f}")
        near.check(order.min_cosine)
        details = _details(order, fused, int8_products, near)
        manifest = describe_folder(finished, "model", details=details)
        put_in_place(finished, out)
    return manifest


def _fuse(exported: Path, order: Order, fused: Path, progress: Progress) -> dict[str, int]:
    blueprint = order.blueprint
    with progress.step("fusing, pooling and normalising inside the graph") as remarks:
        model, counts = graph.fuse(exported, blueprint)
        add_head(model, blueprint.pooling, blueprint.width, blueprint.width)
        shrunk = not order.recipe.int8_word_vectors or shrink_word_vectors(model)
        onnx.save(model, fused)
        remarks.extend(f"{name} {count}" for name, count in counts.items())
    attention = counts.get("Attention", 0)
    if attention != blueprint.layers:
        progress.warn(
            f"attention was fused in {attention} of {blueprint.layers} layers; "
            "the model works, but slower than it could"
        )
    if not shrunk:
        progress.warn("the word vectors were not found and stay in float32, four times as large")
    return counts


def _quantise(fused: Path, optimised: Path, order: Order, progress: Progress) -> int:
    with progress.step(f"quantising ({order.recipe.name} for {order.target})") as remarks:
        quantised = fused.with_name("quantised.onnx")
        quantise(fused, quantised, order.recipe, [])
        graph.optimise_ahead(quantised, optimised)
        count = graph.int8_products(optimised)
        size = sum(file.stat().st_size for file in optimised.parent.glob("*.onnx*"))
        remarks.append(f"{count} products in int8, {size / 1e6:.0f} MB")
    return count


def _details(
    order: Order, fused: Mapping[str, int], int8_products: int, near: Closeness
) -> dict[str, Any]:
    blueprint = order.blueprint
    return {
        **order.origin,
        "architecture": blueprint.architecture,
        "dimensions": blueprint.width,
        "max_tokens": blueprint.max_tokens,
        "pooling": blueprint.pooling,
        "normalised": True,
        "query_prefix": blueprint.query_prefix,
        "passage_prefix": blueprint.passage_prefix,
        "quantisation": order.recipe.name,
        "target": order.target,
        "opset": original.OPSET,
        "fused": dict(fused),
        "quantised_matmuls": int8_products,
        "closeness": asdict(near),
        "inputs": ["input_ids", "attention_mask"],
        "output": "embedding",
    }
