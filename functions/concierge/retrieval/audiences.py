"""Whom entries are for: everyone, or the audiences that they name."""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.codes import Codes, CodesWriter

_NAME = "audiences"


class AudiencesWriter:
    """Appends the audiences of one entry a row."""

    def __init__(self, arrays: ArraysWriter) -> None:
        self._codes = CodesWriter(arrays, _NAME)

    def append(self, audiences: Sequence[str]) -> None:
        """Append the audiences of the next row; none of them stands for everyone."""
        names = sorted({_folded(name) for name in audiences})
        self._codes.append(json.dumps(names, ensure_ascii=False) if names else "")

    def finish(self) -> None:
        """Write the distinct sets of audiences."""
        self._codes.finish()


class Audiences:
    """The column, read; a snapshot of an earlier version has none, and is for everyone."""

    def __init__(self, arrays: Arrays, rows: int) -> None:
        self._rows = rows
        self._codes = Codes(arrays, _NAME) if f"{_NAME}_codes" in arrays else None
        values = self._codes.values if self._codes else []
        self._names = [frozenset(json.loads(value)) if value else None for value in values]

    def mask(self, audience: str) -> NDArray[np.bool_]:
        """Return which rows an audience may see; an empty one sees what is for everyone."""
        if self._codes is None:
            return np.ones(self._rows, np.bool_)
        wanted = _folded(audience)
        open_to = [names is None or wanted in names for names in self._names]
        return self._codes.mask(np.array(open_to, np.bool_))


def _folded(name: str) -> str:
    return name.strip().casefold()
