"""One token after another through onnxruntime, with keys and values kept between steps."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from concierge.generating.sampling import Logits


class Steps(Protocol):
    """A text being continued; each instance is one text."""

    def read(self, prompt: Sequence[int]) -> Logits:
        """Take the prompt in and return the logits of the first new token, [vocabulary]."""

    def next(self, token: int) -> Logits:
        """Take one more token in and return the logits of the one after it, [vocabulary]."""


class DecoderSteps:
    """A decoder alone (GPT-2): the prompt is the beginning of the text."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._past = empty_past(decoder)
        self._length = 0

    def read(self, prompt: Sequence[int]) -> Logits:
        """Run the whole prompt at once."""
        return self._run(prompt)

    def next(self, token: int) -> Logits:
        """Run one token on what is kept."""
        return self._run([token])

    def _run(self, tokens: Sequence[int]) -> Logits:
        end = self._length + len(tokens)
        inputs = {
            "input_ids": np.array([tokens], np.int64),
            "attention_mask": np.ones((1, end), np.int64),
            "position_ids": np.arange(self._length, end, dtype=np.int64)[None],
        }
        named = {value.name for value in self._decoder.get_inputs()}
        known = {name: value for name, value in inputs.items() if name in named}
        logits, *present = self._decoder.run(None, {**known, **self._past})
        self._past = dict(zip(self._past, present, strict=True))
        self._length = end
        return np.asarray(logits[0, -1], np.float32)


class EncoderDecoderSteps:
    """An encoder and a decoder (T5): the prompt is read once, the text begins with `start`."""

    def __init__(self, encoder: Any, cross: Any, decoder: Any, start: int) -> None:
        self._encoder = encoder
        self._cross = cross
        self._decoder = decoder
        self._start = start
        self._mask = np.ones((1, 0), np.int64)
        past = empty_past(decoder)
        self._own = {name: value for name, value in past.items() if ".decoder." in name}
        self._read: dict[str, NDArray[np.float32]] = {}

    def read(self, prompt: Sequence[int]) -> Logits:
        """Encode the prompt and keep the keys and values that the decoder looks up in it."""
        ids = np.array([prompt], np.int64)
        self._mask = np.ones_like(ids)
        (states,) = self._encoder.run(None, {"input_ids": ids, "attention_mask": self._mask})
        names = [
            value.name.replace("present", "past_key_values") for value in self._cross.get_outputs()
        ]
        values = self._cross.run(None, {"encoder_hidden_states": states})
        self._read = dict(zip(names, values, strict=True))
        return self.next(self._start)

    def next(self, token: int) -> Logits:
        """Run one token of the text on what is kept."""
        inputs = {
            "input_ids": np.array([[token]], np.int64),
            "encoder_attention_mask": self._mask,
        }
        logits, *present = self._decoder.run(None, {**inputs, **self._read, **self._own})
        self._own = dict(zip(self._own, present, strict=True))
        return np.asarray(logits[0, -1], np.float32)


def beginning(sessions: Mapping[str, Any], start: int | None) -> Callable[[], Steps]:
    """Return what begins a text with a generator's graphs, by name; `start` is a T5's first token."""
    if start is None or "encoder" not in sessions:
        return partial(DecoderSteps, sessions["decoder"])
    encoder, cross, decoder = (sessions[name] for name in ("encoder", "cross", "decoder"))
    return partial(EncoderDecoderSteps, encoder, cross, decoder, start)


def empty_past(decoder: Any) -> dict[str, NDArray[np.float32]]:
    """Return keys and values of no token yet, [1, heads, 0, width], in the order of the inputs."""
    return {
        value.name: np.zeros((1, value.shape[1], 0, value.shape[3]), np.float32)
        for value in decoder.get_inputs()
        if value.name.startswith("past_key_values")
    }
