"""From a generator's folder to an artifact on disk: exported, proved, quantised, compared."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort
from tokenizers import Tokenizer

from concierge.artifacts.manifest import Manifest, describe_folder
from concierge.generating.steps import beginning
from model_export.encoders import graph
from model_export.encoders.original import OPSET
from model_export.encoders.quantising import quantise
from model_export.encoders.recipes import Recipe, Target
from model_export.generators import original
from model_export.generators.checking import (
    PROMPTS,
    TOKENS,
    Begin,
    Limits,
    Nearness,
    check_same,
    compare,
)
from model_export.generators.plan import Plan
from model_export.progress import Progress
from model_export.publishing.placing import put_in_place, workplace
from model_export.reading.tokens import read_tokenizer

STEPS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, for which CPU, and how near it must stay."""

    folder: Path
    plan: Plan
    target: Target
    limits: Limits
    # What else the manifest states: where the model came from, with which tools it is made.
    origin: Mapping[str, Any]

    @property
    def recipe(self) -> Recipe:
        """Return how products of weights are kept."""
        return Recipe("none", reduce_range=self.target == "x86_64", int8_word_vectors=False)


def export_generator(order: Order, out: Path, progress: Progress) -> Manifest:
    """Export, prove and put in place; an error or an interruption leaves `out` as it was."""
    plan = order.plan
    tokenizer = read_tokenizer(order.folder, plan.vocabulary)
    prompts = [ids[: plan.context // 2] for ids in _ids(tokenizer)]
    room = min(TOKENS, plan.context // 2)
    with workplace(out) as scratch:
        finished = scratch / "finished"
        finished.mkdir()
        tokenizer.save(str(finished / "tokenizer.json"))
        with progress.step("loading the original"):
            model = original.load_generator(order.folder, plan)
            texts = [original.true_continuation(model, plan, ids, room) for ids in prompts]
        with progress.step("exporting to ONNX with optimum") as remarks:
            parts = original.export_parts(model, plan, scratch / "exported")
            exact = beginning_of(parts, plan)
            check_same(exact, prompts, texts)
            count = sum(len(text) for text in texts)
            remarks.append(f"{count} tokens are the original's, one by one")
        with progress.step(f"quantising for {order.target}") as remarks:
            made = {
                name: _make(part, finished / f"{name}.onnx", order) for name, part in parts.items()
            }
            products = sum(each["int8_products"] for each in made.values())
            remarks.append(f"{products} products in int8")
        with progress.step("comparing with the original") as remarks:
            quantised = beginning_of({name: finished / f"{name}.onnx" for name in parts}, plan)
            near = compare(exact, quantised, prompts, texts)
            remarks.append(
                f"agreement {near.agreement:.1%}, perplexity × {near.perplexity_ratio:.3f}"
            )
        order.limits.check(near)
        manifest = describe_folder(finished, "generator", details=_details(order, made, near))
        put_in_place(finished, out)
    return manifest


def _ids(tokenizer: Tokenizer) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(list(PROMPTS))]


def _make(part: Path, target: Path, order: Order) -> dict[str, Any]:
    """Quantise and optimise one graph; return what became of it."""
    quantised = part.with_name(f"quantised-{part.name}")
    quantise(part, quantised, order.recipe, [])
    graph.optimise_ahead(quantised, target)
    return {"int8_products": graph.int8_products(target), "fused": graph.fused_nodes(target)}


def beginning_of(parts: Mapping[str, Path], plan: Plan) -> Begin:
    """Open graphs by name, and return what begins a text with them."""
    return beginning({name: _session(path) for name, path in parts.items()}, plan.start_token)


def _session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _details(order: Order, made: Mapping[str, Any], near: Nearness) -> dict[str, Any]:
    plan = order.plan
    return {
        **order.origin,
        "architecture": plan.architecture,
        "kind": plan.kind,
        "context": plan.context,
        "vocabulary": plan.vocabulary,
        "start_token": plan.start_token,
        "end_tokens": list(plan.end_tokens),
        "recipe": order.recipe.name,
        "target": order.target,
        "opset": OPSET,
        "graphs": dict(made),
        "nearness": asdict(near),
    }
