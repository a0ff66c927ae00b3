"""What a finished export came from; the same again means that there is nothing to do."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from concierge.artifacts.manifest import Manifest, sha256_of, verify_folder
from concierge.errors import BrokenArtifact
from model_export.encoders.recipes import Recipe, Target
from model_export.judging.gate import Gate
from model_export.judging.judging import Effort
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export is asked for: from what, for which CPUs by which recipes, how well judged."""

    origin: Mapping[str, Any]
    recipes: Mapping[Target, Sequence[Recipe]]
    gate: Gate
    effort: Effort


def origin_of(source: Source, use: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a manifest that is known before the export begins.

    `use` is how the model is to be used, where that changes the result.
    """
    return {
        "source": {
            "kind": source.kind,
            "name": source.name,
            "revision": source.revision,
            "weights_sha256": weights_sha256(source.folder),
            "configuration_sha256": _configuration_sha256(source.folder),
        },
        **use,
        "tools": {tool: metadata.version(tool) for tool in TOOLS} | {"model_export": _our_sha256()},
    }


def finished_before(out: Path, asked: Asked) -> Manifest | None:
    """Return the manifest of an intact earlier export that covers what is asked, or None."""
    try:
        manifest = verify_folder(out)
        details = manifest.details
        known = all(details[key] == value for key, value in asked.origin.items())
        covered = all(
            _covers(details["targets"][target], recipes, asked)
            for target, recipes in asked.recipes.items()
        )
    except (BrokenArtifact, OSError, KeyError, TypeError):
        return None
    return manifest if known and covered else None


def _covers(stated: Mapping[str, Any], recipes: Sequence[Recipe], asked: Asked) -> bool:
    tried = {recipe.name for recipe in recipes} <= set(stated["tried"])
    thorough = asked.effort.name in {stated["effort"], "quick"}
    near = stated["judgement"]["closeness"]["mean_cosine"] >= asked.gate.min_cosine
    drop = stated["quality_drop"]
    good = drop is None or drop <= asked.gate.max_quality_drop
    return tried and thorough and near and good


def _configuration_sha256(folder: Path) -> str:
    present = [name for name in CONFIGURATION if (folder / name).is_file()]
    listed = "".join(f"{name}:{sha256_of(folder / name)}\n" for name in present)
    return hashlib.sha256(listed.encode()).hexdigest()


def _our_sha256() -> str:
    """Hash this package, so that a change of the recipe or the head is a change of the tools."""
    package = Path(__file__).parents[1]
    # Heads, generators and commands have no part in an encoder's graph.
    rooms = ("reading", "encoders", "judging", "evidence", "languages")
    files = sorted(path for room in rooms for path in (package / room).rglob("*.py"))
    listed = "".join(f"{path.relative_to(package)}:{sha256_of(path)}\n" for path in files)
    return hashlib.sha256(listed.encode()).hexdigest()[:16]
