"""Which token comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """How text is continued; a temperature of zero always takes the likeliest token.

    `top_p` keeps the likeliest tokens that together have this probability (Holtzman et al., The
    Curious Case of Neural Text Degeneration, 2020); `repetition_penalty` above one makes tokens
    that are there already less likely (Keskar et al., CTRL, 2019). The same `seed` gives the same
    text. Raises ValueError naming the option that is out of range.
    """

    max_new_tokens: int = 64
    temperature: float = 0.0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    stop: tuple[str, ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        ranges = {
            "max_new_tokens must be at least 1": self.max_new_tokens >= 1,
            "temperature must be at least 0": self.temperature >= 0,
            "top_p must be above 0 and at most 1": 0 < self.top_p <= 1,
            "repetition_penalty must be above 0": self.repetition_penalty > 0,
            "stop must not hold an empty text": all(self.stop),
        }
        for rule, kept in ranges.items():
            if not kept:
                raise ValueError(rule)


def choose_token(
    logits: Logits, seen: Sequence[int], options: GenerationOptions, chance: np.random.Generator
) -> int:
    """Return the id of the next token; `logits` are [vocabulary], `seen` the ids so far."""
    logits = penalised(logits, seen, options.repetition_penalty)
    if options.temperature == 0:
        return int(logits.argmax())
    below = np.asarray(logits, np.float64) - logits.max()
    with np.errstate(over="ignore"):  # a tiny temperature leaves the likeliest alone, at zero
        likely = nucleus(probabilities(below / options.temperature), options.top_p)
    return int(chance.choice(len(likely), p=likely))


def penalised(logits: Logits, seen: Sequence[int], penalty: float) -> Logits:
    """Return logits with those of seen tokens lowered."""
    if penalty == 1 or not seen:
        return logits
    lowered = logits.copy()
    places = np.unique(seen)
    found = lowered[places]
    lowered[places] = np.where(found > 0, found / penalty, found * penalty)
    return lowered


def probabilities(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the softmax of logits, [..., vocabulary]."""
    raised = np.exp(np.asarray(logits, np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def nucleus(likely: NDArray[np.float64], top_p: float) -> NDArray[np.float64]:
    """Return probabilities of the fewest likeliest tokens that reach `top_p`, the rest zero."""
    order = np.argsort(-likely, kind="stable")
    before = np.cumsum(likely[order]) - likely[order]
    kept = np.zeros_like(likely)
    kept[order] = np.where(before < top_p, likely[order], 0)
    return np.asarray(kept / kept.sum())
