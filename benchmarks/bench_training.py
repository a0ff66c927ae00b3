"""How long the behaviour model takes to train and how much memory, as the archive grows.

`python -m benchmarks.bench_training FOLDER` converts the UCI "Online Retail" order lines of the folder
(see `benchmarks.online_retail`) and trains on them as often as asked: each copy has the same items and
customers of its own. What is timed is what a training does: read the archive, then learn twice, once
without the visits that judge and once with them. Seconds are those of the processor. Each size
runs in a process of its own, so that its peak of memory is its own. One more row learns drawn events
of 50,000 items.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.online_retail import convert
from concierge.training.event_log import EVENT, TYPES, Events, read_log
from concierge.training.learning import learn

COPIES = (1, 4, 16)
EVENTS = "events/online-retail.jsonl.gz"
MANY_ITEMS, DRAWN_EVENTS, DRAWN_ACTORS = 50_000, 1_000_000, 100_000
IDS = (b'"event_id": "', b'"customer_id": "', b'"session_id": "')


class Copies:
    """Implements ArchiveParts: one file several times, each time with other events and actors."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._count = count

    def names(self) -> Iterator[str]:
        """Yield a name for each copy."""
        return (str(number) for number in range(self._count))

    def open(self, name: str) -> "Renamed":
        """Return the lines of one copy."""
        return Renamed(gzip.open(self._path), name.encode())


class Renamed:
    """Implements Body: the ids of every line begin with a prefix."""

    def __init__(self, lines: Any, prefix: bytes) -> None:
        self._lines = lines
        self._prefix = prefix
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes."""
        while len(self._rest) < size and (text := b"".join(self._lines.readlines(size))):
            for name in IDS:
                text = text.replace(name, name + self._prefix + b"-")
            self._rest += text
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="where online_retail.csv.gz is")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one is not None:
        print(json.dumps(_measured(options.folder, options.one)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        convert(options.folder, Path(name))
        rows = [_in_a_process(Path(name) / EVENTS, copies) for copies in (*COPIES, 0)]
    _show(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))
    return 0


def _in_a_process(path: Path, copies: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bench_training", str(path), "--one", str(copies)]
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=one_thread, stdout=subprocess.PIPE, check=True)
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def _measured(path: Path, copies: int) -> dict[str, Any]:
    start = time.process_time()
    log = read_log(Copies(path, copies), datetime.now(UTC))[0] if copies else drawn_log()
    read = time.process_time()
    for _ in range(2):
        model = learn(log)
    return {
        "events": len(log),
        "items": len(model),
        "read_s": round(read - start, 1) if copies else None,
        "learn_s": round((time.process_time() - read) / 2, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def drawn_log() -> Events:
    """Return a log of very many items, popular as by Zipf's law, in visits of five events."""
    draw = np.random.default_rng(0)
    log = np.zeros(DRAWN_EVENTS, EVENT)
    log["event"] = np.arange(1, len(log) + 1)
    visits = draw.integers(0, DRAWN_ACTORS, len(log) // 5), draw.random(len(log) // 5)
    log["actor"] = 1 + np.repeat(visits[0], 5)
    log["at"] = 1.7e9 + np.floor(np.repeat(visits[1], 5) * 365 * 86_400)
    popular = np.cumsum(1.0 / np.arange(1, MANY_ITEMS + 1))
    log["item"] = 1 + np.searchsorted(popular, draw.random(len(log)) * popular[-1])
    log["type"], log["weight"] = TYPES.index("purchase"), 5.0
    return log


def _show(rows: Sequence[dict[str, Any]]) -> None:
    print(f"{'events':>10} {'items':>7} {'read s':>7} {'learn s':>8} {'both s':>7} {'peak MB':>8}")
    for row in rows:
        read = row["read_s"]
        whole = f"{read:7} {row['learn_s']:8} {read + 2 * row['learn_s']:7.1f}" if read else ""
        cells = whole or f"{'-':>7} {row['learn_s']:8} {'-':>7}"
        print(f"{row['events']:10,} {row['items']:7,} {cells} {row['peak_mb']:8,}")


if __name__ == "__main__":
    sys.exit(main())
