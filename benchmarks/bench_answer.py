"""How well questions find their entries in the sample shop, and where answers should begin.

`python -m benchmarks.bench_answer` holds the last wording of each entry out, asks it, and asks
questions off every topic; it prints, for each language and mixture of parts, how often the right
entry comes first and how well right answers part from the rest.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concierge.answering import matching
from concierge.answering.matching import Match, Matching
from concierge.ingesting.probes import off_topic_vectors
from concierge.language.encoder import OnnxEncoder, open_encoder
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot, KnowledgeWriter, unit_texts
from concierge.retrieval.vectors import quantise
from concierge.shop.knowledge import Entry, EntryRemoval, parse_entry

ROOT = Path(__file__).resolve().parents[1]
# Wording, answer and words: each alone, in pairs, and as served (the last).
SHARES = (
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.5, 0.5, 0.0),
    (0.3, 0.6, 0.1),
    (0.4, 0.4, 0.2),
    (matching.WORDING, matching.ANSWER, matching.LEXICAL),
)
OFF_TOPIC = {
    "en": (
        "Who won the football match last night?",
        "What is the capital of Mongolia?",
        "Tell me a joke about penguins",
        "How tall is Mount Everest?",
        "Can you write a poem about autumn?",
        "What will the weather be like tomorrow?",
        "Are you a real person?",
        "Who is the president of France?",
        "What is the square root of 144?",
        "How do I bake sourdough bread?",
        "When did the Second World War end?",
        "Which film should I watch tonight?",
        "Do you dream?",
        "How do I learn to play the guitar?",
        "What is your favourite colour?",
        "Explain how black holes form",
        "My neighbour's dog keeps barking",
        "How many planets are there?",
        "Translate good morning into Spanish",
        "What should I name my cat?",
    ),
    "zh": (
        "昨晚的足球比赛谁赢了？",
        "蒙古的首都是哪里？",
        "给我讲个笑话",
        "珠穆朗玛峰有多高？",
        "你能写一首关于秋天的诗吗？",
        "明天天气怎么样？",
        "你是真人吗？",
        "法国总统是谁？",
        "一百四十四的平方根是多少？",
        "怎么做酸面包？",
        "第二次世界大战什么时候结束的？",
        "今晚看什么电影好？",
        "你会做梦吗？",
        "怎样学弹吉他？",
        "你最喜欢什么颜色？",
        "黑洞是怎么形成的？",
        "邻居家的狗一直叫",
        "太阳系有几颗行星？",
        "早上好用西班牙语怎么说？",
        "我的猫该叫什么名字？",
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A wording that the index has not seen, and the entry it belongs to."""

    text: str
    entry_id: str
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `auroc` parts right first places from off-topic questions.

    `searched` is the language of the entries: the question's own, or another.
    """

    language: str
    searched: str
    shares: tuple[float, float, float]
    held_out: int
    top1: float
    top3: float
    auroc: float
    answered: float
    precision: float
    false_answers: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, default=ROOT / ".build" / "model")
    parser.add_argument("--knowledge", type=Path, default=ROOT / "samples" / "knowledge")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    encoder = open_encoder(options.model, threads=2)
    known, held = _split(options.knowledge)
    with tempfile.TemporaryDirectory() as folder:
        knowledge = indexed(Path(folder), known, encoder)
        rows = [
            _measure(
                knowledge, known, encoder, shares, (language, searched), held, options.threshold
            )
            for language in OFF_TOPIC
            for searched in OFF_TOPIC
            if language == searched or {language, searched} <= encoder.languages.keys()
            for shares in (SHARES if language in encoder.languages else SHARES[-1:])
        ]
    _show(rows)
    if options.json:
        options.json.write_text(json.dumps([_as_record(row) for row in rows], indent=2))
    return 0


def _split(folder: Path) -> tuple[list[Entry], list[Held]]:
    known, held = [], []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = parse_entry(json.loads(line))
            if isinstance(entry, EntryRemoval):
                continue
            if entry.variants:
                held.append(Held(entry.variants[-1], entry.entry_id, entry.language))
            known.append(replace(entry, variants=entry.variants[:-1]))
    return known, held


def indexed(folder: Path, entries: Sequence[Entry], encoder: OnnxEncoder) -> KnowledgeSnapshot:
    """Return a snapshot of entries as an import makes it, the probes off every topic included."""
    writer = KnowledgeWriter(folder, encoder.dimensions, partial(off_topic_vectors, encoder))
    for entry in entries:
        texts = unit_texts(entry)
        vectors, scales = quantise(encoder.encode(texts))
        writer.add(entry, vectors, scales, [bytes(16)] * len(texts))
    writer.finish(encoder.model)
    return KnowledgeSnapshot.open(folder)


def _measure(
    knowledge: KnowledgeSnapshot,
    known: Sequence[Entry],
    encoder: OnnxEncoder,
    shares: tuple[float, float, float],
    languages: tuple[str, str],
    held: Sequence[Held],
    threshold: float,
) -> Row:
    language, searched = languages
    usable = np.array([entry.language == searched for entry in known], np.bool_)
    matching.WORDING, matching.ANSWER, matching.LEXICAL = shares
    across = language != searched
    fidelity = encoder.languages[language] * encoder.languages[searched] if across else 1.0

    def ask(text: str) -> list[Match]:
        return Matching(knowledge, encoder, text, language).best(usable, 3, fidelity)

    # An entry and its translation have the same name after the language.
    there = {_topic(entry.entry_id) for entry in known if entry.language == searched}
    asked = [
        (each, ask(each.text))
        for each in held
        if each.language == language and _topic(each.entry_id) in there
    ]
    firsts = [
        (matches[0], _topic(known[matches[0].row].entry_id) == _topic(each.entry_id))
        for each, matches in asked
    ]
    thirds = [
        any(_topic(known[match.row].entry_id) == _topic(each.entry_id) for match in matches)
        for each, matches in asked
    ]
    strangers = [ask(text)[0] for text in OFF_TOPIC[language]]
    right = [match.score for match, is_right in firsts if is_right]
    sure = [is_right for match, is_right in firsts if match.confidence >= threshold]
    return Row(
        language=language,
        searched=searched,
        shares=shares,
        held_out=len(asked),
        top1=float(np.mean([is_right for _, is_right in firsts])),
        top3=float(np.mean(thirds)),
        auroc=_auroc(np.array(right), np.array([match.score for match in strangers])),
        answered=len(sure) / len(asked),
        precision=float(np.mean(sure)) if sure else 0.0,
        false_answers=float(np.mean([match.confidence >= threshold for match in strangers])),
    )


def _topic(entry_id: str) -> str:
    return entry_id.partition("-")[2]


def _auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    above = (positive[:, None] > negative[None, :]).mean()
    return float(above + 0.5 * (positive[:, None] == negative[None, :]).mean())


def _show(rows: Sequence[Row]) -> None:
    print(
        "asked > found  wording+answer+words  held out  top-1  top-3  AUROC  answered  precision  off topic answered"
    )
    for row in rows:
        print(
            f"{row.language:>5} > {row.searched:5}  {_weights(row):>20}  {row.held_out:8}  {row.top1:5.2f}  {row.top3:5.2f}"
            f"  {row.auroc:5.3f}  {row.answered:8.2f}  {row.precision:9.2f}  {row.false_answers:.2f}"
        )


def _weights(row: Row) -> str:
    return " + ".join(f"{share:g}" for share in row.shares)


def _as_record(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in Row.__slots__}


if __name__ == "__main__":
    sys.exit(main())
