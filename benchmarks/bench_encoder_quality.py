"""Whether the int8 encoder is as good as the original: public tasks, both in one run.

`python -m benchmarks.bench_encoder_quality DATA` encodes CLINC150, banking77 and XQuAD with the
plain float32 graph and with the exported model, and prints each measure and how far they are apart.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.public_data import Vectors, auroc, nearest, pairs, read_csv, read_text
from concierge.language.encoder import OnnxEncoder, open_encoder
from model_export.judging.metrics import ndcg

ROOT = Path(__file__).resolve().parents[1]
MOST_APART = 0.005
# The default model learnt no Chinese: what it makes of it is shown and does not count.
UNKNOWN = "Chinese"

Measures = dict[str, float]


def measure(encoder: OnnxEncoder, data: Path) -> Measures:
    """Return all measures of one encoder."""
    return {**clinc(encoder, data), **banking(encoder, data), **xquad(encoder, data)}


def clinc(encoder: OnnxEncoder, data: Path) -> Measures:
    """Return how often CLINC150's nearest question has the intent, and how strangers stand out."""
    document: Mapping[str, Any] = json.loads(read_text(data / "clinc150" / "data_full.json.gz"))
    known = pairs(document["train"])
    vectors = encode(encoder, [text for text, _ in known])
    accuracy, similarity = _accuracy(encoder, vectors, known, pairs(document["test"]))
    strange = nearest(vectors, encode(encoder, [text for text, _ in document["oos_test"]]))[1]
    return {
        "CLINC150 accuracy": accuracy,
        "CLINC150 out of scope AUROC": auroc(similarity, strange),
    }


def banking(encoder: OnnxEncoder, data: Path) -> Measures:
    """Return how often banking77's nearest question has the intent."""
    known, asked = (read_csv(data / "banking77" / f"{part}.csv") for part in ("train", "test"))
    vectors = encode(encoder, [text for text, _ in known])
    return {"banking77 accuracy": _accuracy(encoder, vectors, known, asked)[0]}


def _accuracy(
    encoder: OnnxEncoder,
    vectors: Vectors,
    known: Sequence[tuple[str, str]],
    asked: Sequence[tuple[str, str]],
) -> tuple[float, Vectors]:
    """Return how often the nearest known text has the label, and each text's similarity to it."""
    places, similarity = nearest(vectors, encode(encoder, [text for text, _ in asked]))
    found = np.array([label for _, label in known])[places]
    return float((found == np.array([label for _, label in asked])).mean()), similarity


def xquad(encoder: OnnxEncoder, data: Path) -> Measures:
    """Return how XQuAD's questions find their paragraphs, in English, Chinese and across."""
    read = {language: paragraphs(data, language) for language in ("en", "zh")}
    encoded = {
        language: (
            encode(encoder, [question for question, _ in questions]),
            encoder.encode(contexts, "passage"),
        )
        for language, (contexts, questions) in read.items()
    }
    found = {}
    for name, asked, searched in (
        ("English", "en", "en"),
        ("Chinese", "zh", "zh"),
        ("Chinese to English", "zh", "en"),
    ):
        scores = encoded[asked][0] @ encoded[searched][1].T
        places = np.array([place for _, place in read[asked][1]])
        right = np.arange(scores.shape[1]) == places[:, None]
        found[f"XQuAD {name} nDCG@10"] = ndcg(scores, right)
        found[f"XQuAD {name} first"] = float((scores.argmax(axis=1) == places).mean())
    return found


def paragraphs(data: Path, language: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Return the paragraphs, and each question with the place of its paragraph."""
    document = json.loads(read_text(data / "xquad" / f"xquad.{language}.json.gz"))
    paragraphs = [each for article in document["data"] for each in article["paragraphs"]]
    questions = [
        (asked["question"], place)
        for place, paragraph in enumerate(paragraphs)
        for asked in paragraph["qas"]
    ]
    return [paragraph["context"] for paragraph in paragraphs], questions


def encode(encoder: OnnxEncoder, texts: Sequence[str]) -> Vectors:
    """Return the vectors of questions."""
    return encoder.encode(texts, "query")


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line a measure; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_encoder_quality")
    parser.add_argument("data", type=Path, help="folder with clinc150, banking77 and xquad")
    parser.add_argument("--model", type=Path, default=ROOT / ".build/model", metavar="DIR")
    parser.add_argument("--plain", type=Path, default=ROOT / ".build/float32", metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    options = parser.parse_args(argv)
    missing = [n for n in ("clinc150", "banking77", "xquad") if not (options.data / n).is_dir()]
    if missing:
        print(f"{options.data} has no folder {missing[0]}", file=sys.stderr)
        return 2
    before, after = (
        measure(open_encoder(folder, threads=2), options.data)
        for folder in (options.plain, options.model)
    )
    print(f"{'measure':32}{'float32':>10}{'int8':>10}{'apart':>10}")
    for name, value in before.items():
        apart = after[name] / value - 1
        verdict = "within 0.5 %" if abs(apart) <= MOST_APART else "FURTHER APART"
        verdict = "not known to the model" if UNKNOWN in name else verdict
        print(f"{name:32}{value:10.4f}{after[name]:10.4f}{apart:+10.2%}  {verdict}")
    if options.json:
        document = {name: {"float32": before[name], "int8": after[name]} for name in before}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
