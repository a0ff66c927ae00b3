"""What a generator's own configuration files say about it, checked before anything is exported."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from model_export.errors import UnusableModel
from model_export.reading.blueprint import check_heads, positive, read_json, refuse_own_code

Kind = Literal["decoder", "encoder-decoder"]

ARCHITECTURES: dict[str, Kind] = {
    "gpt2": "decoder",
    "t5": "encoder-decoder",
    "mt5": "encoder-decoder",
}
# T5 counts positions relatively and names no limit; it was trained on so many tokens.
T5_CONTEXT = 512


@dataclass(frozen=True, slots=True)
class Plan:
    """How a generator is built and where its texts begin and end."""

    architecture: str
    kind: Kind
    layers: int
    heads: int
    vocabulary: int
    context: int
    start_token: int | None
    end_tokens: tuple[int, ...]


def read_plan(folder: Path) -> Plan:
    """Read and check the configuration of a model folder, or raise UnusableModel."""
    config = read_json(folder / "config.json", required=True)
    refuse_own_code(config, folder)
    architecture = config.get("model_type")
    if architecture not in ARCHITECTURES:
        raise UnusableModel(
            f"{folder}/config.json: model_type {architecture!r} is not one of "
            f"{', '.join(ARCHITECTURES)}"
        )
    kind = ARCHITECTURES[architecture]
    heads = positive(config, "num_heads", "n_head")
    check_heads(positive(config, "d_model", "n_embd"), heads)
    stated = config | read_json(folder / "generation_config.json")
    start = stated.get("decoder_start_token_id")
    if kind == "encoder-decoder" and not isinstance(start, int):
        raise UnusableModel(
            "config.json: decoder_start_token_id is missing; without it no text can begin"
        )
    positions = positive(config, "n_positions", "n_ctx") if kind == "decoder" else None
    return Plan(
        architecture=architecture,
        kind=kind,
        layers=positive(config, "num_decoder_layers", "n_layer", "num_layers"),
        heads=heads,
        vocabulary=positive(config, "vocab_size"),
        context=positions or config.get("n_positions") or T5_CONTEXT,
        start_token=start,
        end_tokens=_ends(stated),
    )


def _ends(stated: dict[str, Any]) -> tuple[int, ...]:
    """Return the tokens that end a text; without any, texts end where they are cut."""
    ends = stated.get("eos_token_id")
    listed = ends if isinstance(ends, list) else [ends]
    return tuple(end for end in listed if isinstance(end, int))
