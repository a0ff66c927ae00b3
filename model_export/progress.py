"""Says what is being done and how long it took, one line a step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Prints numbered steps to a stream."""

    def __init__(self, stream: TextIO, steps: int) -> None:
        self._stream = stream
        self._steps = steps
        self._begun = 0

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Announce a step, and print its time and the remarks that were added to the list."""
        self._begun += 1
        self._write(f"[{self._begun}/{self._steps}] {title} … ")
        start = time.perf_counter()
        remarks: list[str] = []
        try:
            yield remarks
        except BaseException:  # an interruption too ends the line
            self._write("failed\n")
            raise
        spent = f"{time.perf_counter() - start:.1f} s"
        self._write(", ".join([*remarks, spent]) + "\n")

    def warn(self, text: str) -> None:
        """Print something that the user should know, on its own line."""
        self._write(f"warning: {text}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
