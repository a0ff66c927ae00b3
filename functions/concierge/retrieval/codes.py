"""A column of repeated texts: one small number a row, and the list of distinct texts."""

import json

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter


class CodesWriter:
    """Appends one text a row."""

    def __init__(self, arrays: ArraysWriter, name: str) -> None:
        self._arrays = arrays
        self._name = name
        self._rows = arrays.column(f"{name}_codes", np.int32)
        self._codes: dict[str, int] = {}

    def append(self, value: str) -> None:
        """Append the text of the next row."""
        self._rows.append([self._codes.setdefault(value, len(self._codes))])

    def finish(self) -> None:
        """Write the distinct texts: the bytes of a JSON list, an array like any other."""
        texts = json.dumps(list(self._codes), ensure_ascii=False).encode()
        self._arrays.put(f"{self._name}_values", np.frombuffer(texts, np.uint8))


class Codes:
    """The column, read: `values[codes[row]]` is the text of a row."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self.codes: NDArray[np.int32] = arrays[f"{name}_codes"]
        self.values: list[str] = json.loads(arrays[f"{name}_values"].tobytes())

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def mask(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which rows have one of the wanted values, given as a flag for each value."""
        flags: NDArray[np.bool_] = wanted[self.codes]
        return flags
