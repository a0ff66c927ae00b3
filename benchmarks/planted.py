"""Sentences of the sample shop with something planted in them that their passage does not say."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from concierge.answering.grounding.sentences import sentences

ROOT = Path(__file__).resolve().parents[1]
FILES = {"en": "questions-english.jsonl", "zh": "questions-chinese.jsonl"}

INSERTED: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "number": (
            " for 17 more days",
            " for an extra €37",
            " in 97 % of cases",
            " plus thirteen dollars",
            " up to 63 kg",
            " within a fortnight of 11 weeks",
            " by 8:45",
        ),
        "name": (
            " in Canada",
            " via DHL",
            " at Harrods",
            " with Klarna",
            " according to Mr Miller",
            " under ISO rules",
            " from Mexico",
        ),
        "date": (
            " on 13 May",
            " until Easter Tuesday",
            " from 2 August 2027",
            " on Thursday",
            " in February",
            " by tomorrow",
            " before 2027-03-04",
        ),
    },
    "zh": {
        "number": (
            "，另外需要 17 天",
            "，还要 €37",
            "，占百分之九十七",
            "，最多六十三公斤",
            "，再加十三美元",
            "，共 11 周",
        ),
        "name": (
            "，包括加拿大",
            "，通过顺丰",
            "，由京东提供",
            "，使用 Klarna",
            "，联系王小明",
            "，寄往墨西哥",
        ),
        "date": (
            "，5 月 13 日",
            "，星期二",
            "，2027 年 8 月 2 日",
            "，到国庆节",
            "，二月份",
            "，明天",
        ),
    },
}
NAMES = {
    "en": ("Canada", "Brazil", "Klarna", "Maestro", "Iceland", "Bitcoin"),
    "zh": ("加拿大", "巴西", "冰岛", "京东", "Klarna", "Bitcoin"),
}
_NAME = {
    "en": re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z][A-Za-z]{2,}"),
    "zh": re.compile(
        r"瑞士|挪威|英国|德国|荷兰|比利时|卢森堡|欧盟|支付宝|微信支付|PayPal|Visa|iDEAL|PFAS|PDF"
    ),
}
_DIGITS = re.compile(r"(?<![\d.,:])\d+(?![\d.,:]*\d)")
_MONTH = re.compile(r"(?:January|November|December|October)|(?<=\d )月|\d{1,2}(?= 月)")
_DAY = re.compile(r"Monday|Friday|Saturday|周[一五六]")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_DENYING = {
    "en": (
        (r"\b(is|are|can|may|will|was|were|must|has|do|does) ", r"\1 not "),
        (
            r"\b(You|We|they|Guests|Orders|Items) (?!can|may|will|must|are|is|do|cannot|still|then|also)([a-z]+) ",
            r"\1 never \2 ",
        ),
        (
            r"^(Press|Choose|Open|Wash|Enter|Write|Tell|Send|Pack|Put|Try|Look|Go|Keep|Use) ",
            r"Do not \1 ",
        ),
        (r"\bfree\b", "not free"),
    ),
    "zh": (
        (r"(?<!不)(可以|需要|会|能|接受|支持|包含|收取)", r"不\1"),
        (r"(请)(?!勿)", r"\1勿"),
        (r"(?<!没)有(?=[\u4e00-\u9fff]{2})", "没有"),
        (r"(?<!不)免费", "不免费"),
        (r"(?<!未)(使用|开封)", r"未\1"),
    ),
}
_AFFIRMING = {
    "en": (
        (r"\bcannot\b", "can"),
        (r"\b(do|does|is|are|was|has|have) not\b", r"\1"),
        (r"\bnever\b", ""),
        (r"\bno\b", "a"),
        (r"\bwithout\b", "with"),
        (r"\bNever put\b", "Put"),
    ),
    "zh": (
        (r"不能", "能"),
        (r"不(?=[\u4e00-\u9fff])(?![足同仅但过])", ""),
        (r"没有", "有"),
        (r"切勿", ""),
        (r"未(?=[\u4e00-\u9fff])", ""),
        (r"无(?!论)(?=[\u4e00-\u9fff])", "有"),
    ),
}
_OPPOSITES = {
    "en": (
        ("before", "after"),
        ("after", "before"),
        ("free", "paid"),
        ("or more", "or less"),
        ("at least", "at most"),
        ("up to", "at least"),
        ("All ", "Some "),
        ("Only", "Not only"),
        ("larger", "smaller"),
        ("over", "under"),
        ("unused", "used"),
        ("accept", "refuse"),
        ("within", "only after"),
    ),
    "zh": (
        ("前", "后"),
        ("后", "前"),
        ("免费", "收费"),
        ("最多", "至少"),
        ("至少", "最多"),
        ("满", "不满"),
        ("全部", "部分"),
        ("超过", "不超过"),
        ("包含", "不包含"),
        ("境内", "境外"),
        ("接受", "拒绝"),
        ("提前", "推迟"),
    ),
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A text that must not be said: the family of what was planted, the passage and the text."""

    family: str
    language: str
    entry_id: str
    passage: str
    text: str


