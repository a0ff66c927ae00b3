"""How well questions find their entries, beside the usual ways, and how far confidence holds.

`python -m benchmarks.bench_answer` holds the last wording of each entry of the sample shop out and
asks it, with questions off every topic. With DATA it also makes knowledge of CLINC150, banking77
and Bitext, as an import would, asks their test questions, and ends with status 1 where a target is
missed. `--tuning` asks what constants were chosen on, and no test question.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.answer_quality import Asked, Quality, Told, ask, table
from benchmarks.answer_rivals import Wording, bm25, logistic_probe, nearest_neighbour
from benchmarks.off_topic import OFF_TOPIC
from benchmarks.public_data import Examples, pairs, read_csv, read_text
from concierge.ingesting.probes import off_topic_vectors
from concierge.language.encoder import OnnxEncoder, TextEncoder, TextKind, Vectors, open_encoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import quantise
from concierge.shop.knowledge import Entry, EntryRemoval, parse_entry

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 512
FEW = 5
# Five wordings are few: which ones are drawn moves all figures, so that several draws are averaged.
DRAWS = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """Wordings by entry, the questions asked of it, and which figures must be how good."""

    name: str
    wordings: Mapping[str, Sequence[str]]
    questions: Sequence[Asked]
    targets: Mapping[str, float]


class Remembered:
    """Encodes each text once, many at a time: trials share most of their texts."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder
        self._known: dict[TextKind, dict[str, Vectors]] = {}
        self.model = encoder.model
        self.languages = encoder.languages
        self.dimensions = encoder.dimensions

    def knows(self, word: str) -> bool:
        """Tell whether the encoder has a token for a word."""
        return self._encoder.knows(word)

    def encode(self, texts: Sequence[str], kind: TextKind = "passage") -> Vectors:
        """Return float32 [n, dimensions]."""
        known = self._known.setdefault(kind, {})
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for begin in range(0, len(new), AT_ONCE):
            some = new[begin : begin + AT_ONCE]
            known.update(zip(some, self._encoder.encode(some, kind), strict=True))
        return np.stack([known[text] for text in texts])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--knowledge", type=Path, default=ROOT / "samples" / "knowledge")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    encoder = Remembered(open_encoder(options.model, threads=2))
    records = {"sample shop": _sample_shop(options.knowledge, encoder)}
    missed = []
    for group in _trials(options.data, tuning=options.tuning) if options.data else ():
        record, short = _run(group, encoder)
        records[group[0].name] = record
        missed += short
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n", "utf-8")
    print("\n".join(["", *(f"missed: {line}" for line in missed)] if missed else []))
    return 1 if missed else 0


def indexed(folder: Path, entries: Sequence[Entry], encoder: TextEncoder) -> KnowledgeSnapshot:
    """Return a snapshot of entries as an import makes it, the probes off every topic included."""
    writer = KnowledgeWriter(folder, encoder.dimensions, partial(off_topic_vectors, encoder))
    for entry in entries:
        texts = unit_texts(entry)
        vectors, scales = quantise(encoder.encode(texts))
        writer.add(entry, vectors, scales, [bytes(16)] * len(texts))
    writer.finish(encoder.model)
    return KnowledgeSnapshot.open(folder)


def _sample_shop(folder: Path, encoder: TextEncoder) -> dict[str, object]:
    known, held = [], []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = parse_entry(json.loads(line))
            if isinstance(entry, EntryRemoval):
                continue
            if entry.variants:
                held.append(Asked(entry.variants[-1], entry.entry_id, entry.language))
            known.append(replace(entry, variants=entry.variants[:-1]))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        knowledge = indexed(Path(name), known, encoder)
        for language, strange in OFF_TOPIC.items():
            questions = [asked for asked in held if asked.language == language]
            questions += [Asked(text, None, language) for text in strange]
            rows.append(
                (f"sample shop, {language}", Quality.of(ask(knowledge, encoder, questions)))
            )
    print(table(rows), flush=True)
    return {name: quality.to_record() for name, quality in rows}


def _run(group: Sequence[Trial], encoder: TextEncoder) -> tuple[dict[str, object], list[str]]:
    """Run the draws of a trial; return the figures of each way and what is below its target."""
    ways: dict[str, list[Told]] = defaultdict(list)
    for trial in group:
        encoder.encode([asked.question for asked in trial.questions], "query")
        wordings = [Wording(text, key) for key, texts in trial.wordings.items() for text in texts]
        with tempfile.TemporaryDirectory() as name:
            knowledge = indexed(Path(name), _entries(trial), encoder)
            ways["Concierge"].append(ask(knowledge, encoder, trial.questions))
            ways["BM25"].append(bm25(knowledge, trial.questions))
        ways["nearest neighbour"].append(nearest_neighbour(wordings, encoder, trial.questions))
        ways["logistic probe"].append(logistic_probe(wordings, encoder, trial.questions))
    rows = [(way, _averaged([Quality.of(told) for told in draws])) for way, draws in ways.items()]
    print(f"\n{group[0].name}\n{table(rows)}", flush=True)
    missed = [
        f"{group[0].name}: {figure} {value:.4f}, target {target}"
        for figure, target in group[0].targets.items()
        if not _reaches(figure, value := float(getattr(rows[0][1], figure)), target)
    ]
    return {way: quality.to_record() for way, quality in rows}, missed


