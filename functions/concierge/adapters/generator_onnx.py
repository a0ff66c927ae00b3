"""A small exported model as a generator, on this CPU."""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from concierge.answering.prompt import Prompt
from concierge.errors import TimedOut
from concierge.generating.sampling import GenerationOptions


class Streaming(Protocol):
    """Writes a text piece by piece, as an OnnxGenerator does."""

    def stream(self, prompt: str, options: GenerationOptions = ...) -> Iterator[str]:
        """Yield what follows a prompt, or raise PromptTooLong."""


class OnnxTextGenerator:
    """Implements TextGenerator; the time is looked at after each token."""

    def __init__(self, model: Streaming, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._clock = clock

    def generate(self, prompt: Prompt, timeout_s: float, most_tokens: int) -> str:
        """Write after the rules and the material; reading them counts as well."""
        deadline = self._clock() + timeout_s
        pieces = []
        options = GenerationOptions(max_new_tokens=most_tokens)
        for piece in self._model.stream(prompt.as_text, options):
            pieces.append(piece)
            if self._clock() >= deadline:
                raise TimedOut(f"the model took longer than {timeout_s:.1f} s")
        return "".join(pieces).strip()
