"""How well open questions find their like, and drafts their entry, on labelled public data.

`python -m benchmarks.bench_learning DATA` draws questions of CLINC150 and banking77 as customers ask
them, few topics often and many rarely, with questions that nobody else asks among them; it prints
what clustering makes of them at several thresholds, beside leader clustering and connected parts.
"""

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.public_data import Examples, pairs, read_csv, read_text
from concierge.improving.clustering import Floats, clusters_of
from concierge.improving.improver import FEWEST
from concierge.language.encoder import OnnxEncoder, open_encoder

ROOT = Path(__file__).resolve().parents[1]
LEASTS = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
MOST_OF_A_LABEL = 60
Clusters = Sequence[NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    `purity` is the share of clustered questions that are among their like, `found` that of all
    questions with enough like them; `strays` are clusters of questions that have none.
    """

    data: str
    way: str
    least: float
    clusters: int
    purity: float
    found: float
    per_label: float
    strays: int
    took_s: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    encoder = open_encoder(options.model, threads=2)
    rows = [
        row
        for name, examples in _samples(options.data).items()
        for row in _measured(name, examples, encoder)
    ]
    _show(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return 0


def _samples(folder: Path) -> dict[str, Examples]:
    clinc = json.loads(read_text(folder / "clinc150" / "data_full.json.gz"))
    strangers = [text for text, _ in clinc["oos_test"]]
    banking = read_csv(folder / "banking77" / "test.csv")
    return {
        "clinc150": _drawn(pairs([*clinc["test"], *clinc["val"]]), strangers[:200]),
        "banking77": _drawn(banking, strangers[200:300]),
    }


def _drawn(examples: Examples, strangers: Sequence[str]) -> Examples:
    random = np.random.default_rng(5)
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in examples:
        by_label[label].append(text)
    drawn = [(text, f"stranger {number}") for number, text in enumerate(strangers)]
    for rank, label in enumerate(random.permutation(sorted(by_label)), 1):
        count = min(max(1, int(MOST_OF_A_LABEL / rank**0.7)), len(by_label[label]))
        drawn += [(str(text), str(label)) for text in random.permutation(by_label[label])[:count]]
    return [drawn[place] for place in random.permutation(len(drawn))]


def _measured(name: str, examples: Examples, encoder: OnnxEncoder) -> list[Row]:
    vectors = encoder.encode([text for text, _ in examples], "query")
    likeness = vectors @ vectors.T
    labels = [label for _, label in examples]
    ways: dict[str, Callable[[Floats, float], Clusters]] = {
        "average linkage": clusters_of,
        "leader": _leader,
        "connected": _connected,
    }
    rows = []
    for way, cluster in ways.items():
        for least in LEASTS:
            started = time.perf_counter()
            clusters = cluster(likeness, least)
            took_s = time.perf_counter() - started
            rows.append(_row(name, way, least, clusters, labels, took_s))
    return rows


def _row(
    name: str, way: str, least: float, clusters: Clusters, labels: Sequence[str], took_s: float
) -> Row:
    counts = Counter(labels)
    large = [cluster for cluster in clusters if len(cluster) >= FEWEST]
    main_labels = [Counter(labels[row] for row in each).most_common(1)[0] for each in large]
    known = [(label, size) for label, size in main_labels if counts[label] >= FEWEST]
    clustered = sum(map(len, large))
    wanted = sum(count for count in counts.values() if count >= FEWEST)
    return Row(
        data=name,
        way=way,
        least=least,
        clusters=len(large),
        purity=sum(size for _, size in main_labels) / max(1, clustered),
        found=sum(size for _, size in known) / wanted,
        per_label=len(known) / max(1, len({label for label, _ in known})),
        strays=len(large) - len(known),
        took_s=took_s,
    )


def _leader(likeness: Floats, least: float) -> Clusters:
    """Let each question join the first one that began a cluster and is near enough."""
    clusters: list[list[int]] = []
    for row in range(len(likeness)):
        leaders = [cluster[0] for cluster in clusters]
        near = likeness[row, leaders] if leaders else np.zeros(0)
        if len(near) and near.max() >= least:
            clusters[int(near.argmax())].append(row)
        else:
            clusters.append([row])
    return [np.array(cluster, np.intp) for cluster in clusters]


def _connected(likeness: Floats, least: float) -> Clusters:
    """Join whatever is near enough to any member."""
    left = set(range(len(likeness)))
    clusters = []
    while left:
        reached = [left.pop()]
        for row in reached:
            near = left.intersection(np.flatnonzero(likeness[row] >= least).tolist())
            left -= near
            reached += sorted(near)
        clusters.append(np.array(sorted(reached), np.intp))
    return clusters


def _show(rows: Sequence[Row]) -> None:
    print("data       way              least  clusters  purity  found  per label  strays  seconds")
    for row in rows:
        print(
            f"{row.data:10} {row.way:16} {row.least:5.2f}  {row.clusters:8}  {row.purity:6.3f}"
            f"  {row.found:5.3f}  {row.per_label:9.2f}  {row.strays:6}  {row.took_s:7.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
