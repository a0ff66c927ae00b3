"""How well linear heads tell labels on public data, beside the nearest labelled text.

`python -m benchmarks.bench_heads DATA` trains heads on vectors of the exported model and prints, for
each data set, accuracy on texts that neither the head nor its choices have seen, for the head and for
the label of the nearest training text. Needs the environment of the export.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.public_data import (
    Examples,
    Vectors,
    auroc,
    nearest,
    pairs,
    read_csv,
    read_text,
)
from concierge.language.encoder import OnnxEncoder, open_encoder
from concierge.language.heads import Head
from model_export.heads.measures import calibration_error
from model_export.heads.training import train

ROOT = Path(__file__).resolve().parents[1]
TEST_SHARE = 0.2
SEED = 20_240_229
RUNS = 300


@dataclass(frozen=True, slots=True)
class DataSet:
    """Labelled texts to train on and to test on, and texts that have none of the labels."""

    name: str
    training: Examples
    test: Examples
    strangers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; AUROC parts texts with a label from strangers by confidence."""

    name: str
    labels: int
    training: int
    test: int
    nearest: float
    head: float
    held_out: float
    calibration_error: float
    nearest_auroc: float | None
    head_auroc: float | None
    train_s: float
    head_us: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="folder with clinc150, banking77, bitext, chitchat")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    encoder = open_encoder(options.model, threads=2)
    rows = []
    print(
        "data set               labels  train   test  nearest   head  held out  calibration  "
        "AUROC nearest / head  trained in s  head us"
    )
    for data in _data_sets(options.data):
        rows.append(_measure(data, encoder))
        _show(rows[-1])
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return 0


def _data_sets(folder: Path) -> Iterator[DataSet]:
    clinc = json.loads(read_text(folder / "clinc150" / "data_full.json.gz"))
    strangers = [text for text, _ in clinc["oos_test"]]
    yield DataSet("CLINC150", pairs(clinc["train"]), pairs(clinc["test"]), strangers)
    banking = folder / "banking77"
    yield DataSet("banking77", read_csv(banking / "train.csv"), read_csv(banking / "test.csv"))
    shop = read_csv(folder / "bitext" / "customer_service.csv.gz", text="utterance", label="intent")
    yield _split("Bitext shop service", shop)
    languages = {"en": "en-us", "zh": "zh-cn"}
    chat = [
        (question, language)
        for language, name in languages.items()
        for question in _questions(folder / "chitchat" / f"{name}.qna.gz")
    ]
    yield _split("chit-chat, en or zh", chat)


def _measure(data: DataSet, encoder: OnnxEncoder) -> Row:
    known, asked = (
        encoder.encode([text for text, _ in part], "query") for part in (data.training, data.test)
    )
    labels = np.array([label for _, label in data.training])
    truth = np.array([label for _, label in data.test])
    started = time.perf_counter()
    trained = train("head", known, labels.tolist())
    train_s = time.perf_counter() - started
    probabilities = trained.head.probabilities(asked).astype(np.float64)
    columns = np.searchsorted(np.array(trained.head.labels), truth)
    places, similarity = nearest(known, asked)
    nearest_auroc = head_auroc = None
    if data.strangers:
        strange = encoder.encode(data.strangers, "query")
        nearest_auroc = auroc(similarity, nearest(known, strange)[1])
        head_auroc = auroc(
            probabilities.max(axis=1), trained.head.probabilities(strange).max(axis=1)
        )
    return Row(
        name=data.name,
        labels=len(trained.head.labels),
        training=len(labels),
        test=len(truth),
        nearest=float((labels[places] == truth).mean()),
        head=float((probabilities.argmax(axis=1) == columns).mean()),
        held_out=trained.quality.accuracy,
        calibration_error=calibration_error(probabilities, columns),
        nearest_auroc=nearest_auroc,
        head_auroc=head_auroc,
        train_s=train_s,
        head_us=_head_us(trained.head, asked[:1]),
    )


def _head_us(head: Head, vector: Vectors) -> float:
    """Return the median microseconds of one head on one vector."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        head.probabilities(vector)
        times.append(time.perf_counter() - started)
    return float(np.median(times) * 1e6)


def _split(name: str, examples: Examples) -> DataSet:
    """Keep a fifth of the texts, each counted once, to test on."""
    once = list({text.casefold(): (text, label) for text, label in examples}.values())
    order = np.random.default_rng(SEED).permutation(len(once))
    tested = set(order[: round(TEST_SHARE * len(once))].tolist())
    return DataSet(
        name,
        [pair for row, pair in enumerate(once) if row not in tested],
        [pair for row, pair in enumerate(once) if row in tested],
    )


def _questions(path: Path) -> list[str]:
    return [line[2:].strip() for line in read_text(path).splitlines() if line.startswith("- ")]


def _show(row: Row) -> None:
    auroc = f"{row.nearest_auroc:.3f} / {row.head_auroc:.3f}" if row.nearest_auroc else ""
    print(
        f"{row.name:21}  {row.labels:6}  {row.training:5}  {row.test:5}  {row.nearest:7.4f}  "
        f"{row.head:.4f}  {row.held_out:8.4f}  {row.calibration_error:11.3f}  {auroc:>20}  "
        f"{row.train_s:12.1f}  {row.head_us:7.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
