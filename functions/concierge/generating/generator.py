"""Continues or rewrites a text with an exported language model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from tokenizers import Tokenizer

from concierge.artifacts.manifest import Manifest, verify_folder
from concierge.errors import BrokenArtifact, PromptTooLong
from concierge.generating.pieces import Pieces
from concierge.generating.sampling import GenerationOptions, choose_token
from concierge.generating.steps import Steps, beginning
from concierge.language.encoder import open_session

FinishReason = Literal["end", "stop", "length"]
GREEDY = GenerationOptions()


@dataclass(frozen=True, slots=True)
class Generated:
    """A text, its number of tokens, and why it ended: by itself, by a stop text, or cut."""

    text: str
    tokens: int
    finish_reason: FinishReason


class TextGenerator(Protocol):
    """Writes text after a prompt."""

    def generate(self, prompt: str, options: GenerationOptions = GREEDY) -> Generated:
        """Return the text that follows, or raise PromptTooLong."""


class OnnxGenerator:
    """An exported model in memory; each call continues a text of its own, so threads may share it."""

    def __init__(
        self, manifest: Manifest, begin: Callable[[], Steps], tokenizer: Tokenizer
    ) -> None:
        details = manifest.details
        self._begin = begin
        self._tokenizer = tokenizer
        self._ends = frozenset(details["end_tokens"])
        # An encoder-decoder's prompt does not share its room with the text.
        self._shares_context = details["kind"] == "decoder"
        self._context = int(details["context"])

    def generate(self, prompt: str, options: GenerationOptions = GREEDY) -> Generated:
        """Return the whole text that follows a prompt."""
        pieces: list[str] = []
        *_, last = self._run(prompt, options, pieces.append)
        return Generated("".join(pieces), *last)

    def stream(self, prompt: str, options: GenerationOptions = GREEDY) -> Iterator[str]:
        """Yield the text that follows a prompt piece by piece, whole characters each."""
        pieces: list[str] = []
        for _ in self._run(prompt, options, pieces.append):
            yield from pieces
            pieces.clear()

    def _run(
        self, prompt: str, options: GenerationOptions, give: Callable[[str], None]
    ) -> Iterator[tuple[int, FinishReason]]:
        """Yield after each token how many there are, and how it would end here."""
        ids = self._tokenizer.encode(prompt).ids
        room = self._room(len(ids))
        pieces = Pieces(self._decode, options.stop)
        chance = np.random.default_rng(options.seed)
        steps = self._begin()
        logits = steps.read(ids)
        text: list[int] = []
        seen = list(ids) if self._shares_context else []
        reason: FinishReason = "length"
        while len(text) < min(options.max_new_tokens, room):
            token = choose_token(logits, [*seen, *text], options, chance)
            if token in self._ends:
                reason = "end"
                break
            text.append(token)
            give(pieces.add(token))
            if pieces.stopped:
                reason = "stop"
                break
            yield len(text), reason
            if len(text) < min(options.max_new_tokens, room):
                logits = steps.next(token)
        give(pieces.rest())
        yield len(text), "stop" if pieces.stopped else reason

    def _room(self, prompt: int) -> int:
        if not prompt:
            raise PromptTooLong("the prompt has no tokens; give a text")
        room = self._context - (prompt if self._shares_context else 0)
        if prompt > self._context or room < 1:
            raise PromptTooLong(
                f"the prompt has {prompt} tokens, and the model reads {self._context} "
                "with what it writes; shorten it"
            )
        return room

    def _decode(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))


def open_generator(
    folder: Path, threads: int = 1, manifest: Manifest | None = None
) -> OnnxGenerator:
    """Load the model of a folder; pass the manifest where the folder was verified already.

    Raises BrokenArtifact where a file is missing, altered or no model at all.
    """
    manifest = manifest or verify_folder(folder)
    try:
        sessions = {
            name.removesuffix(".onnx"): open_session(folder / name, threads)
            for name in manifest.files
            if name.endswith(".onnx")
        }
        begin = beginning(sessions, manifest.details["start_token"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return OnnxGenerator(manifest, begin, tokenizer)
    except Exception as error:
        raise BrokenArtifact(f"generator {manifest.id} cannot be loaded: {error}") from error
