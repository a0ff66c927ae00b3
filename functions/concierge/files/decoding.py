"""From the bytes of a file to its lines: unpacked, bounded, and checked to be UTF-8."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

from concierge.errors import BrokenFile
from concierge.files.limits import Limits

READ_BYTES = 1 << 16
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Enough of a line to recognise it by.
SHOWN_CHARACTERS = 2_000


class Body(Protocol):
    """The bytes of a file, as they arrive."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to so many bytes, none at the end; raise Unavailable if they stop coming."""


class Decoded(io.RawIOBase):
    """The bytes of a file without their packing; `digest` is that of all bytes read so far."""

    def __init__(self, body: Body, *, is_packed: bool, limits: Limits) -> None:
        super().__init__()
        self._packed = _Counted(body)
        self._is_packed = is_packed
        # GzipFile asks for no more than `read` of its source.
        source: Any = self._packed
        self._source: Any = gzip.GzipFile(fileobj=source, mode="rb") if is_packed else source
        self._limits = limits
        self._hash = hashlib.blake2b(digest_size=16)
        self._size = 0

    @property
    def digest(self) -> str:
        """Hexadecimal hash of the contents, whatever their name and packing."""
        return self._hash.hexdigest()

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; raise BrokenFile where the file is damaged or grows beyond its bounds."""
        try:
            piece = self._source.read(len(buffer))
        except EOFError as error:
            raise BrokenFile("the gzip data is truncated; upload the whole file again") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise BrokenFile(f"this is no gzip data, or it is damaged ({error})") from error
        self._size += len(piece)
        self._check_size()
        self._hash.update(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def _check_size(self) -> None:
        limits = self._limits
        if self._size > limits.most_decoded_bytes:
            raise BrokenFile(
                f"the file holds more than {limits.most_decoded_bytes:,} bytes; split it"
            )
        suspicious = self._is_packed and self._size > limits.gzip_ratio_from_bytes
        if suspicious and self._size > limits.most_gzip_ratio * self._packed.size:
            raise BrokenFile(
                f"the gzip data unpacks to more than {limits.most_gzip_ratio} times its size, "
                "which no catalogue does; upload it unpacked if it is right"
            )


class LineTooLong(Exception):
    """A line is longer than its bound; it was skipped, and `start` is how it begins."""

    def __init__(self, start: str) -> None:
        super().__init__(start)
        self.start = start


class Lines:
    """The physical lines of a UTF-8 stream; `number` is that of the line given last."""

    def __init__(self, stream: io.RawIOBase, longest: int) -> None:
        self._stream = io.BufferedReader(stream, READ_BYTES)
        self._longest = longest
        self._offset = 0
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Return the next line with its end; raise LineTooLong, or BrokenFile if it is no UTF-8."""
        raw = self._stream.readline(self._longest)
        if not raw:
            raise StopIteration
        offset, self._offset = self._offset, self._offset + len(raw)
        self.number += 1
        if self.number == 1:
            _refuse_utf16(raw)
        if len(raw) >= self._longest and not raw.endswith(b"\n"):
            self._skip_line()
            raise LineTooLong(raw[: 4 * SHOWN_CHARACTERS].decode("utf-8", "replace"))
        try:
            return raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BrokenFile(
                f"line {self.number}, byte {offset + error.start}: not UTF-8; "
                "save the file as UTF-8 and upload it again"
            ) from error

    def _skip_line(self) -> None:
        while rest := self._stream.readline(self._longest):
            self._offset += len(rest)
            if rest.endswith(b"\n"):
                return


class _Counted:
    """Counts the bytes that pass."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._body.read(size)
        self.size += len(piece)
        return piece


def _refuse_utf16(raw: bytes) -> None:
    if raw.startswith(UTF16_MARKS):
        raise BrokenFile("line 1, byte 0: this is UTF-16; save the file as UTF-8")
