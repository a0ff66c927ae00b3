"""How long a search takes in the handler, warm, one thread, at three sizes of a shop.

`python -m benchmarks.bench_search_latency` makes a shop of each size and prints median and 99th
percentile of searches and suggestions beside the budget of DESIGN: in units of one short query by the
float32 model in plain onnxruntime. Further: how many of the fifty nearest vectors the approximate index
finds where there is one, peak memory, and how long the snapshot took to write.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.in_force import Held, OneEncoder
from benchmarks.lambda_runtime import Memory
from benchmarks.measured_shop import write_catalogue
from benchmarks.warm_timing import milliseconds, unit_ms
from concierge.http import Handler
from concierge.language.encoder import TextEncoder, open_encoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.ranking import best_rows
from concierge.searching.searcher import Searcher
from search.app import make_handler

ROOT = Path(__file__).resolve().parents[1]
SIZES = (3_700, 50_000, 500_000)
BUDGET_SIZE = 50_000
MEDIAN_UNITS, P99_UNITS, LARGER = 1.5, 4.0, 2.0
SUGGEST_MS = 2.0
NEAREST, RECALL_WANTED = 50, 0.98
SEED = 20241125

TEXTS = (
    "waterproof jacket for long walks in the rain",
    "red wool blanket",
    "navy desk lamp",
    "steel water bottle for every day",
    "something nice for a small flat",
    "oak bookshelf",
    "bamboo mug as a gift",
    "running shoes",
    "linen",
    "brand 7 lamp in cream",
)
MISSPELT = ("runing shoes", "waterprof jacket", "blankett", "bookshef oak", "teal mgu", "oliv lamp")
CHINESE = ("雨天散步穿的夹克", "红色羊毛毯", "送人的杯子", "跑步鞋", "小户型书架", "台灯")
PREFIXES = ("r", "red", "navy c", "rain ja", "bookshlf", "stel wat")
NARROW = {"price": {"max": 20}, "brand": ["Brand 7"]}


def requests() -> dict[str, list[dict[str, Any]]]:
    """Return what is asked, by name; each name stands for requests that take turns."""
    return {
        "search": [_search(text) for text in TEXTS],
        "search, misspelt": [_search(text) for text in MISSPELT],
        "search, Chinese": [_search(text) for text in CHINESE],
        "search, a third": [_search(text, filter={"price": {"max": 100}}) for text in TEXTS],
        "search, one in 800": [_search(text, filter=NARROW) for text in TEXTS],
        "search, 100 hits": [_search(text, limit=100) for text in TEXTS],
        "suggest": [_suggest(prefix) for prefix in PREFIXES],
    }


def _search(text: str, **more: Any) -> dict[str, Any]:
    body = json.dumps({"query": text, **more})
    return {"httpMethod": "POST", "resource": "/v1/search", "path": "/v1/search", "body": body}


def _suggest(prefix: str) -> dict[str, Any]:
    parameters = {"q": prefix}
    path = "/v1/suggest"
    return {
        "httpMethod": "GET",
        "resource": path,
        "path": path,
        "queryStringParameters": parameters,
    }


def measure(folder: Path, model: Path) -> dict[str, Any]:
    """Open a shop, and return milliseconds by request, recall of the index, and peak memory."""
    catalogue = CatalogueSnapshot.open(folder / "catalogue")
    encoder = open_encoder(model)
    handler = handler_of(catalogue, encoder)
    timed = {
        name: milliseconds(_taking_turns(handler, asked)) for name, asked in requests().items()
    }
    # Before the index is compared with every vector, which no function does.
    memory = asdict(Memory.of())
    return {"requests": timed, **memory, "recall": recall(catalogue, encoder)}


def handler_of(catalogue: CatalogueSnapshot, encoder: TextEncoder) -> Handler:
    """Return the handler over a catalogue that is in force."""
    live: Any = Held(catalogue)
    encoders: Any = OneEncoder(encoder)
    return make_handler(Searcher(live, encoders))


def _taking_turns(handler: Handler, events: Sequence[dict[str, Any]]) -> Callable[[], Any]:
    turns = cycle(events)
    return lambda: handler(next(turns), None)


def recall(catalogue: CatalogueSnapshot, encoder: TextEncoder) -> float:
    """Return what share of the nearest vectors `nearest` finds, of products and of texts."""
    vectors = catalogue.vectors
    if vectors is None:
        return 0.0
    everything = np.ones(len(catalogue), np.bool_)
    some = np.random.default_rng(SEED).integers(0, len(catalogue), len(TEXTS))
    queries = np.concatenate([encoder.encode(TEXTS, "query"), vectors.rows(some)])
    shares = []
    for query in queries:
        exact = best_rows(vectors.similarities(query), everything, NEAREST)
        shares.append(np.isin(exact, vectors.nearest(query, NEAREST)).mean())
    return float(np.mean(shares))


def report(size: int, figures: Mapping[str, Any], unit: float) -> bool:
    """Print the figures of one size, and tell whether they are within the budget."""
    allowed = unit * (1.0 if size <= BUDGET_SIZE else LARGER)
    print(
        f"{size:>9,} products: snapshot in {figures['written_s']:.0f} s, "
        f"{figures['resident_mb']:.0f} MB resident ({figures['peak_mb']:.0f} at most), recall@{NEAREST} of the index {figures['recall']:.3f}"
    )
    within: bool = figures["recall"] >= RECALL_WANTED
    for name, found in figures["requests"].items():
        median, p99 = found["median"], found["p99"]
        budgets = (MEDIAN_UNITS * allowed, P99_UNITS * allowed)
        if name == "suggest":
            budgets = (SUGGEST_MS, SUGGEST_MS * P99_UNITS / MEDIAN_UNITS)
        fits = median <= budgets[0] and p99 <= budgets[1]
        within = within and fits
        print(
            f"  {name:<20} median {median:7.2f} ms = {median / unit:5.2f} units "
            f"({median / budgets[0]:4.2f} of the budget), p99 {p99:7.2f} ms = {p99 / unit:5.2f} "
            f"({p99 / budgets[1]:4.2f}){'' if fits else '  over'}",
            flush=True,
        )
    return within


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 where something is over its budget.

    `--only` measures one shop that lies in a folder, in a process of its own.
    """
    parser = argparse.ArgumentParser(prog="benchmarks.bench_search_latency", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model")
    parser.add_argument("--unit-model", type=Path, default=ROOT / ".build/float32")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    if options.only:
        print(json.dumps(measure(options.only, options.model)))
        return 0
    unit = unit_ms(options.unit_model)
    print(
        f"one unit: {unit:.2f} ms; budget: median {MEDIAN_UNITS:g} units, p99 {P99_UNITS:g} up to "
        f"{BUDGET_SIZE:,}, {LARGER:g} times as much beyond; suggestions {SUGGEST_MS:g} ms"
    )
    results: dict[str, Any] = {"unit_ms": unit}
    within = True
    for size in options.sizes:
        results[str(size)] = figures = _measured(size, options.model)
        within = report(size, figures, unit) and within
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    return 0 if within else 1


def _measured(size: int, model: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        write_catalogue(Path(name), model, size)
        written_s = time.perf_counter() - started
        command = [sys.executable, "-m", "benchmarks.bench_search_latency"]
        command += ["--only", name, "--model", str(model)]
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return {"written_s": written_s, **json.loads(ran.stdout.splitlines()[-1])}


if __name__ == "__main__":
    sys.exit(main())
