"""What a question means that leans on the one before it: "and to Canada?", "那退款呢？".

Neither the words alone nor both questions together tell it: alone they say too little, and
together the earlier question wins. So each entry is weighed by both (their log odds, which are
what evidence adds up in), and the entry that was just given counts for less, since a customer who
asks on wants to know something else.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from concierge.answering.matching import Match

# Chosen on half of the dialogues in tests/dialogue/follow-ups.tsv; see docs/decisions.md.
SHARE_OF_ITSELF = 0.4
LESS_FOR_THE_SAME = 2.0
# An entry of which the new words alone say less than this has nothing to do with them.
FLOOR = 0.002
# So many entries are weighed: one far down by the new words may be the first by both questions.
WEIGHED = 50
# Few words seldom stand alone.
FEW_WORDS, FEW_CHARACTERS = 3, 6

_BEGINNING = re.compile(
    r"^(?:(?:and|but|or|so|also|then|ok|okay|what about|how about|what if|even|same for)\b[\s,]*)+",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:it|its|that|this|they|them|those|these|one|there)\b", re.IGNORECASE)
_BEGINNING_ZH = re.compile(r"^(?:那么|那|还有|然后|如果是|换成|如果|要是)+")
_END_ZH = re.compile(r"呢[？?。！!]*$")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up without the words that only lead over, and with the question before it."""

    core: str
    whole: str


def follow_up(text: str, language: str, before: str) -> FollowUp | None:
    """Return what a text may mean after another, or None where it stands alone."""
    if not before:
        return None
    core = _core(text, language)
    if not core or not _leans(text, core, language):
        return None
    return FollowUp(core, f"{before}{core}" if language == "zh" else f"{before} {core}")


def weighed(alone: Sequence[Match], together: Sequence[Match], given: int | None) -> list[Match]:
    """Return the matches of a follow-up, best first, each as sure as both questions make it.

    `alone` are those of its core and `together` those of the whole; `given` is the row of the
    entry that the question before was answered with.
    """
    by_itself = {match.row: match.confidence for match in alone}

    def evidence(match: Match) -> float:
        own = by_itself.get(match.row, 0.0)
        odds = SHARE_OF_ITSELF * _log_odds(own)
        odds += (1 - SHARE_OF_ITSELF) * _log_odds(match.confidence)
        return odds - (LESS_FOR_THE_SAME if match.row == given else 0.0)

    related = [match for match in together if by_itself.get(match.row, 0.0) >= FLOOR]
    return sorted(related, key=evidence, reverse=True)


def _core(text: str, language: str) -> str:
    if language == "zh":
        return _END_ZH.sub("", _BEGINNING_ZH.sub("", text)).strip()
    return _BEGINNING.sub("", text).strip()


def _leans(text: str, core: str, language: str) -> bool:
    if language == "zh":
        return core != text or len(_HAN.findall(text)) <= FEW_CHARACTERS
    few = len(text.split()) <= FEW_WORDS
    return core != text or few or _POINTING.search(text) is not None


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))
