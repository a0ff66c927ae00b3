"""How near the exported model's vectors are to the original's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

BATCH = 8


@dataclass(frozen=True, slots=True)
class Closeness:
    """Cosines between original and exported vectors, over texts alone and in padded batches."""

    mean_cosine: float
    worst_cosine: float
    texts: int


def measure(
    model: Path, texts: Sequence[Sequence[int]], truth: NDArray[np.float32], *, exact: bool = False
) -> Closeness:
    """Compare an exported model with true unit vectors; `texts` are token ids.

    `exact` adds up int8 products in full, as ARM does, where this CPU might saturate.
    """
    session = open_candidate(model, exact=exact)
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    together = np.concatenate([embed(session, batch) for batch in batches])
    alone = np.concatenate([embed(session, [text]) for text in texts])
    cosines = np.concatenate([(vectors * truth).sum(axis=1) for vectors in (together, alone)])
    return Closeness(float(cosines.mean()), float(cosines.min()), len(texts))


def embed(session: ort.InferenceSession, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Encode token ids in one batch, padded on the right; [texts, width]."""
    longest = max(len(text) for text in texts)
    ids = np.zeros((len(texts), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    (vectors,) = session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
    return np.asarray(vectors, dtype=np.float32)


def open_candidate(model: Path, *, exact: bool) -> ort.InferenceSession:
    """Open a graph with all cores; `exact` as in `measure`."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
