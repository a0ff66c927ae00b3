"""JSON Lines with an offset array beside it, so that only the rows asked for are decoded."""

import json
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from concierge.retrieval.arrays import ArrayWriter, open_array


class RecordsWriter:
    """Appends JSON objects to `<name>.jsonl` and their offsets to `<name>_offsets.npy`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._lines = (folder / f"{name}.jsonl").open("wb")
        self._offsets = ArrayWriter(folder / f"{name}_offsets.npy", np.int64)
        self._offsets.append([0])
        self._end = 0

    def append(self, record: Mapping[str, Any]) -> None:
        """Append one object."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._lines.write(line)
        self._end += len(line)
        self._offsets.append([self._end])

    def close(self) -> None:
        """Finish both files."""
        self._lines.close()
        self._offsets.close()


class Records:
    """Random access to the objects that a RecordsWriter wrote."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = open_array(folder / f"{name}_offsets.npy")
        path = folder / f"{name}.jsonl"
        with path.open("rb") as file:
            size = path.stat().st_size
            self._lines: mmap.mmap | bytes = (
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            )

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> dict[str, Any]:
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        record: dict[str, Any] = json.loads(self._lines[start:end])
        return record

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[row] for row in range(len(self)))
