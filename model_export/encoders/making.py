"""One candidate: from the exported graph to the files that a function loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx

from model_export.encoders import graph
from model_export.encoders.attention import split_projections
from model_export.encoders.embeddings import shrink_word_vectors
from model_export.encoders.pooling import add_head
from model_export.encoders.quantising import quantise
from model_export.encoders.recipes import Recipe
from model_export.encoders.smoothing import smooth
from model_export.reading.blueprint import Blueprint

# These see products only, and attention hides the largest of them.
PRODUCTS_APART = frozenset({"static", "8-bit-blocks", "4-bit-blocks"})


@dataclass(frozen=True, slots=True)
class Exported:
    """The plain graph, with what is known about its model and the texts to calibrate with."""

    graph: Path
    blueprint: Blueprint
    dimensions: int
    calibration: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Made:
    """How often each fusion succeeded, and how many products run in int8."""

    fused: Mapping[str, int]
    int8_products: int


def make_candidate(exported: Exported, recipe: Recipe, target: Path) -> Made:
    """Write the graph of a recipe to `target`, its weights beside it; the rest is cleared away."""
    everything = recipe.fusion == "usual"
    model, fused = _fused(exported, recipe)
    plain, quantised = target.with_name("plain.onnx"), target.with_name("quantised.onnx")
    onnx.save(model, plain)
    quantise(plain, quantised, recipe, exported.calibration)
    plain.unlink()
    graph.optimise_ahead(quantised, target, everything=everything)
    quantised.unlink()
    return Made(fused, graph.int8_products(target))


def _fused(exported: Exported, recipe: Recipe) -> tuple[onnx.ModelProto, dict[str, int]]:
    blueprint = exported.blueprint
    fused: dict[str, int] = {}
    if recipe.fusion == "none":
        model = onnx.load(exported.graph)
    else:
        everything = recipe.fusion == "usual"
        model, fused = graph.fuse(exported.graph, blueprint, everything=everything)
    add_head(model, blueprint.pooling, blueprint.width, exported.dimensions)
    if recipe.smoothed:
        smooth(model, exported.calibration)
    if recipe.fusion in {"multi-head", "unmasked"} or recipe.products in PRODUCTS_APART:
        split_projections(model, masked=recipe.fusion != "unmasked")
    if recipe.int8_word_vectors:
        shrink_word_vectors(model)
    return model, fused
