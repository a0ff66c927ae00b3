"""What makes an inference session ready sooner: the shipped form of the model against others.

`python -m benchmarks.bench_startup` saves the exported model in each form that onnxruntime offers,
and opens each in fresh processes, in turns: time to load, first query, memory, later queries. Runs
in the environment of the export.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
import onnxruntime

from concierge.language.encoder import graph_name

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("load ms", "first query ms", "memory MB", "query ms")
DISABLED, ALL = (
    onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
)

CHILD = """
import json, sys, time
import numpy as np, onnxruntime as ort
path, level, entries = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.graph_optimization_level = ort.GraphOptimizationLevel(level)
options.enable_cpu_mem_arena = options.enable_mem_pattern = False
options.log_severity_level = 3
for name, value in entries.items():
    options.add_session_config_entry(name, value)
before, times = resident(), [time.perf_counter()]
session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
times.append(time.perf_counter())
ids = np.arange(1000, 1008)[None]
for _ in range(100):
    session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    times.append(time.perf_counter())
spent = np.diff(times) * 1e3
print(json.dumps([spent[0], spent[1], resident() - before, float(np.median(spent[2:]))]))
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A way to keep the model, and to open it."""

    path: Path
    level: onnxruntime.GraphOptimizationLevel = DISABLED
    entries: Mapping[str, str] | None = None

    @property
    def megabytes(self) -> float:
        """Return the size of all files of the form."""
        return sum(file.stat().st_size for file in self.path.parent.iterdir()) / 1e6


def forms(graph: Path, folder: Path) -> dict[str, Form]:
    """Save the model in each form below a folder; the first is the one that ships."""
    outside = {
        "session.optimized_model_external_initializers_file_name": "weights.data",
        "session.optimized_model_external_initializers_min_size_in_bytes": "1024",
    }
    packed = outside | {"session.save_external_prepacked_constant_initializers": "1"}
    inside = folder / "inside" / "model.onnx"
    inside.parent.mkdir()
    onnx.save(onnx.load(graph), inside)
    shipped = _saved(inside, folder / "shipped" / "model.onnx", outside)
    return {
        "shipped: weights mapped, optimised before": Form(shipped),
        "the same, optimised again at load": Form(shipped, ALL),
        "the same, weights not packed for the CPU": Form(
            shipped, entries={"session.disable_prepacking": "1"}
        ),
        "weights packed before, for this CPU alone": Form(
            _saved(inside, folder / "packed" / "model.onnx", packed)
        ),
        "weights inside the graph": Form(inside),
        "ORT format": Form(
            _saved(inside, folder / "ort" / "model.ort", {"session.save_model_format": "ORT"})
        ),
    }


def measure(forms: Mapping[str, Form], rounds: int) -> dict[str, list[float]]:
    """Open each form in fresh processes, in turns; return the medians of COLUMNS."""
    found: dict[str, list[list[float]]] = {name: [] for name in forms}
    for _ in range(rounds):
        for name, form in forms.items():
            found[name].append(_open(form))
    return {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in found.items()
    }


def _open(form: Form) -> list[float]:
    arguments = [str(form.path), str(int(form.level)), json.dumps(dict(form.entries or {}))]
    finished = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments], check=True, capture_output=True, text=True
    )
    figures: list[float] = json.loads(finished.stdout)
    return figures


def _saved(graph: Path, path: Path, entries: Mapping[str, str]) -> Path:
    path.parent.mkdir()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = DISABLED
    options.optimized_model_filepath = str(path)
    options.log_severity_level = 3
    for name, value in entries.items():
        options.add_session_config_entry(name, value)
    onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    return path


def main(argv: Sequence[str] | None = None) -> None:
    """Print one line a form."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_startup", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model", metavar="DIR")
    parser.add_argument("--rounds", type=int, default=9, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        each = forms(options.model / graph_name(), Path(scratch))
        sizes = {name: form.megabytes for name, form in each.items()}
        figures = measure(each, options.rounds)
    print(f"{'form':44}" + "".join(f"{name:>16}" for name in ("files MB", *COLUMNS)))
    for name, row in figures.items():
        cells = [f"{value:.2f}" for value in (sizes[name], *row)]
        print(f"{name:44}" + "".join(f"{cell:>16}" for cell in cells))
    if options.json:
        document = {name: dict(zip(COLUMNS, row, strict=True)) for name, row in figures.items()}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
