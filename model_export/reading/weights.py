"""The weight files of a model folder: only safetensors, whole, and hashed."""

import hashlib
from pathlib import Path

from concierge.artifacts.manifest import sha256_of
from model_export.errors import UnusableModel

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def weight_files(folder: Path) -> list[Path]:
    """Return the safetensors files of a folder, or say why they cannot be used."""
    found = sorted(folder.glob("*.safetensors"))
    if found:
        return found
    if any(path for pattern in PICKLES for path in folder.glob(pattern)):
        raise UnusableModel(
            f"{folder} has only pickled weights, which can run code when they are read; "
            "convert them to model.safetensors first"
        )
    raise UnusableModel(f"{folder} has no model.safetensors")


def weights_sha256(folder: Path) -> str:
    """Return the sha256 of the weights; of several shards, that of their hashes in order."""
    hashes = [sha256_of(path) for path in weight_files(folder)]
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def check_weights(folder: Path) -> None:
    """Read each header and compare it with its file's length, or raise UnusableModel."""
    from safetensors import SafetensorError, safe_open

    for path in weight_files(folder):
        try:
            with safe_open(path, framework="numpy") as tensors:
                names = list(tensors.keys())
        except SafetensorError as error:
            raise UnusableModel(f"{path} is damaged or incomplete: {error}") from error
        if not names:
            raise UnusableModel(f"{path} holds no tensors")
