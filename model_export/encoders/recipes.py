"""How a graph is fused and quantised for a kind of CPU."""

import platform
from dataclasses import dataclass
from typing import Literal, get_args

Target = Literal["x86_64", "arm64"]
TARGETS: tuple[Target, ...] = get_args(Target)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done to the graph; `reduce_range` keeps weights of products within seven bits."""

    target: Target
    per_channel: bool
    reduce_range: bool
    int8_word_vectors: bool = True

    @property
    def name(self) -> str:
        """Return the recipe in one word, as the manifest states it."""
        parts = ["int8-dynamic"]
        parts += ["per-channel"] if self.per_channel else []
        parts += ["reduce-range"] if self.reduce_range else []
        parts += ["word-vectors"] if self.int8_word_vectors else []
        return "-".join(parts)


# Lambda's x86 fleet is mixed: without VNNI, AVX2 adds pairs of products in 16 bits, which full
# eight-bit weights overflow. ARM's dot product has no such limit.
RECIPES: dict[Target, Recipe] = {
    "x86_64": Recipe("x86_64", per_channel=True, reduce_range=True),
    "arm64": Recipe("arm64", per_channel=True, reduce_range=False),
}


def this_machine() -> Target:
    """Return the target that this machine is."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
