"""A column of repeated texts: one small number a row, and the list of distinct texts."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.arrays import ArrayWriter, open_array


class CodesWriter:
    """Appends one text a row."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}_values.json"
        self._rows = ArrayWriter(folder / f"{name}_codes.npy", np.int32)
        self._codes: dict[str, int] = {}

    def append(self, value: str) -> None:
        """Append the text of the next row."""
        self._rows.append([self._codes.setdefault(value, len(self._codes))])

    def close(self) -> None:
        """Write the distinct texts and finish."""
        self._rows.close()
        self._path.write_text(json.dumps(list(self._codes), ensure_ascii=False), encoding="utf-8")


class Codes:
    """The column, read: `values[codes[row]]` is the text of a row."""

    def __init__(self, folder: Path, name: str) -> None:
        self.codes: NDArray[np.int32] = open_array(folder / f"{name}_codes.npy")
        self.values: list[str] = json.loads((folder / f"{name}_values.json").read_bytes())

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def mask(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which rows have one of the wanted values, given as a flag for each value."""
        flags: NDArray[np.bool_] = wanted[self.codes]
        return flags
