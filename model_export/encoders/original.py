"""The original model in torch: loaded safely, exported with optimum, and asked for true vectors."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from optimum.exporters.onnx import onnx_export_from_model
from transformers import AutoModel, PreTrainedModel

from model_export.errors import UnusableModel
from model_export.reading.blueprint import Pooling

OPSET = 18


def load_original(folder: Path) -> PreTrainedModel:
    """Load an encoder; its pooler is not part of any vector, and may be missing."""
    return load_weights(AutoModel, folder, unneeded="pooler.")


def load_weights(kind: Any, folder: Path, unneeded: str | None = None) -> PreTrainedModel:
    """Load a kind of model in float32, or raise UnusableModel where weights are missing.

    transformers fills missing weights with random numbers and only warns.
    """
    try:
        model, report = kind.from_pretrained(
            folder,
            attn_implementation="eager",  # the form that the fusion patterns know best
            dtype=torch.float32,
            local_files_only=True,
            output_loading_info=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise UnusableModel(f"{folder} cannot be loaded: {error}") from error
    missing = sorted(
        name for name in report["missing_keys"] if unneeded is None or not name.startswith(unneeded)
    )
    if missing:
        raise UnusableModel(f"{folder}: the weights lack {missing[0]} ({len(missing)} in all)")
    return model.eval()


def add_tokens(model: PreTrainedModel, rows: NDArray[np.float32]) -> None:
    """Put float32 rows [tokens, width] below the table of word vectors, which stays as it is."""
    table = model.get_input_embeddings().weight.detach()
    longer = torch.cat([table, torch.from_numpy(rows)])
    padding = model.get_input_embeddings().padding_idx
    model.set_input_embeddings(
        torch.nn.Embedding.from_pretrained(longer, freeze=True, padding_idx=padding)
    )
    model.config.vocab_size = len(longer)


def export_onnx(model: PreTrainedModel, folder: Path) -> Path:
    """Write the model as plain ONNX and return the file."""
    logging.getLogger("optimum").setLevel(logging.ERROR)
    onnx_export_from_model(
        model,
        folder,
        task="feature-extraction",
        opset=OPSET,
        do_validation=False,  # closeness is checked at the end, on the file that ships
        monolith=True,
    )
    return folder / "model.onnx"


def true_vectors(
    model: PreTrainedModel,
    pooling: Pooling,
    texts: Sequence[Sequence[int]],
    dimensions: int | None = None,
) -> NDArray[np.float32]:
    """Return the original's unit vectors, one text's ids at a time and so without padding.

    Shape [texts, dimensions]: the first of the model's, or all of them.
    """
    torch.set_num_threads(os.cpu_count() or 1)
    rows = []
    with torch.inference_mode():
        for text in texts:
            ids = torch.tensor([list(text)])
            mask = torch.ones_like(ids)
            states = model(input_ids=ids, attention_mask=mask).last_hidden_state
            pooled = pool_batch(states, mask, pooling)[0, :dimensions]
            rows.append(torch.nn.functional.normalize(pooled, dim=0).numpy())
    return np.stack(rows)


def pool_batch(states: torch.Tensor, mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """Return one vector a text, [texts, width], of token vectors padded on the right."""
    match pooling:
        case "mean":
            return (states * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        case "cls":
            return states[:, 0]
        case "lasttoken":
            return states[torch.arange(len(states)), mask.sum(dim=1) - 1]
