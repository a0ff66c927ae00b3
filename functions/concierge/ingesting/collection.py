"""What a catalogue and a knowledge base have in common, so that one import serves both."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.manifest import ArtifactKind, Manifest, ModelRef
from concierge.files.columns import Columns
from concierge.ingesting.inbox_file import InboxFile
from concierge.ingesting.merging import Held
from concierge.language.encoder import TextEncoder
from concierge.retrieval.vectors import VectorIndex

T = TypeVar("T")
Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]


class InForce(Protocol[T]):
    """The snapshot that an import starts from."""

    model: ModelRef | None
    vectors: VectorIndex | None
    text_hashes: NDArray[np.uint8]

    def held(self) -> Iterator[Held[T]]:
        """Yield everything in ascending order of ids."""


class Writer(Protocol[T]):
    """The snapshot that an import makes."""

    def add(
        self,
        held: Held[T],
        text_hashes: Sequence[bytes],
        vectors: Vectors8 | None,
        scales: Floats | None,
    ) -> None:
        """Append the next in order, with one vector for each of its texts."""

    def finish(self, model: ModelRef | None, details: Mapping[str, Any]) -> Manifest:
        """Write the manifest."""


class Collection(Protocol[T]):
    """How the things of one kind are read, found and kept."""

    kind: ArtifactKind
    columns: Columns

    def parse(self, record: Mapping[str, Any]) -> tuple[str, T | None]:
        """Return an id with its thing, or None to remove it; raise InvalidRecord."""

    def cut(self, file: InboxFile, document: str) -> Iterator[tuple[str, T]]:
        """Yield the things that a document holds, with their ids."""

    def to_record(self, thing: T) -> dict[str, Any]:
        """Return a thing as a JSON object."""

    def from_record(self, record: Mapping[str, Any]) -> T:
        """Return what `to_record` wrote."""

    def texts(self, thing: T) -> tuple[str, ...]:
        """Return the texts that the encoder reads of a thing."""

    def open(self, folder: Path) -> InForce[T]:
        """Open the snapshot in force."""

    def writer(self, folder: Path, encoder: TextEncoder | None) -> Writer[T]:
        """Begin a new snapshot in an empty folder."""
