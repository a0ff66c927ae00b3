"""The sentence encoder: text to unit vectors, on onnxruntime and tokenizers alone."""

import platform
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from concierge.artifacts.manifest import Manifest, ModelRef, verify_folder
from concierge.errors import BrokenArtifact
from concierge.language.fingerprint import vectors_fingerprint
from concierge.language.heads import Head, Reading, open_heads, read_vectors, unknown_head
from concierge.language.lexicon import Lexicon, open_lexicon
from concierge.language.tokenizing import TextTokenizer, TokenIds

Vectors = NDArray[np.float32]
TextKind = Literal["query", "passage"]

# Texts of like length share a batch, up to so many tokens with their padding: larger batches leave
# the caches, and 32 texts of 128 tokens at once take 8.5 instead of 5.3 ms each.
MOST_TOKENS = 256


class TextEncoder(Protocol):
    """Turns texts into vectors of one model.

    `languages` are those that it reads, each with the mean cosine between a sentence and its
    translation into the model's first language: one for a language that it learnt whole.
    """

    model: ModelRef
    dimensions: int
    languages: Mapping[str, float]

    def encode(self, texts: Sequence[str], kind: TextKind = "passage") -> Vectors:
        """Return float32 of shape [texts, dimensions], each row of length one."""

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is a common one, spelt right; rare ones may be unknown."""


@dataclass(frozen=True, slots=True)
class _Prefixes:
    query: str
    passage: str


class OnnxEncoder:
    """An exported model in memory; `encode` may be called from several threads."""

    def __init__(
        self,
        manifest: Manifest,
        session: Any,
        tokenizer: Tokenizer,
        heads: Mapping[str, Head] | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        details = manifest.details
        self.model = ModelRef(manifest.id, vectors_fingerprint(manifest))
        self.heads = heads or {}
        self.dimensions = int(details["dimensions"])
        self.languages: Mapping[str, float] = dict.fromkeys(
            details.get("languages", ["en"]), 1.0
        ) | {pack["language"]: float(pack["fidelity"]) for pack in details.get("packs", ())}
        self._prefixes = _Prefixes(
            details.get("query_prefix", ""), details.get("passage_prefix", "")
        )
        self._session = session
        self._tokenizer = TextTokenizer(tokenizer, int(details["max_tokens"]), lexicon)

    def encode(self, texts: Sequence[str], kind: TextKind = "passage") -> Vectors:
        """Return one unit vector a text; texts of like length share a batch."""
        prefix = self._prefixes.query if kind == "query" else self._prefixes.passage
        ids = self._tokenizer.ids([prefix + text for text in texts])
        order = sorted(range(len(texts)), key=lambda row: len(ids[row]))
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for rows in batches([len(ids[row]) for row in order]):
            places = order[rows]
            vectors[places] = self._run([ids[place] for place in places])
        return vectors

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is a common one, spelt right; rare ones may be unknown."""
        return self._tokenizer.knows(word)

    def read(
        self,
        texts: Sequence[str],
        kind: TextKind = "query",
        heads: Collection[str] | None = None,
    ) -> Reading:
        """Return vectors and what these heads (all, unless named) make of them, from one pass.

        Raises UnknownHead where the model has no head of a name.
        """
        names = self.heads if heads is None else heads
        for name in names:
            if name not in self.heads:
                raise unknown_head(name, self.heads)
        return read_vectors(self.encode(texts, kind), [self.heads[name] for name in names])

    def _run(self, texts: Sequence[TokenIds]) -> Vectors:
        ids = np.zeros((len(texts), max(map(len, texts))), np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, np.float32)


def batches(lengths: Sequence[int]) -> Iterator[slice]:
    """Cut ascending lengths into slices of at most MOST_TOKENS with padding, or of one text."""
    first = 0
    for place, length in enumerate(lengths):
        if place > first and (place - first + 1) * length > MOST_TOKENS:
            yield slice(first, place)
            first = place
    if lengths:
        yield slice(first, len(lengths))


def graph_name(machine: str = platform.machine()) -> str:
    """Return the file of a model that is made for a kind of CPU, by default this one."""
    return "arm64.onnx" if machine.lower() in {"arm64", "aarch64"} else "x86_64.onnx"


def files_to_load(manifest: Manifest) -> list[str]:
    """Return the files of a model that this CPU needs, or raise BrokenArtifact if it has none."""
    own = graph_name()
    if own not in manifest.files:
        raise BrokenArtifact(
            f"model {manifest.id} has no {own}; export it with --target {own.removesuffix('.onnx')}"
        )
    graphs = (".onnx", ".onnx.data")
    return [n for n in manifest.files if n.startswith(own) or not n.endswith(graphs)]


def open_encoder(folder: Path, threads: int = 1, manifest: Manifest | None = None) -> OnnxEncoder:
    """Load the model of a folder; pass the manifest where the folder was verified already.

    Raises BrokenArtifact where a file is missing, altered or no model at all.
    """
    manifest = manifest or verify_folder(folder)
    try:
        session = open_session(folder / graph_name(), threads)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        lexicon = open_lexicon(folder, manifest)
        return OnnxEncoder(manifest, session, tokenizer, open_heads(folder, manifest), lexicon)
    except Exception as error:
        raise BrokenArtifact(f"model {manifest.id} cannot be loaded: {error}") from error


def open_session(path: Path, threads: int) -> Any:
    """Return an inference session made for short requests on few cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # The export optimised the graph already, without a fusion whose kernel is slower than its
    # parts; at its default level onnxruntime would apply that: 1.00 instead of 0.85 ms a query.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # A frozen function must not burn its CPU share waiting for work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Lengths vary from call to call: the arena would keep the largest of each for ever, and with
    # small batches is no faster.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )
