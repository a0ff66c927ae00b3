"""Say what is being done, how far it is and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

# On a terminal the line is rewritten; in a log file, an unfinished step speaks up this often.
LOG_EVERY_S = 10.0


@dataclass(slots=True)
class Step:
    """One step under way."""

    title: str
    out: TextIO
    started: float = field(default_factory=time.perf_counter)
    remarks: list[str] = field(default_factory=list)
    _told_at: float = 0.0

    @property
    def seconds(self) -> float:
        """Return how long the step has taken so far."""
        return time.perf_counter() - self.started

    def update(self, text: str) -> None:
        """Show how far the step is."""
        if self.out.isatty():
            self.out.write(f"\r\033[K  … {self.title}: {text} ({self.seconds:.0f} s)")
        elif self.seconds - self._told_at >= LOG_EVERY_S:
            self._told_at = self.seconds
            self.out.write(f"  … {self.title}: {text} ({self.seconds:.0f} s)\n")
        self.out.flush()

    def remark(self, text: str) -> None:
        """Add something to the line that tells the step's end."""
        self.remarks.append(text)


@dataclass(slots=True)
class Steps:
    """Prints one line a step, with its time."""

    out: TextIO
    started: float = field(default_factory=time.perf_counter)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Time a step; its line is printed when it ends well."""
        step = Step(title, self.out)
        step.update("started")
        try:
            yield step
        except BaseException:
            self._line(f"  ✗ {title}", step)
            raise
        self._line(f"  ✓ {title}", step)

    def say(self, text: str = "") -> None:
        """Print something between the steps."""
        self.out.write(f"{text}\n")
        self.out.flush()

    @property
    def seconds(self) -> float:
        """Return how long everything has taken."""
        return time.perf_counter() - self.started

    def _line(self, text: str, step: Step) -> None:
        clear = "\r\033[K" if self.out.isatty() else ""
        told = f" — {', '.join(step.remarks)}" if step.remarks else ""
        self.out.write(f"{clear}{text}{told} ({step.seconds:.1f} s)\n")
        self.out.flush()
