"""What it costs a process to have a model: time to load, memory, bytes on disk."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from model_export.errors import ExportError
from model_export.judging.judgement import Footprint

CHILD = """
import json, resource, sys, time
import numpy as np
from concierge.language.encoder import open_session
def resident_bytes():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:  # not Linux: the most that there ever was
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, start = resident_bytes(), time.perf_counter()
session = open_session(sys.argv[1], 1)
loaded = time.perf_counter() - start
ids = np.ones((1, 8), np.int64)
session.run(None, {"input_ids": ids, "attention_mask": ids})
print(json.dumps([loaded * 1e3, (resident_bytes() - before) / 1e6]))
"""


def measure_footprint(files: Sequence[Path], graph: Path, processes: int) -> Footprint:
    """Open a graph in fresh processes, as functions do, and return medians; `files` are weighed."""
    runs = [_open(graph) for _ in range(processes)]
    return Footprint(
        load_ms=statistics.median(load_ms for load_ms, _ in runs),
        resident_mb=statistics.median(resident_mb for _, resident_mb in runs),
        file_mb=sum(file.stat().st_size for file in files if file.is_file()) / 1e6,
    )


def _open(graph: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", CHILD, str(graph)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    finished = subprocess.run(  # noqa: S603  # our own interpreter on our own file
        command, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise ExportError(f"{graph.name} cannot be opened: {finished.stderr.strip()[-200:]}")
    load_ms, resident_mb = json.loads(finished.stdout)
    return load_ms, resident_mb
