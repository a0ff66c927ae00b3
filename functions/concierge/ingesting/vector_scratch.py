"""Which texts of an import have vectors already, and which are still to be encoded."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.ingesting.vector_chunk import VectorChunk
from concierge.retrieval.vectors import VectorIndex

Vectors8 = NDArray[np.int8]
Floats = NDArray[np.float32]


class VectorScratch:
    """Finds vectors by text hash: those of the snapshot in force, and new ones on disk."""

    def __init__(self, scratch: sqlite3.Connection) -> None:
        self._scratch = scratch
        self._in_force: VectorIndex | None = None
        scratch.execute("CREATE TABLE held (hash BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        scratch.execute(
            "CREATE TABLE fresh (hash BLOB PRIMARY KEY, vector BLOB, scale REAL, chunk TEXT)"
        )
        scratch.execute("CREATE TABLE wanted (hash BLOB PRIMARY KEY, length INTEGER, text TEXT)")

    def start(self, in_force: VectorIndex | None, hashes: NDArray[np.uint8]) -> None:
        """Take the vectors of the snapshot in force, and forget which texts are wanted."""
        self._in_force = in_force
        self._scratch.execute("DELETE FROM held")
        self._scratch.execute("DELETE FROM wanted")
        if in_force is not None:
            pairs = ((hashes[row].tobytes(), row) for row in range(len(hashes)))
            self._scratch.executemany("INSERT OR IGNORE INTO held VALUES (?, ?)", pairs)

    def add(self, chunk: VectorChunk) -> None:
        """Keep the vectors of a chunk."""
        rows = zip(chunk.hashes, chunk.vectors, chunk.scales, strict=True)
        self._scratch.executemany(
            "INSERT OR IGNORE INTO fresh VALUES (?, ?, ?, ?)",
            (
                (digest.tobytes(), vector.tobytes(), float(scale), chunk.name)
                for digest, vector, scale in rows
            ),
        )

    def want(self, pairs: Iterable[tuple[bytes, str]]) -> None:
        """Note that these texts, given with their hashes, need a vector."""
        for digest, text in pairs:
            missing = text if self._find(digest) is None else None
            self._scratch.execute(
                "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)", (digest, len(text), missing)
            )

    def missing(self, at_once: int) -> Iterator[list[tuple[bytes, str]]]:
        """Yield the texts without a vector, the shortest first, some at once.

        Texts of like length share a batch of the encoder, which then pads little.
        """
        cursor = self._scratch.execute(
            "SELECT hash, text FROM wanted WHERE text IS NOT NULL ORDER BY length, hash"
        )
        while window := cursor.fetchmany(at_once):
            yield window

    def vectors(self, digests: Sequence[bytes]) -> tuple[Vectors8, Floats]:
        """Return int8 [n, d] and float32 [n] for texts that all have a vector."""
        found = [self._find(digest) for digest in digests]
        return (
            np.stack([pair[0] for pair in found if pair is not None]),
            np.array([pair[1] for pair in found if pair is not None], np.float32),
        )

    def spent_chunks(self) -> list[str]:
        """Return the chunks all of whose texts are wanted, hence in the snapshot just made."""
        unspent = "SELECT chunk FROM fresh WHERE hash NOT IN (SELECT hash FROM wanted)"
        rows = self._scratch.execute(
            f"SELECT DISTINCT chunk FROM fresh WHERE chunk NOT IN ({unspent})"  # noqa: S608 - no input
        )
        return [chunk for (chunk,) in rows]

    def _find(self, digest: bytes) -> tuple[Vectors8, float] | None:
        if self._in_force is not None:
            held = self._scratch.execute(
                "SELECT row FROM held WHERE hash = ?", (digest,)
            ).fetchone()
            if held:
                return self._in_force.quantised(held[0])
        fresh = self._scratch.execute(
            "SELECT vector, scale FROM fresh WHERE hash = ?", (digest,)
        ).fetchone()
        return (np.frombuffer(fresh[0], np.int8), fresh[1]) if fresh else None
