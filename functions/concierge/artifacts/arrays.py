"""The arrays of an artifact: one file, written row by row with constant memory and read mapped.

One file, because each is a request to S3 at every cold start. Its layout is that of safetensors
(https://huggingface.co/docs/safetensors): the length of a header, the header as JSON, the bytes of
all arrays. A documented layout is one that other tools open too.
"""

import json
import mmap
import shutil
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from concierge.errors import BrokenArtifact

FILE_NAME = "arrays.safetensors"
# Rows of vectors that begin at a multiple of a cache line cost no second line.
ALIGNMENT = 64

_LENGTH = struct.Struct("<Q")
_DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "I64": np.dtype("<i8"),
    "U64": np.dtype("<u8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I32": np.dtype("<i4"),
    "U32": np.dtype("<u4"),
    "U16": np.dtype("<u2"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_DTYPE_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
# What reading a header that nobody wrote on purpose may raise.
_NONSENSE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)


class ArrayWriter:
    """Appends rows to one array, in a file of its own until all are put together."""

    def __init__(self, path: Path, dtype: DTypeLike, width: int | None) -> None:
        self._dtype = np.dtype(dtype)
        self._row_shape = () if width is None else (width,)
        self._rows = 0
        self._path = path
        self._file: IO[bytes] = path.open("wb")

    @property
    def size(self) -> int:
        """How many bytes were appended."""
        return self._rows * prod(self._row_shape) * self._dtype.itemsize

    def append(self, rows: ArrayLike) -> None:
        """Append rows: shape [n] or [n, width]."""
        block = np.ascontiguousarray(rows, self._dtype).reshape((-1, *self._row_shape))
        self._file.write(block.data if block.size else b"")
        self._rows += len(block)

    def mapped(self) -> NDArray[Any]:
        """Return what was appended as a read-only view of its file."""
        if not self._rows:
            return np.empty((0, *self._row_shape), self._dtype)
        self._file.flush()
        return np.memmap(self._path, self._dtype, "r", shape=(self._rows, *self._row_shape))

    def entry(self, begin: int) -> dict[str, Any]:
        """Return what the header says of an array whose bytes begin there."""
        return {
            "dtype": _DTYPE_NAMES[self._dtype],
            "shape": [self._rows, *self._row_shape],
            "data_offsets": [begin, begin + self.size],
        }

    def move_to(self, file: IO[bytes]) -> None:
        """Write the rows to another file and remove their own."""
        self._file.close()
        with self._path.open("rb") as rows:
            shutil.copyfileobj(rows, file)
        self._path.unlink()

    def discard(self) -> None:
        """Remove the rows; what is mapped of them stays readable."""
        self._file.close()
        self._path.unlink()


class ArraysWriter:
    """Writes the arrays of an artifact; there is no file before `finish`."""

    def __init__(self, folder: Path, file_name: str = FILE_NAME) -> None:
        self._folder = folder
        self._file_name = file_name
        self._arrays: dict[str, ArrayWriter] = {}

    def column(self, name: str, dtype: DTypeLike, width: int | None = None) -> ArrayWriter:
        """Begin an array that grows: of shape [n], or [n, width]."""
        array = ArrayWriter(self._folder / f"{name}.rows", dtype, width)
        self._arrays[name] = array
        return array

    def put(self, name: str, values: NDArray[Any]) -> None:
        """Write an array of shape [n] that is whole already."""
        self.column(name, values.dtype).append(values)

    def discard(self, name: str) -> None:
        """Leave out an array that was begun."""
        self._arrays.pop(name).discard()

    def so_far(self) -> "Arrays":
        """Return what was appended, as it can be read before it is put together."""
        views = {name: array.mapped() for name, array in self._arrays.items()}
        return Arrays(views, self._file_name)

    def finish(self) -> None:
        """Put all arrays into one file, each aligned to its items at least."""
        # The layout allows no gaps. After arrays whose sizes are multiples of a power of two, the
        # next begins at such a multiple, so the roundest sizes go first and vectors among them.
        arrays = dict(sorted(self._arrays.items(), key=lambda pair: -_roundness(pair[1].size)))
        header, end = {}, 0
        for name, array in arrays.items():
            header[name] = array.entry(end)
            end += array.size
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-(_LENGTH.size + len(text)) % ALIGNMENT)
        with (self._folder / self._file_name).open("wb") as file:
            file.write(_LENGTH.pack(len(text)) + text)
            for array in arrays.values():
                array.move_to(file)


def _roundness(size: int) -> int:
    """Return the largest power of two, up to the alignment, that divides a size."""
    return min(size & -size, ALIGNMENT)


class Arrays:
    """The arrays of an artifact by name: read-only views of the mapped file, never copies."""

    def __init__(self, views: Mapping[str, NDArray[Any]], file_name: str) -> None:
        self._views = views
        self._file_name = file_name

    @classmethod
    def open(cls, folder: Path, file_name: str = FILE_NAME) -> "Arrays":
        """Map the file of an artifact, or raise BrokenArtifact where it makes no sense."""
        try:
            with (folder / file_name).open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            (length,) = _LENGTH.unpack_from(mapped)
            header = json.loads(mapped[_LENGTH.size : _LENGTH.size + length])
            content = memoryview(mapped)[_LENGTH.size + length :]
            views = {name: _view(content, entry) for name, entry in header.items()}
        except FileNotFoundError as error:
            raise BrokenArtifact(f"{file_name} is missing") from error
        except _NONSENSE as error:
            raise BrokenArtifact(f"{file_name} cannot be read: {error!r}") from error
        return cls(views, file_name)

    def __contains__(self, name: str) -> bool:
        return name in self._views

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return an array, or raise BrokenArtifact where there is none of that name."""
        try:
            return self._views[name]
        except KeyError:
            raise BrokenArtifact(f"{self._file_name} has no array {name!r}") from None


def _view(content: memoryview, entry: Mapping[str, Any]) -> NDArray[Any]:
    begin, end = entry["data_offsets"]
    shape, dtype = tuple(entry["shape"]), _DTYPES[entry["dtype"]]
    if not 0 <= begin <= end <= len(content) or end - begin != prod(shape) * dtype.itemsize:
        raise ValueError(f"{entry} does not fit {len(content)} bytes")
    return np.ndarray(shape, dtype, content, begin)
