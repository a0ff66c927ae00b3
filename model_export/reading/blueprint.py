"""What a model's own configuration files say about it, checked before anything is exported."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from model_export.errors import UnusableModel

Pooling = Literal["mean", "cls", "lasttoken"]
# Flags of sentence-transformers up to its fourth version, and the words that came after them.
POOLINGS: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_lasttoken": "lasttoken",
    "mean": "mean",
    "cls": "cls",
    "lasttoken": "lasttoken",
}

# Encoders whose attention onnxruntime's optimiser knows under the name "bert".
ARCHITECTURES = ("bert", "roberta", "xlm-roberta", "distilbert", "mpnet")
# Modules of sentence-transformers that are rebuilt inside the graph; Dense, for one, is not.
KNOWN_MODULES = ("Transformer", "Pooling", "Normalize")
# RoBERTa numbers positions from the padding id + 1, so this many rows are never reached.
RESERVED_POSITIONS = {"roberta": 2, "xlm-roberta": 2, "mpnet": 2}


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How the model is built and how its authors mean it to be used."""

    architecture: str
    layers: int
    heads: int
    width: int
    vocabulary: int
    max_tokens: int
    pooling: Pooling
    pooling_is_stated: bool
    query_prefix: str
    passage_prefix: str


def read_blueprint(folder: Path) -> Blueprint:
    """Read and check the configuration of a model folder, or raise UnusableModel."""
    config = read_json(folder / "config.json", required=True)
    refuse_own_code(config, folder)
    _refuse_unknown(config, folder)
    heads = positive(config, "num_attention_heads", "n_heads")
    width = positive(config, "hidden_size", "dim")
    check_heads(width, heads)
    _refuse_unknown_modules(folder)
    pooling = _pooling(read_json(folder / "1_Pooling" / "config.json"))
    prompts = read_json(folder / "config_sentence_transformers.json").get("prompts") or {}
    return Blueprint(
        architecture=config["model_type"],
        layers=positive(config, "num_hidden_layers", "n_layers"),
        heads=heads,
        width=width,
        vocabulary=positive(config, "vocab_size"),
        max_tokens=_max_tokens(config, folder),
        pooling=pooling or "mean",
        pooling_is_stated=pooling is not None,
        query_prefix=prompts.get("query", ""),
        passage_prefix=prompts.get("passage") or prompts.get("document", ""),
    )


def with_prefixes(blueprint: Blueprint, query: str | None, passage: str | None) -> Blueprint:
    """Return the blueprint with prefixes that its model states elsewhere; None keeps its own."""
    return replace(
        blueprint,
        query_prefix=blueprint.query_prefix if query is None else query,
        passage_prefix=blueprint.passage_prefix if passage is None else passage,
    )


def read_json(path: Path, *, required: bool = False) -> dict[str, Any]:
    """Return a JSON object from a file; an absent file that may be absent is empty."""
    if not path.is_file():
        if required:
            raise UnusableModel(f"{path} is missing")
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnusableModel(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise UnusableModel(f"{path} is not a JSON object")
    return document


def refuse_own_code(config: dict[str, Any], folder: Path) -> None:
    """Raise UnusableModel for a model that brings Python code of its own."""
    if "auto_map" in config:
        raise UnusableModel(
            f"{folder}/config.json asks for the model's own Python code (auto_map), "
            "which is never run; use a model of a built-in architecture"
        )


def _refuse_unknown(config: dict[str, Any], folder: Path) -> None:
    if config.get("model_type") not in ARCHITECTURES:
        raise UnusableModel(
            f"{folder}/config.json: model_type {config.get('model_type')!r} is not one of "
            f"{', '.join(ARCHITECTURES)}"
        )


def _refuse_unknown_modules(folder: Path) -> None:
    path = folder / "modules.json"
    if not path.is_file():
        return
    try:
        types = [str(module["type"]).rpartition(".")[2] for module in json.loads(path.read_text())]
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableModel(f"{path} cannot be read: {error!r}") from error
    unknown = [name for name in types if name not in KNOWN_MODULES]
    if unknown:
        raise UnusableModel(f"{path}: module {unknown[0]} is not supported")


def check_heads(width: int, heads: int) -> None:
    """Raise UnusableModel where a width cannot be divided among attention heads."""
    if width % heads:
        raise UnusableModel(
            f"config.json: a width of {width} cannot be divided among {heads} attention heads"
        )


def positive(config: dict[str, Any], *names: str) -> int:
    """Return the first of these fields that is there, or raise UnusableModel."""
    value = next((config[name] for name in names if name in config), None)
    if not isinstance(value, int) or value < 1:
        raise UnusableModel(f"config.json: {names[0]} must be a positive number, not {value!r}")
    return value


def _pooling(config: dict[str, Any]) -> Pooling | None:
    """Return the pooling that is stated, or None where there is no pooling config."""
    if not config:
        return None
    modes = [name for name, on in config.items() if name.startswith("pooling_mode_") and on is True]
    mode = str(config.get("pooling_mode", ", ".join(modes)))
    if mode not in POOLINGS:
        known = ", ".join(sorted(set(POOLINGS.values())))
        raise UnusableModel(
            f"1_Pooling/config.json: pooling {mode!r} is not supported; {known} are"
        )
    return POOLINGS[mode]


def _max_tokens(config: dict[str, Any], folder: Path) -> int:
    """Return the longest input: what the authors say, within what the positions allow."""
    reserved = RESERVED_POSITIONS.get(config["model_type"], 0)
    positions = positive(config, "max_position_embeddings") - reserved
    stated = read_json(folder / "sentence_bert_config.json").get("max_seq_length") or read_json(
        folder / "tokenizer_config.json"
    ).get("model_max_length")
    return min(int(stated), positions) if stated else positions
