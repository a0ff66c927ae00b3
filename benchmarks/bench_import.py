"""`python -m benchmarks.bench_import`: how fast files are imported, and in how much memory.

Each figure comes from a process of its own. S3 is a folder and DynamoDB is nothing, so that time
and memory are the importer's. The ratio is that of the import's rate to the rate of the encoder alone
on the same texts, timed within the import: on a busy machine two runs would not compare.
"""

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.import_files import write_catalogue, write_history
from benchmarks.import_on_disk import (
    ClockedEncoder,
    FolderArtifacts,
    FolderObjects,
    FolderVectorCache,
    ForgottenProfiles,
    Nobody,
    OneModel,
)
from concierge.files.limits import Limits
from concierge.ingesting.catalogue_import import Products
from concierge.ingesting.history_import import HistoryImport
from concierge.ingesting.importer import Importer, Notice
from concierge.ingesting.snapshot_import import SnapshotImport
from concierge.language.encoder import open_encoder

SIZES = (1_000, 10_000, 50_000)
QUICK_SIZES = (200, 1_000)
EVENTS_A_PRODUCT = 10
BUDGET = 0.7


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where the budget is missed at the largest size."""
    options = _options(arguments)
    if options.child:
        print(json.dumps(CHILDREN[options.child](options)))
        return 0
    table = []
    print(HEADER)
    for count in QUICK_SIZES if options.quick else SIZES:
        row: dict[str, Any] = {"products": count} | {
            name: _run(name, count, options) for name in ("catalogue", "words", "events")
        }
        table.append(row)
        print(_line(row), flush=True)
    within = table[-1]["catalogue"]["ratio"] >= BUDGET
    print(f"budget: at least {BUDGET} of the encoder alone: {'within' if within else 'MISSED'}")
    if options.json:
        result = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "threads": options.threads}
        options.json.write_text(json.dumps(result | {"rows": table}, indent=2) + "\n")
    return 0 if within else 1


HEADER = (
    "products   products/s   encoder alone/s   ratio   words only/s   peak MB"
    "     events   events/s   peak MB"
)


def _line(row: dict[str, Any]) -> str:
    events = row["events"]
    return (
        f"{row['products']:>8,}   {row['catalogue']['per_s']:>10,.0f}"
        f"   {row['catalogue']['encoder_per_s']:>15,.0f}   {row['catalogue']['ratio']:>5.2f}"
        f"   {row['words']['per_s']:>12,.0f}   {row['catalogue']['peak_mb']:>7,.0f}"
        f"   {events['count']:>8,}   {events['per_s']:>8,.0f}   {events['peak_mb']:>7,.0f}"
    )


def _run(child: str, count: int, options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bench_import", "--child", child]
    command += ["--count", str(count), "--threads", str(options.threads)]
    command += ["--model", str(options.model)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def time_catalogue(options: argparse.Namespace) -> dict[str, Any]:
    """Import a catalogue with vectors."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encoder = None
        if options.child == "catalogue":
            encoder = ClockedEncoder(open_encoder(options.model, options.threads))
        cache = FolderVectorCache(folder / "cache")
        store = FolderArtifacts(folder / "artifacts")
        path = folder / "inbox/catalogue/products.csv"
        path.parent.mkdir(parents=True)
        write_catalogue(path, options.count)
        catalogue = SnapshotImport(Products(), store, OneModel(encoder), cache, Limits())
        figures = _imported(folder, {"catalogue": catalogue}, "catalogue/products.csv")
        if encoder:
            alone = encoder.texts / encoder.seconds
            figures |= {"encoder_per_s": alone, "ratio": figures["per_s"] / alone}
        return figures


def time_events(options: argparse.Namespace) -> dict[str, Any]:
    """Import a history, after its catalogue."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, limits = FolderArtifacts(folder / "artifacts"), Limits()
        catalogue, history = (
            folder / "inbox/catalogue/products.csv",
            folder / "inbox/events/history.jsonl",
        )
        catalogue.parent.mkdir(parents=True)
        history.parent.mkdir(parents=True)
        write_catalogue(catalogue, options.count)
        events = options.count * EVENTS_A_PRODUCT
        write_history(history, events, options.count, datetime.now(UTC))
        cache = FolderVectorCache(folder / "cache")
        profiles = ForgottenProfiles()
        imports = {
            "catalogue": SnapshotImport(Products(), store, OneModel(None), cache, limits),
            "events": HistoryImport(store, FolderObjects(folder / "archive"), profiles, limits),
        }
        # In a process of its own, so that the peak is that of the history alone.
        products = multiprocessing.get_context("fork").Process(
            target=_imported, args=(folder, imports, "catalogue/products.csv")
        )
        products.start()
        products.join()
        return _imported(folder, imports, "events/history.jsonl")


def _imported(folder: Path, imports: dict[str, Any], name: str) -> dict[str, Any]:
    inbox = FolderObjects(folder)
    importer = Importer(inbox, imports, Nobody(), Nobody(), Limits(), folder / "work")
    started = time.perf_counter()
    report = importer.run(Notice(f"inbox/{name}"), lambda: 1e9)
    took_s = time.perf_counter() - started
    if report.status != "completed" or report.tally.accepted != report.tally.rows:
        raise SystemExit(f"the import of {name} is {report.status}: {report.reason}")
    return _figures(report.tally.rows, took_s)


def _figures(count: int, took_s: float) -> dict[str, Any]:
    return {"count": count, "per_s": count / took_s, "seconds": took_s, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    """Return the most memory that this process ever had resident, mapped files included."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


CHILDREN = {
    "catalogue": time_catalogue,
    "words": time_catalogue,
    "events": time_events,
}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.bench_import", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(".build/model"), help="exported model")
    parser.add_argument("--threads", type=int, default=2, help="threads of the encoder")
    parser.add_argument("--quick", action="store_true", help="small files only")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
