"""How many of the most similar products an approximate search finds, and how much sooner.

`python -m benchmarks.bench_nearest DATA` encodes some thousand public texts (see `_texts`), lays as
many products as asked around them, and asks for the hundred nearest: to a product, to what customers
with some seeds like, to texts that no product has, and among a tenth of the products. Exact means
that all are compared. One thread.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.public_data import pairs, read_csv, read_text
from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.language.encoder import open_encoder
from concierge.retrieval.filters import Mask
from concierge.retrieval.ranking import best_rows
from concierge.retrieval.vectors import Floats, VectorIndex, VectorsWriter, quantise

ROOT = Path(__file__).resolve().parents[1]
SIZES = (50_000, 500_000)
HITS = 100
QUERIES = 40
SEEDS = (3, 10, 30)
TEXTS_OF_EACH = 3_000
HELD_OUT = 200
ALLOWED = 0.1
# A product lies between a text and one of its twenty nearest, and off both by this length.
NEIGHBOURS, NOISE = 20, 0.25
BLOCK = 10_000
SEED = 20_240_229
BUDGET = 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times are medians of a query in milliseconds."""

    products: int
    query: str
    recall: float
    lowest_recall: float
    exact_ms: float
    approximate_ms: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries of one kind to the vectors of one size."""

    index: VectorIndex
    name: str
    queries: Floats
    allowed: Mask
    hits: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where the largest size takes more than twice as long as the smallest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="folder with clinc150, banking77, bitext, retail")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument(
        "--hits", type=int, default=HITS, help="how many of the nearest are asked for"
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    texts = list(_texts(options.data))
    chance = np.random.default_rng(SEED)
    chance.shuffle(texts)
    vectors = open_encoder(options.model, threads=2).encode(texts)
    with ExitStack() as stack:
        asked = []
        for products in options.sizes:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            index = _written(folder, vectors[HELD_OUT:], products, chance)
            asked.append(_asked(index, vectors[:HELD_OUT], chance, options.hits))
        rows = _measured(asked)
    slowest = [max(row.approximate_ms for row in rows if row.products == n) for n in options.sizes]
    ratio = slowest[-1] / slowest[0]
    print(f"{options.sizes[-1]:,} take {ratio:.2f} times as long as {options.sizes[0]:,}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return 0 if ratio <= BUDGET else 1


def _texts(folder: Path) -> Iterator[str]:
    """Yield different texts: titles of products, and questions to a shop, a bank, an assistant."""
    clinc = json.loads(read_text(folder / "clinc150" / "data_full.json.gz"))
    sources = (
        read_csv(folder / "online_retail.csv.gz", "Description", "StockCode"),
        read_csv(folder / "banking77" / "train.csv"),
        read_csv(folder / "bitext" / "customer_service.csv.gz", "utterance", "intent"),
        pairs(clinc["train"]),
    )
    for examples in sources:
        different = sorted({text.strip() for text, _ in examples} - {""})
        kept = np.random.default_rng(SEED).permutation(len(different))[:TEXTS_OF_EACH]
        yield from (different[place] for place in kept)


def _written(
    folder: Path, known: Floats, products: int, chance: np.random.Generator
) -> VectorIndex:
    """Lay the vectors of a catalogue around those of texts, and tell how long clusters took."""
    alike = known @ known.T
    near = np.argpartition(-alike, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    writer = ArraysWriter(folder)
    vectors = VectorsWriter(writer, known.shape[1])
    for begin in range(0, products, BLOCK):
        count = min(BLOCK, products - begin)
        first = chance.integers(0, len(known), count)
        second = near[first, chance.integers(0, NEIGHBOURS, count)]
        share = chance.uniform(0, 0.5, (count, 1)).astype(np.float32)
        between = _unit((1 - share) * known[first] + share * known[second])
        noise = _unit(chance.standard_normal(between.shape, np.float32))
        vectors.append(*quantise(_unit(between + NOISE * noise)), [], count)
    started = time.perf_counter()
    vectors.cluster()
    clustered_s = time.perf_counter() - started
    writer.finish()
    arrays = Arrays.open(folder)
    clusters = len(arrays["cluster_centroids"]) if "cluster_centroids" in arrays else 0
    print(f"{products:8} products, {clusters} clusters in {clustered_s:.1f} s", flush=True)
    index = VectorIndex.open(arrays)
    if index is None:
        raise ValueError("no vectors were written")
    return index


def _asked(
    index: VectorIndex, strangers: Floats, chance: np.random.Generator, hits: int
) -> list[Asked]:
    products = index.rows(chance.integers(0, len(index), QUERIES))
    everything = np.ones(len(index), np.bool_)
    asked = [
        Asked(index, "a product", products, everything, hits),
        Asked(index, "among a tenth", products, chance.random(len(index)) < ALLOWED, hits),
        Asked(index, "a text", strangers[:QUERIES], everything, hits),
    ]
    for seeds in SEEDS:
        # Seeds of all kinds: a customer whose interests have nothing in common is the hardest.
        weights = chance.uniform(0.1, 1.0, (QUERIES, 1, seeds)).astype(np.float32)
        liked = index.rows(chance.integers(0, len(index), QUERIES * seeds))
        centres = (weights @ liked.reshape(QUERIES, seeds, -1))[:, 0]
        asked.append(Asked(index, f"{seeds} products", centres, everything, hits))
    return asked


def _measured(sizes: Sequence[Sequence[Asked]]) -> list[Row]:
    """Ask all sizes in turn, so that a busy machine slows all of them alike."""
    print(
        f"products  query           {f'recall@{sizes[0][0].hits}':>11}  lowest  exact ms  approximate ms"
    )
    rows = []
    for alike in zip(*sizes, strict=True):
        figures = np.array([[_once(asked, n) for asked in alike] for n in range(QUERIES)])
        for asked, each in zip(alike, figures.transpose(1, 2, 0), strict=True):
            recalls, exact_ms, approximate_ms = each
            rows.append(
                Row(
                    products=len(asked.index),
                    query=asked.name,
                    recall=float(recalls.mean()),
                    lowest_recall=float(recalls.min()),
                    exact_ms=float(np.median(exact_ms)),
                    approximate_ms=float(np.median(approximate_ms)),
                )
            )
            _show(rows[-1])
    return rows


def _once(asked: Asked, number: int) -> tuple[float, float, float]:
    """Return recall, and the milliseconds of both ways, for one query."""
    query = asked.queries[number]
    started = time.perf_counter()
    exact = best_rows(asked.index.similarities(query), asked.allowed, asked.hits)
    between = time.perf_counter()
    found = asked.index.nearest(query, asked.hits, asked.allowed)
    ended = time.perf_counter()
    recall = float(np.isin(exact, found).mean())
    return recall, (between - started) * 1_000, (ended - between) * 1_000


def _show(row: Row) -> None:
    print(
        f"{row.products:8}  {row.query:15}  {row.recall:10.3f}  {row.lowest_recall:6.2f}"
        f"  {row.exact_ms:8.2f}  {row.approximate_ms:14.2f}",
        flush=True,
    )


def _unit(vectors: Floats) -> Floats:
    units: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units


if __name__ == "__main__":
    sys.exit(main())
