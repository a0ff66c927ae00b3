"""Arrays on disk: written row by row with constant memory, read memory-mapped."""

from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike, DTypeLike, NDArray


class ArrayWriter:
    """Appends rows to a .npy file; the file is valid once closed.

    numpy pads its headers so that the first dimension can grow in place.
    """

    def __init__(self, path: Path, dtype: DTypeLike, width: int | None = None) -> None:
        self._dtype = np.dtype(dtype)
        self._tail = () if width is None else (width,)
        self._rows = 0
        self._file: IO[bytes] = path.open("wb")
        self._write_header()

    def append(self, rows: ArrayLike) -> None:
        """Append rows: shape [n] or [n, width]."""
        block = np.ascontiguousarray(rows, self._dtype).reshape((-1, *self._tail))
        self._file.write(block.data if block.size else b"")
        self._rows += len(block)

    def close(self) -> None:
        """Write the final header and close the file."""
        if not self._file.closed:
            self._file.seek(0)
            self._write_header()
            self._file.close()

    def _write_header(self) -> None:
        header = {
            "descr": npy.dtype_to_descr(self._dtype),
            "fortran_order": False,
            "shape": (self._rows, *self._tail),
        }
        npy.write_array_header_1_0(self._file, header)


def open_array(path: Path) -> NDArray[Any]:
    """Return a .npy file as a read-only array, mapped and not read."""
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except ValueError:  # an empty file cannot be mapped
        return cast("NDArray[Any]", np.load(path, allow_pickle=False))
