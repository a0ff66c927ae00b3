"""JSON Lines with an array of offsets, so that only the rows asked for are decoded."""

import json
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from concierge.artifacts.arrays import Arrays, ArraysWriter


class RecordsWriter:
    """Appends JSON objects to `<name>.jsonl` and their offsets to the array `<name>_offsets`."""

    def __init__(self, folder: Path, arrays: ArraysWriter, name: str) -> None:
        self._lines = (folder / f"{name}.jsonl").open("wb")
        self._offsets = arrays.column(f"{name}_offsets", np.int64)
        self._offsets.append([0])
        self._end = 0

    def append(self, record: Mapping[str, Any]) -> None:
        """Append one object."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._lines.write(line)
        self._end += len(line)
        self._offsets.append([self._end])

    def close(self) -> None:
        """Finish the lines."""
        self._lines.close()


class Records:
    """Random access to the objects that a RecordsWriter wrote."""

    def __init__(self, folder: Path, arrays: Arrays, name: str) -> None:
        self._offsets = arrays[f"{name}_offsets"]
        path = folder / f"{name}.jsonl"
        with path.open("rb") as file:
            size = path.stat().st_size
            self._lines: mmap.mmap | bytes = (
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            )

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.line(row))
        return record

    def line(self, row: int) -> bytes:
        """Return the object as it was written, for who wants only a part of it."""
        return self._lines[int(self._offsets[row]) : int(self._offsets[row + 1])]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[row] for row in range(len(self)))
