"""Says what is being done and how long it took, one line a step, over a bar at a terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm

TELL_EVERY_S = 60.0


class Progress:
    """Prints numbered steps to a stream; at a terminal, a bar shows how many are left."""

    def __init__(self, stream: TextIO, steps: int) -> None:
        self._stream = stream
        self._steps = steps
        self._begun = 0
        self._bar = tqdm(
            total=steps,
            file=stream,
            disable=not stream.isatty(),
            leave=False,
            bar_format="{l_bar}{bar}| {n_fmt} of {total_fmt} steps, {elapsed} so far{postfix}",
        )

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Announce a step, and print its time and the remarks that were added to the list."""
        self._begun += 1
        announced = f"[{self._begun}/{self._steps}] {title} … "
        if self._bar.disable:
            self._write(announced)
        else:
            self._bar.set_description_str(title)
        start = time.perf_counter()
        remarks: list[str] = []
        outcome = "failed"  # an interruption too ends the line
        try:
            yield remarks
            outcome = ", ".join([*remarks, f"{time.perf_counter() - start:.1f} s"])
        finally:
            self._print(outcome if self._bar.disable else f"{announced}{outcome}")
            if outcome == "failed":
                self._bar.close()
        self._bar.update()

    def part(self, noun: str) -> Callable[..., None]:
        """Return what a long step tells how far it is: `told(done, of_all)`, and a remark.

        A terminal shows it beside the bar; a log has a line each minute.
        """
        told_at = time.perf_counter()

        def told(done: int, of_all: int, remark: str = "") -> None:
            nonlocal told_at
            text = ", ".join(filter(None, [f"{done:,} of {of_all:,} {noun}", remark]))
            if not self._bar.disable:
                self._bar.set_postfix_str(text)
            elif time.perf_counter() - told_at >= TELL_EVERY_S:
                told_at = time.perf_counter()
                self._write(f"{text} … ")

        return told

    def warn(self, text: str) -> None:
        """Print something that the user should know, on its own line."""
        self._print(f"warning: {text}")

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()

    def _print(self, line: str) -> None:
        self._bar.clear()
        self._write(f"{line}\n")
        self._bar.refresh()

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
