"""From ids to rows: sorted 64-bit hashes, checked against the record itself."""

import hashlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter

Hashes = NDArray[np.uint64]


def hash_of(text: str) -> int:
    """Return a 64-bit hash that is the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def lot_of(text: str) -> float:
    """Return a number from 0 to below 1, as good as drawn, that is the same on every machine."""
    # The 53 bits that a double holds: dividing all 64 could round up to 1.
    return (hash_of(text) >> 11) * 2.0**-53


def write_identifiers(arrays: ArraysWriter, name: str, hashes: list[int]) -> None:
    """Write the hash of each row's id, sorted, with the rows they belong to."""
    unsorted = np.array(hashes, np.uint64)
    order = np.argsort(unsorted, kind="stable")
    arrays.put(f"{name}_hashes", unsorted[order])
    arrays.put(f"{name}_rows", order.astype(np.int32))


class Identifiers:
    """Finds the row of an id; `id_at` reads a row's id, since hashes may collide."""

    def __init__(self, arrays: Arrays, name: str, id_at: Callable[[int], str]) -> None:
        self.hashes: Hashes = arrays[f"{name}_hashes"]
        self.rows: NDArray[np.int32] = arrays[f"{name}_rows"]
        self._id_at = id_at

    def row(self, identifier: str) -> int | None:
        """Return the row of an id, or None."""
        wanted = np.uint64(hash_of(identifier))
        position = int(np.searchsorted(self.hashes, wanted))
        while position < len(self.hashes) and self.hashes[position] == wanted:
            row = int(self.rows[position])
            if self._id_at(row) == identifier:
                return row
            position += 1
        return None