def _reaches(figure: str, value: float, target: float) -> bool:
    lower_is_better = figure in ("fpr95", "calibration_error")
    return value <= target if lower_is_better else value >= target


def _averaged(draws: Sequence[Quality]) -> Quality:
    def mean(name: str) -> float | None:
        values = [getattr(quality, name) for quality in draws]
        return None if values[0] is None else float(np.mean(values))

    return Quality(
        in_scope=draws[0].in_scope,
        out_of_scope=draws[0].out_of_scope,
        top1=mean("top1"),
        top3=mean("top3"),
        auroc=mean("auroc"),
        fpr95=mean("fpr95"),
        calibration_error=float(np.mean([quality.calibration_error for quality in draws])),
        coverage={
            share: float(np.mean([quality.coverage[share] for quality in draws]))
            for share in draws[0].coverage
        },
    )


def _entries(trial: Trial) -> list[Entry]:
    """Return an entry for each label: its first wording asks, and its name is all of the answer."""
    return [
        Entry(
            entry_id=label,
            question=texts[0],
            variants=tuple(texts[1:]),
            answer=label.replace("_", " ").capitalize() + ".",
            language="en",
        )
        for label, texts in trial.wordings.items()
    ]


def _trials(data: Path, *, tuning: bool) -> Iterator[list[Trial]]:
    """Yield each trial with its draws, one where all wordings are known."""
    clinc = json.loads(read_text(data / "clinc150/data_full.json.gz"))
    part = "val" if tuning else "test"
    yield [
        Trial(
            "CLINC150, all wordings",
            _by_label(pairs(clinc["train"])),
            _questions(pairs(clinc[part]), pairs(clinc[f"oos_{part}"])),
            {"top1": 0.95, "auroc": 0.975, "fpr95": 0.15, "calibration_error": 0.03},
        )
    ]
    chat = [(text, "") for text in _chit_chat(data)]
    train = read_csv(data / "banking77/train.csv")
    test = read_csv(data / "banking77/test.csv")
    if tuning:
        train, test = _split(train)
    targets = {"top1": 0.93, "calibration_error": 0.03}
    yield [Trial("banking77, all wordings", _by_label(train), _questions(test, ()), targets)]
    few = {"top1": 0.80, "calibration_error": 0.03}
    yield [
        Trial("banking77, five wordings", _by_label(train, draw), _questions(test, ()), few)
        for draw in range(DRAWS)
    ]
    bitext = read_csv(data / "bitext/customer_service.csv.gz", text="utterance", label="intent")
    learnt, asked = _split(bitext)
    # All that is not drawn is asked, as in the trial's description; tuning keeps to a half.
    yield [
        _bitext(learnt if tuning else bitext, asked if tuning else bitext, chat, draw)
        for draw in range(DRAWS)
    ]


def _bitext(learnt: Examples, asked: Examples, chat: Examples, draw: int) -> Trial:
    wordings = _by_label(learnt, draw)
    known = {text for texts in wordings.values() for text in texts}
    rest = [(text, label) for text, label in asked if text not in known]
    targets = {"top1": 0.93, "auroc": 0.995, "calibration_error": 0.03}
    return Trial("Bitext, five wordings, chit-chat", wordings, _questions(rest, chat), targets)


def _split(examples: Examples) -> tuple[Examples, Examples]:
    """Return four fifths, and every fifth."""
    return (
        [each for at, each in enumerate(examples) if at % 5],
        [each for at, each in enumerate(examples) if not at % 5],
    )


def _by_label(examples: Examples, draw: int | None = None) -> dict[str, list[str]]:
    """Return the different texts of each label, or a few of them, drawn by a seed."""
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    for text, label in examples:
        texts[label][text] = None
    if draw is None:
        return {label: list(texts[label]) for label in sorted(texts)}
    random = np.random.default_rng(draw)
    return {
        label: [list(texts[label])[at] for at in random.permutation(len(texts[label]))[:FEW]]
        for label in sorted(texts)
    }


def _questions(known: Examples, strange: Examples | Sequence[tuple[str, str]]) -> list[Asked]:
    asked = [Asked(text, label, "en") for text, label in known]
    return asked + [Asked(text, None, "en") for text, _ in strange]


def _chit_chat(data: Path) -> list[str]:
    lines = read_text(data / "chitchat/en-us.qna.gz").splitlines()
    return list(dict.fromkeys(line[2:].strip() for line in lines if line.startswith("- ")))


if __name__ == "__main__":
    sys.exit(main())