def answers() -> Iterator[tuple[str, str, str]]:
    """Yield language, id and stored answer of each entry of the sample shop."""
    for language, name in FILES.items():
        path = ROOT / "samples" / "knowledge" / name
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            yield language, entry["entry_id"], entry["answer"]


def questions() -> dict[str, str]:
    """Return the question of each entry of the sample shop by its id."""
    paths = [ROOT / "samples" / "knowledge" / name for name in FILES.values()]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return {entry["entry_id"]: entry["question"] for entry in map(json.loads, lines)}


def cited(text: str) -> str:
    """Return a text with a mark after each of its sentences, as a generator would write it."""
    return " ".join(f"{sentence.text} [1]" for sentence in sentences(text))


def planted_cases(seed: int) -> Iterator[Planted]:
    """Yield for each sentence of each entry one case of each family that it has a place for."""
    draw = random.Random(seed)  # noqa: S311  # nothing secret
    for language, entry_id, passage in answers():
        for sentence in sentences(passage):
            for family, variants in _variants(sentence.text, language, passage, draw).items():
                wrong = [text for text in variants if text not in {sentence.text, passage}]
                if wrong:
                    text = draw.choice(wrong)
                    whole = passage.replace(sentence.text, text, 1)
                    yield Planted(family, language, entry_id, passage, cited(whole))


def _variants(
    text: str, language: str, passage: str, draw: random.Random
) -> dict[str, Sequence[str]]:
    inserted = INSERTED[language]
    return {
        "number": [
            *_other_numbers(text, passage, draw),
            _with(text, draw.choice(inserted["number"])),
        ],
        "name": [
            *(
                text.replace(name, draw.choice(NAMES[language]), 1)
                for name in _NAME[language].findall(text)
            ),
            _with(text, draw.choice(inserted["name"])),
        ],
        "date": [*_other_moments(text, draw), _with(text, draw.choice(inserted["date"]))],
        "negation": [
            *_rewritten(text, _DENYING[language]),
            *_rewritten(text, _AFFIRMING[language]),
        ],
        "opposite": [
            text.replace(one, other, 1) for one, other in _OPPOSITES[language] if one in text
        ],
        "swapped number": list(_swapped(text, passage)),
    }


def _with(text: str, planted: str) -> str:
    return f"{text[:-1]}{planted}{text[-1]}" if text[-1] in ".。;；!！:" else text + planted


def _other_numbers(text: str, passage: str, draw: random.Random) -> Iterator[str]:
    for match in _DIGITS.finditer(text):
        number = draw.choice([n for n in range(2, 99) if str(n) not in passage])
        yield text[: match.start()] + str(number) + text[match.end() :]


def _other_moments(text: str, draw: random.Random) -> Iterator[str]:
    for match in _DAY.finditer(text):
        yield (
            text[: match.start()]
            + ("周三" if match[0].startswith("周") else "Wednesday")
            + text[match.end() :]
        )
    for match in _TIME.finditer(text):
        yield f"{text[: match.start()]}{draw.randrange(1, 7)}:30{text[match.end() :]}"
    for match in _MONTH.finditer(text):
        if match[0] != "月":
            yield (
                text[: match.start()]
                + ("7" if match[0].isdigit() else "July")
                + text[match.end() :]
            )


def _rewritten(text: str, rules: Sequence[tuple[str, str]]) -> Iterator[str]:
    for pattern, replacement in rules:
        for match in re.finditer(pattern, text):
            yield text[: match.start()] + match.expand(replacement) + text[match.end() :]


def _swapped(text: str, passage: str) -> Iterator[str]:
    """Yield the text with a number that stands elsewhere in its passage beside the same unit."""
    pattern = re.compile(
        r"€\d+(?:\.\d+)?|\d+(?= (?:working days|days|months|years|个工作日|天|年|个月))"
    )
    for match in pattern.finditer(text):
        unit = passage[passage.find(match[0]) + len(match[0]) :][:6]
        for other in dict.fromkeys(pattern.findall(passage)):
            follows = passage[passage.find(other) + len(other) :][:6]
            same = other[0] == match[0][0] == "€" or (
                other[0] != "€" != match[0][0] and other and follows[:4] == unit[:4]
            )
            if same and other != match[0] and other not in text:
                yield text[: match.start()] + other + text[match.end() :]
