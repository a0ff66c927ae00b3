"""`python -m benchmarks.bench_extract DATA`: how well sentences of passages find and answer.

Asks the questions of XQuAD, English and Chinese, of its paragraphs as documents: how often the
right passage comes first when found by its whole text and by its sentences as well, and how often
what is extracted from the right passage holds the answer, in how much of its text.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.public_data import read_text
from concierge.answering.extracting import extract, extract_by_words
from concierge.language.encoder import OnnxEncoder, open_encoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import Floats, quantise
from concierge.shop.knowledge import Entry
from concierge.shop.sentences import Span, sentences

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the row of its passage, and where its answer stands."""

    question: str
    row: int
    span: Span


@dataclass(frozen=True, slots=True)
class Line:
    """One way, judged: `held` is how often the answer is within, `length` in which share of it."""

    language: str
    way: str
    passage_at_1: float | None = None
    held: float | None = None
    length: float | None = None
    ms: float | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="folder with xquad")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    encoder = open_encoder(options.model, threads=1)
    print("language  way                       passage@1  answer held  length     ms")
    lines = []
    for language in ("en", "zh"):
        entries, asked = _read(options.data, language)
        vectors = encoder.encode([each.question for each in asked], "query")
        for line in _judged(language, entries, asked, vectors, encoder):
            lines.append(line)
            print(_shown(line), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
    return 0


def _read(data: Path, language: str) -> tuple[list[Entry], list[Asked]]:
    """Return the paragraphs as passages, and the questions; entries are in the order of rows."""
    document = json.loads(read_text(data / "xquad" / f"xquad.{language}.json.gz"))
    entries: list[Entry] = []
    asked = []
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            text, row = paragraph["context"], len(entries)
            name = f"{row:04}"
            entries.append(Entry(name, name, text, language=language, end=len(text)))
            for each in paragraph["qas"]:
                answer = each["answers"][0]
                start = answer["answer_start"]
                asked.append(Asked(each["question"], row, (start, start + len(answer["text"]))))
    return entries, asked


def _judged(
    language: str,
    entries: Sequence[Entry],
    asked: Sequence[Asked],
    vectors: Floats,
    encoder: OnnxEncoder,
) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        knowledge = _indexed(Path(folder), entries, encoder)
        cosines = [_cosines(knowledge, vector) for vector in vectors]

        def first(way: str, score: Callable[[Floats], Floats]) -> Line:
            right = [score(cosines[n]).argmax() == each.row for n, each in enumerate(asked)]
            return Line(language, way, passage_at_1=float(np.mean(right)))

        def held(way: str, spans: Callable[[Asked, Floats], tuple[Span, ...]]) -> Line:
            started = time.perf_counter()
            chosen = [spans(each, vector) for each, vector in zip(asked, vectors, strict=True)]
            ms = 1e3 * (time.perf_counter() - started) / len(asked)
            pairs = list(zip(asked, chosen, strict=True))
            within = [_holds(those, each.span) for each, those in pairs]
            shares = [_length(those) / len(entries[each.row].answer) for each, those in pairs]
            return Line(
                language, way, held=float(np.mean(within)), length=float(np.mean(shares)), ms=ms
            )

        return [
            first("found by its whole text", knowledge.whole_of_each),
            first("found by best sentence", knowledge.best_of_each),
            first(
                "found by both",
                lambda units: knowledge.whole_of_each(units) + knowledge.best_of_each(units),
            ),
            held("the whole passage", lambda each, _: ((0, len(entries[each.row].answer)),)),
            held("its first sentence", lambda each, _: (sentences(entries[each.row].answer)[0],)),
            held(
                "extracted by words",
                lambda each, _: extract_by_words(entries[each.row], each.question).spans,
            ),
            held(
                "extracted, as served",
                lambda each, vector: extract(knowledge, each.row, each.question, vector).spans,
            ),
        ]


def _cosines(knowledge: KnowledgeSnapshot, vector: Floats) -> Floats:
    if knowledge.vectors is None:
        raise ValueError("the index was made without a model")
    return knowledge.vectors.similarities(vector)


def _indexed(folder: Path, entries: Sequence[Entry], encoder: OnnxEncoder) -> KnowledgeSnapshot:
    writer = KnowledgeWriter(folder, encoder.dimensions)
    for entry in entries:
        texts = unit_texts(entry)
        # Paragraphs of XQuAD have no headings, so that their names are not read.
        texts = (*texts[:-1], entry.answer)
        vectors, scales = quantise(encoder.encode(texts))
        writer.add(entry, vectors, scales, [bytes(16)] * len(texts))
    writer.finish(encoder.model)
    return KnowledgeSnapshot.open(folder)


def _holds(spans: Sequence[Span], wanted: Span) -> bool:
    return any(start <= wanted[0] and wanted[1] <= end for start, end in spans)


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def _shown(line: Line) -> str:
    figures = (line.passage_at_1, line.held, line.length, line.ms)
    widths = (9, 11, 6, 5)
    cells = [
        " " * width if figure is None else f"{figure:{width}.3f}"
        for figure, width in zip(figures, widths, strict=True)
    ]
    return f"{line.language:8}  {line.way:24}  {'  '.join(cells)}"


if __name__ == "__main__":
    sys.exit(main())
