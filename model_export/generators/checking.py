"""Whether an exported generator writes what the original writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.generating.sampling import probabilities
from concierge.generating.steps import Steps
from model_export.errors import DiffersFromOriginal, TooFarFromOriginal

Begin = Callable[[], Steps]

PROMPTS = (
    "A light jacket for",
    "summarize: The parcel left our warehouse on Monday and arrives on Thursday.",
    "Thank you for your order! We",
    "Q: Can I send it back after I opened the box? A:",
    "translate English to German: The kettle boils a litre in three minutes.",
)
TOKENS = 32


@dataclass(frozen=True, slots=True)
class Nearness:
    """How a quantised generator compares with its float graph over the original's texts.

    `agreement` is the share of tokens at which both find the same one likeliest;
    `perplexity_ratio` is above one where the quantised one is more surprised.
    """

    agreement: float
    perplexity_ratio: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a quantised generator must reach."""

    min_agreement: float = 0.9
    max_perplexity_ratio: float = 1.05

    def check(self, near: Nearness) -> None:
        """Raise TooFarFromOriginal naming the number that failed."""
        # Written so that a NaN fails as well.
        if not near.agreement >= self.min_agreement:
            raise TooFarFromOriginal(
                f"the likeliest token is the original's in {near.agreement:.1%} of all places, "
                f"less than {self.min_agreement:.1%} (--min-agreement)"
            )
        if not near.perplexity_ratio <= self.max_perplexity_ratio:
            raise TooFarFromOriginal(
                f"perplexity is {near.perplexity_ratio:.3f} times the original's, more than "
                f"{self.max_perplexity_ratio} (--max-perplexity-ratio)"
            )


def check_same(
    begin: Begin, prompts: Sequence[Sequence[int]], texts: Sequence[Sequence[int]]
) -> None:
    """Raise DiffersFromOriginal unless the likeliest tokens are the original's, one by one."""
    for number, (prompt, text) in enumerate(zip(prompts, texts, strict=True), 1):
        written = likeliest(begin, prompt, len(text))
        if written != list(text):
            place = next(i for i, (a, b) in enumerate(zip(written, text, strict=True)) if a != b)
            raise DiffersFromOriginal(
                f"prompt {number}: token {place + 1} of the ONNX graph is {written[place]}, "
                f"the original's is {text[place]}; its architecture is exported wrongly"
            )


def likeliest(begin: Begin, prompt: Sequence[int], tokens: int) -> list[int]:
    """Return so many tokens after a prompt, always taking the likeliest."""
    steps = begin()
    written = [int(steps.read(prompt).argmax())]
    while len(written) < tokens:
        written.append(int(steps.next(written[-1]).argmax()))
    return written


def compare(
    exact: Begin,
    quantised: Begin,
    prompts: Sequence[Sequence[int]],
    texts: Sequence[Sequence[int]],
) -> Nearness:
    """Lead both along the same texts, and compare what they expect at each token."""
    same, own, other = [], [], []
    for prompt, text in zip(prompts, texts, strict=True):
        if not text:
            continue
        one, two = expected(exact, prompt, text), expected(quantised, prompt, text)
        same.append(one.argmax(axis=1) == two.argmax(axis=1))
        places = np.arange(len(text)), np.array(text)
        own.append(-np.log(probabilities(one)[places]))
        other.append(-np.log(probabilities(two)[places]))
    all_same = np.concatenate(same)
    ratio = np.exp(np.concatenate(other).mean() - np.concatenate(own).mean())
    return Nearness(float(all_same.mean()), float(ratio), len(all_same))


def expected(begin: Begin, prompt: Sequence[int], text: Sequence[int]) -> NDArray[np.float32]:
    """Return the logits before each token of a text, [tokens, vocabulary]."""
    steps = begin()
    rows = [steps.read(prompt)]
    rows += [steps.next(token) for token in text[:-1]]
    return np.stack(rows)
