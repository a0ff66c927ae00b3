"""What a finished export came from; the same again means that there is nothing to do."""

import hashlib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import Manifest, sha256_of, verify_folder
from concierge.errors import BrokenArtifact
from model_export.encoders.recipes import Recipe, Target
from model_export.reading.sources import Source
from model_export.reading.weights import weights_sha256

TOOLS = ("torch", "transformers", "optimum-onnx", "onnx", "onnxruntime", "tokenizers")
# Files beside the weights that change what is exported.
CONFIGURATION = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "1_Pooling/config.json",
)


def origin_of(source: Source, languages: Sequence[str]) -> dict[str, Any]:
    """Return the part of a manifest that is known before the export begins."""
    return {
        "source": {
            "kind": source.kind,
            "name": source.name,
            "revision": source.revision,
            "weights_sha256": weights_sha256(source.folder),
            "configuration_sha256": _configuration_sha256(source.folder),
        },
        "languages": list(languages),
        "tools": {tool: metadata.version(tool) for tool in TOOLS} | {"model_export": _our_sha256()},
    }


def finished_before(
    out: Path, origin: dict[str, Any], recipe: Recipe, target: Target, min_cosine: float
) -> Manifest | None:
    """Return the manifest of an intact earlier export of just this, or None."""
    try:
        manifest = verify_folder(out)
        details = manifest.details
        known = all(details[key] == value for key, value in origin.items())
        alike = (details["quantisation"], details["target"]) == (recipe.name, target)
        near = details["closeness"]["mean_cosine"] >= min_cosine
    except (BrokenArtifact, OSError, KeyError, TypeError):
        return None
    return manifest if known and alike and near else None


def _configuration_sha256(folder: Path) -> str:
    present = [name for name in CONFIGURATION if (folder / name).is_file()]
    listed = "".join(f"{name}:{sha256_of(folder / name)}\n" for name in present)
    return hashlib.sha256(listed.encode()).hexdigest()


def _our_sha256() -> str:
    """Hash this package, so that a change of the recipe or the head is a change of the tools."""
    package = Path(__file__).parents[1]
    files = sorted(package.rglob("*.py"))
    listed = "".join(f"{path.relative_to(package)}:{sha256_of(path)}\n" for path in files)
    return hashlib.sha256(listed.encode()).hexdigest()[:16]
