"""`compare`: two exported models side by side, as their manifests state and as measured now."""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from concierge.artifacts.manifest import Manifest, verify_folder
from concierge.language.encoder import OnnxEncoder, files_to_load, graph_name, open_encoder
from model_export.errors import UnusableFolder
from model_export.evidence.machine import cpu_name
from model_export.judging.footprint import measure_footprint
from model_export.judging.judging import EFFORTS, Effort
from model_export.judging.latency import measure_timings, speed
from model_export.judging.probes import built_in_tasks
from model_export.judging.sentences import TEXTS
from model_export.judging.tasks import score

Row = tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("one", type=Path, metavar="A", help="folder of an exported model")
    parser.add_argument("other", type=Path, metavar="B", help="folder of another")
    parser.add_argument(
        "--effort", choices=tuple(EFFORTS), default="full", help="how thoroughly they are timed"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file too")


def run(options: argparse.Namespace, stream: TextIO) -> int:
    """Print a table of both."""
    del stream
    folders = (options.one, options.other)
    manifests = (_opened(options.one), _opened(options.other))
    rows: list[Row] = [("", options.one.name, options.other.name)]
    rows += _stated(*manifests)
    print(f"measured now, in turns, on {cpu_name()}")
    rows += _measured(folders, manifests, EFFORTS[options.effort])
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    if options.json:
        named = [dict(zip(("figure", "one", "other"), row, strict=True)) for row in rows[1:]]
        options.json.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")
    return 0


def _opened(folder: Path) -> Manifest:
    if not folder.is_dir():
        raise UnusableFolder(f"{folder} is not a folder; give the folder of an exported model")
    manifest = verify_folder(folder)
    if manifest.kind != "model":
        raise UnusableFolder(f"{folder} holds a {manifest.kind}, not an encoder")
    files_to_load(manifest)
    return manifest


def _stated(one: Manifest, other: Manifest) -> Iterator[Row]:
    """Yield the facts of both manifests that differ."""
    first, second = _facts_by_name(one), _facts_by_name(other)
    for name in [*first, *(name for name in second if name not in first)]:
        values = str(first.get(name, "–")), str(second.get(name, "–"))
        if values[0] != values[1]:
            yield (name, *values)


def _facts_by_name(manifest: Manifest) -> dict[str, Any]:
    try:
        return dict(_facts(manifest))
    except (KeyError, TypeError) as error:
        raise UnusableFolder(
            f"the manifest of {manifest.id} lacks {error}; export the model again"
        ) from error


def _facts(manifest: Manifest) -> Iterator[tuple[str, Any]]:
    own = graph_name().removesuffix(".onnx")
    details = manifest.details
    target = details["targets"][own]
    yield "id", manifest.id
    yield "source", f"{details['source']['name']} {details['source']['revision']}".strip()
    yield "weights", details["source"]["weights_sha256"][:12]
    yield "recipe", target["recipe"]
    for name in ("architecture", "dimensions", "max_tokens", "pooling", "languages"):
        yield name, details[name]
    yield from ((f"tool {name}", version) for name, version in details["tools"].items())
    for name, value in target["judgement"]["closeness"].items():
        yield f"stated {name}", value if isinstance(value, int) else f"{value:.4f}"
    for task in target["judgement"]["tasks"]:
        yield f"stated {task['task']} ({task['metric']})", f"{task['score']:.4f}"


def _measured(
    folders: tuple[Path, Path], manifests: tuple[Manifest, Manifest], effort: Effort
) -> Iterator[Row]:
    encoders = [open_encoder(f, manifest=m) for f, m in zip(folders, manifests, strict=True)]
    graphs = [folder / graph_name() for folder in folders]
    timings = measure_timings(
        graphs,
        min(_vocabulary(folder) for folder in folders),
        effort.grid,
        min(int(manifest.details["max_tokens"]) for manifest in manifests),
    )
    for one, other in zip(*timings, strict=True):
        cell = f"{one.batch}×{one.tokens} tokens, {one.threads} thread, ms"
        yield cell, f"{one.median_ms:.2f}", f"{other.median_ms:.2f}"
    yield ("all of one thread, ms", *(f"{speed(each):.2f}" for each in timings))
    footprints = [
        asdict(measure_footprint([g, g.with_name(f"{g.name}.data")], g, effort.processes))
        for g in graphs
    ]
    for name in footprints[0]:
        yield (name, *(f"{each[name]:.1f}" for each in footprints))
    for task in built_in_tasks():
        scores = [score(task, encoder.encode) for encoder in encoders]
        yield (f"{task.name} ({task.metric})", *(f"{value:.4f}" for value in scores))
    yield _cosine(encoders)


def _cosine(encoders: list[OnnxEncoder]) -> Row:
    one, other = encoders
    if one.dimensions != other.dimensions:
        return "cosine between them", "–", "their dimensions differ"
    cosines = np.sum(one.encode(TEXTS) * other.encode(TEXTS), axis=1)
    return "cosine between them", f"mean {cosines.mean():.4f}", f"worst {cosines.min():.4f}"


def _vocabulary(folder: Path) -> int:
    model: Mapping[str, Any] = json.loads((folder / "tokenizer.json").read_text())["model"]
    return len(model["vocab"])
