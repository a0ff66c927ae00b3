"""The original generator in torch: loaded safely, exported with optimum, and asked for true texts."""

import logging
from collections.abc import Sequence
from pathlib import Path

import torch
from optimum.exporters.onnx import onnx_export_from_model
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, PreTrainedModel

from model_export.encoders.original import OPSET, load_weights
from model_export.generators.cross import write_cross
from model_export.generators.plan import Plan

TASKS = {
    "decoder": "text-generation-with-past",
    "encoder-decoder": "text2text-generation-with-past",
}


def load_generator(folder: Path, plan: Plan) -> PreTrainedModel:
    """Load a generator as `load_weights` does."""
    kind = AutoModelForCausalLM if plan.kind == "decoder" else AutoModelForSeq2SeqLM
    return load_weights(kind, folder)


def export_parts(model: PreTrainedModel, plan: Plan, folder: Path) -> dict[str, Path]:
    """Write the graphs that a generator needs and return them by name.

    A decoder alone is one graph, for the prompt and for each token after it. For an encoder-decoder
    the graph that continues a text also begins it, with nothing kept yet; the keys and values that
    it looks up in the prompt come from a graph of their own, so that no weight is there twice.
    """
    logging.getLogger("optimum").setLevel(logging.ERROR)
    onnx_export_from_model(model, folder, task=TASKS[plan.kind], opset=OPSET, do_validation=False)
    if plan.kind == "decoder":
        return {"decoder": folder / "model.onnx"}
    first, cross = folder / "decoder_model.onnx", folder / "cross.onnx"
    write_cross(first, cross, plan.heads)
    return {
        "encoder": folder / "encoder_model.onnx",
        "cross": cross,
        "decoder": folder / "decoder_with_past_model.onnx",
    }


def true_continuation(
    model: PreTrainedModel, plan: Plan, prompt: Sequence[int], tokens: int
) -> list[int]:
    """Return what the original writes after a prompt, always taking the likeliest token."""
    ids = torch.tensor([list(prompt)])
    with torch.inference_mode():
        written = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=tokens,
            do_sample=False,
            num_beams=1,
            use_cache=True,
            pad_token_id=plan.end_tokens[0] if plan.end_tokens else 0,
        )[0].tolist()
    return list(written[len(prompt) if plan.kind == "decoder" else 1 :])
