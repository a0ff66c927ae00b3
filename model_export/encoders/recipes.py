"""The candidates: ways to fuse and quantise a graph, for the CPU that will run it."""

import platform
from dataclasses import dataclass
from typing import Literal, get_args

Target = Literal["x86_64", "arm64"]
TARGETS: tuple[Target, ...] = get_args(Target)

Fusion = Literal["none", "attention", "usual", "multi-head", "unmasked"]
Products = Literal["float32", "int8", "uint8", "static", "8-bit-blocks", "4-bit-blocks"]

_FUSIONS: dict[Fusion, str] = {
    "none": "as exported",
    "attention": "attention fused",
    "usual": "every fusion that onnxruntime offers for BERT",
    "multi-head": "attention fused, its projections apart",
    "unmasked": "attention without a mask, for texts that need no padding",
}
_PRODUCTS: dict[Products, str] = {
    "float32": "float32",
    "int8": "int8, activations measured as they come",
    "uint8": "unsigned int8, activations measured as they come",
    "static": "int8, activations by calibration",
    "8-bit-blocks": "weights alone in 8 bits, a scale for each 32",
    "4-bit-blocks": "weights alone in 4 bits, a scale for each 32",
}
BY_CHANNEL: frozenset[Products] = frozenset({"int8", "uint8", "static"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done to the graph; `reduce_range` keeps the weights of products within seven bits."""

    fusion: Fusion = "attention"
    products: Products = "int8"
    per_channel: bool = True
    reduce_range: bool = True
    int8_word_vectors: bool = True
    smoothed: bool = False

    @property
    def name(self) -> str:
        """Return the recipe in one word: `int8-attention-per-channel-7-bit-smoothed-words`."""
        parts: list[str] = [self.products, *([] if self.fusion == "none" else [self.fusion])]
        if self.products in BY_CHANNEL:
            parts += [
                "per-channel" if self.per_channel else "per-tensor",
                *(["7-bit"] if self.reduce_range else []),
            ]
        parts += ["smoothed"] if self.smoothed else []
        return "-".join([*parts, *(["words"] if self.int8_word_vectors else [])])

    @property
    def summary(self) -> str:
        """Say in words what is done."""
        weights = _PRODUCTS[self.products]
        if self.products in BY_CHANNEL:
            weights += ", a scale for each channel" if self.per_channel else ", one scale a tensor"
            weights += ", within 7 bits" if self.reduce_range else ""
        weights += ", outliers moved into the weights" if self.smoothed else ""
        words = "word vectors in int8" if self.int8_word_vectors else "word vectors in float32"
        return f"{_FUSIONS[self.fusion]}; products in {weights}; {words}"

    def objection(self, target: Target) -> str:
        """Say why this must not be published for a target however fast it is; empty if it may be."""
        if self.fusion == "unmasked":
            return "takes no padding, so it cannot serve batches"
        if target == "x86_64" and self.products in {"int8", "static"} and not self.reduce_range:
            return "8-bit weights overflow 16-bit sums on x86 CPUs without VNNI"
        return ""


ORIGINAL = Recipe("none", "float32", int8_word_vectors=False)
_FLOAT = Recipe("attention", "float32", int8_word_vectors=False)


def default_recipe(target: Target) -> Recipe:
    """Return the recipe that won for the default model; docs/measurements.md has the figures."""
    # ARM's dot product adds up in 32 bits, so that weights may use their whole range.
    return Recipe(reduce_range=target == "x86_64", smoothed=True)


def candidates(target: Target) -> tuple[Recipe, ...]:
    """Return all recipes that are tried for a target, the original first."""
    safe = target == "x86_64"

    def int8(fusion: Fusion = "attention", *, per_channel: bool = True) -> Recipe:
        return Recipe(fusion, "int8", per_channel, safe)

    return (
        ORIGINAL,
        _FLOAT,
        default_recipe(target),
        int8(),
        Recipe(reduce_range=not safe, smoothed=True),
        int8("none"),
        int8("usual"),
        int8("multi-head"),
        int8("unmasked"),
        int8(per_channel=False),
        Recipe(reduce_range=safe, int8_word_vectors=False, smoothed=True),
        Recipe(products="uint8", reduce_range=safe),
        Recipe(products="static", reduce_range=safe, smoothed=True),
        Recipe(products="8-bit-blocks"),
        Recipe(products="4-bit-blocks"),
    )


def chosen_recipes(names: str, target: Target) -> tuple[Recipe, ...]:
    """Return the recipes that `all`, `default` or a list of names with commas stands for.

    Raises ValueError for a name that is unknown.
    """
    if names == "all":
        return candidates(target)
    if names == "default":
        return (default_recipe(target),)
    known = {recipe.name: recipe for recipe in candidates(target)}
    unknown = [name for name in names.split(",") if name not in known]
    if unknown:
        raise ValueError(
            f"no recipe {unknown[0]!r}; give all, default or some of {', '.join(known)}"
        )
    return tuple(known[name] for name in names.split(","))


def this_machine() -> Target:
    """Return the target that this machine is."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
