"""A sentence as what it claims: numbers, moments, addresses, negations, opposites and words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from concierge.answering.grounding import numerals
from concierge.answering.grounding.moments import MOMENT, moment_key
from concierge.answering.grounding.opposites import OPPOSITES
from concierge.answering.grounding.words import ALIKE, HARMLESS_ENGLISH
from concierge.language.stemming import stem
from concierge.language.tokens import CJK, fold

Kind = Literal[
    "number", "moment", "address", "cue", "polar", "word", "name", "han", "filler", "stop"
]
_PLAIN: dict[str, Kind] = {"han": "han", "cue": "cue", "stop": "stop"}
UNCLAIMED = frozenset({"cue", "filler", "stop", "polar"})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence; `family` is what it may be taken for, `key` which of these it is."""

    kind: Kind
    key: str
    text: str
    start: int
    family: str = ""

    @property
    def is_content(self) -> bool:
        """Tell whether it says something that a negation can turn round."""
        return self.kind not in UNCLAIMED


_ADDRESS = (
    r"https?://[^\s，。；、）)\]]+|www\.[^\s，。；、）)\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.])(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/[^\s，。；、）)\]]*)?(?![A-Za-z0-9_])"
    r"|\+\d[\d ()/-]{5,}\d|(?<!\d)0\d{2,4}[ /-]\d{3,}(?:[ -]?\d{2,})*"
    r"|(?<!\d)\d{3,4}-\d{3,4}(?:-\d{3,4})?(?!\d)|(?<!\d)\d{10,}(?!\d)"
)
_CUE = (
    r"(?i:\b(?:not|no|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|hardly|rarely"
    r"|seldom|unable)\b|(?<=[a-z])n[’']t\b)"
    r"|不(?![足同仅但管久过论断良妨])|没有?|无(?![论线])|未(?!来)|别(?=[把在用让忘再去])|[勿莫]"
    rf"|非(?=[{CJK}])|切勿|绝不"
)
# Words with a sign of negation in them that deny nothing.
_NO_CUE = "非常|特别|分别|别的|别人|个别|级别|类别|性别|无论|不过|不仅|不但|不管|除非|差不多|不久|不断|未来|不妨|不论|不同"
_STOP = r"[,;:.!?，；：。！？、…\n]|\s[-–—]\s|——"
_SPAN = "days?|weeks?|months?|years?|hours?|minutes?"
_POLAR = "|".join(
    f"(?P<polar_{family}_{side}>(?i:{pattern}))"
    for family, sides in OPPOSITES.items()
    for pattern, side in sides
)
_UNIT = f"(?i:{numerals.UNIT})(?![A-Za-z])"
_PATTERN = re.compile(
    "|".join(
        (
            rf"(?P<address>{_ADDRESS})",
            f"(?P<moment>{MOMENT})",
            (
                rf"(?P<ordinal>第\s*(?:\d+|[{numerals.HAN}]{{1,12}})|\b\d+(?:st|nd|rd|th)\b"
                rf"|(?i:\b(?:{'|'.join(numerals.ORDINALS)})\b))"
            ),
            rf"(?P<percent>百分之(?:\d+(?:\.\d+)?|[{numerals.HAN}]{{1,12}}))",
            (
                rf"(?P<digits>(?:(?P<money>{numerals.CURRENCY})\s*)?(?P<figure>{numerals.DIGITS})"
                rf"(?:\s*-?\s*(?P<unit>{_UNIT}))?)"
            ),
            _POLAR,
            (
                rf"(?P<written>(?i:\b(?P<english>{numerals.ENGLISH})\b)"
                rf"(?:[\s-]+(?P<englishunit>{_UNIT}))?)"
            ),
            (
                rf"(?P<article>(?i:\b(?:an?|per|each|every)\s+(?P<span>{_SPAN})\b)"
                r"|每(?P<hanspan>天|周|个?月|年|小时)(?!\d))"
            ),
            rf"(?P<han_number>(?P<han_figure>[{numerals.HAN}]{{1,12}})\s*(?P<han_unit>{numerals.UNIT}))",
            f"(?P<no_cue>{_NO_CUE})",
            f"(?P<cue>{_CUE})",
            rf"(?P<latin>[^\W_{CJK}]+?(?=n[’']t\b)|[^\W_{CJK}]+(?:[-'’][^\W_{CJK}]+)*)",
            f"(?P<han>[{CJK}])",
            f"(?P<stop>{_STOP})",
        )
    )
)
_RANGE = re.compile(r"\s*(?:to|and|or|-|–|—|~|～|至|到|和|或)\s*", re.IGNORECASE)
# What stands before a lone `one` or `一` that counts, and is no pronoun or article.
_COUNTING = re.compile(
    r"(?:only|just|exactly|most|least|than|up to|to)\s*$|[仅只多少过每用]\s*$", re.IGNORECASE
)
_DATES = ("date", "month")


# Reading a sentence takes half a millisecond, and the same passages come again and again.
@lru_cache(maxsize=2_048)
def tokens(sentence: str, *, is_source: bool = False) -> tuple[Token, ...]:
    """Return the tokens of a sentence in order; Chinese outside of numbers comes as characters.

    A source keeps each number; from what it has to support, articles such as 一个 are left out.
    """
    text = unicodedata.normalize("NFKC", sentence)
    for pattern, said in ALIKE:
        text = pattern.sub(said, text)
    found = list(_read(text))
    found = _shared_units(text, found)
    if is_source:
        return tuple(found)
    return tuple(_as_article(text, token) for token in found)


def _read(text: str) -> Iterator[Token]:
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or ""
        yield _token(kind, match, is_first=not text[: match.start()].strip(" \"'“‘「"))


def _token(  # noqa: PLR0911  # one for each kind
    kind: str, match: re.Match[str], *, is_first: bool
) -> Token:
    text, start = match[0], match.start()
    if match["address"]:
        return Token("address", text.lower().rstrip(".,"), text, start, "address")
    if match["moment"]:
        key = moment_key(match)
        family = key.partition(":")[0]
        return Token("moment", key, text, start, "date" if family in _DATES else family)
    if match["latin"]:
        return _latin(text, start, is_first=is_first)
    for plain in ("han", "cue", "stop"):
        if match[plain]:
            return Token(_PLAIN[plain], text if plain == "han" else "", text, start)
    if match["no_cue"]:
        return Token("filler", "", text, start)
    if kind.startswith("polar_"):
        _, family, side = kind.split("_")
        return Token("polar", side, text, start, family)
    return _number(match)


def _number(match: re.Match[str]) -> Token:
    text, start = match[0], match.start()
    if match["ordinal"]:
        return Token("number", _ordinal(text), text, start, "number ordinal")
    if match["percent"]:
        figure = text.removeprefix("百分之")
        value = numerals.of_digits(figure) if figure[0].isascii() else numerals.of_han(figure)
        return _quantity(value, "%", text, start)
    if match["digits"]:
        unit = match["money"] or match["unit"] or ""
        value = numerals.of_digits(match["figure"])
        return _quantity(value, numerals.unit_of(unit), text, start)
    if match["written"]:
        unit = numerals.unit_of(match["englishunit"] or "")
        return _quantity(numerals.of_english(match["english"]), unit, text, start)
    if match["article"]:
        unit = numerals.unit_of(match["span"] or match["hanspan"])
        return _quantity("1", unit or "month", text, start)
    value = numerals.of_han(match["han_figure"])
    return _quantity(value, numerals.unit_of(match["han_unit"]), text, start)


def _quantity(value: str, unit: str, text: str, start: int) -> Token:
    return Token("number", f"{value} {unit}".strip(), text, start, f"number {unit}")


def _ordinal(text: str) -> str:
    word = text.lower()
    if word in numerals.ORDINALS:
        return f"#{numerals.ORDINALS[word]}"
    digits = re.search(r"\d+", text)
    return f"#{digits[0] if digits else numerals.of_han(text.removeprefix('第').strip())}"


def _latin(text: str, start: int, *, is_first: bool) -> Token:
    key = stem(fold(text).replace("’", "'"))
    if fold(text) in HARMLESS_ENGLISH or key in HARMLESS_ENGLISH or len(text) == 1:
        return Token("filler", key, text, start)
    # The first word of a sentence has a capital whatever it is.
    is_name = any(letter.isupper() for letter in (text[1:] if is_first else text))
    return Token("name" if is_name else "word", key, text, start, "name" if is_name else "")


def _shared_units(text: str, found: list[Token]) -> list[Token]:
    """Give each number of `2 to 4 days` and `€20 to 500` the unit of the other."""
    for place in range(len(found) - 1, 0, -1):
        left, right = found[place - 1], found[place]
        one, other = _neighbours(text, found, place)
        if one is not None and other is not None:
            left, right = found[one], found[other]
            if left.family == "number " and right.family.startswith("number "):
                found[one] = replace(
                    left, key=f"{left.key}{right.family[6:]}".strip(), family=right.family
                )
            elif right.family == "number " and left.family in {
                "number €",
                "number $",
                "number £",
                "number ¥",
            }:
                found[other] = replace(
                    right, key=f"{right.key}{left.family[6:]}", family=left.family
                )
    return found


def _neighbours(text: str, found: list[Token], place: int) -> tuple[int | None, int | None]:
    """Return the places of the number at `place` and the one before it that it is joined to."""
    if found[place].kind != "number" or "ordinal" in found[place].family:
        return None, None
    for before in range(place - 1, max(place - 3, -1), -1):
        left = found[before]
        if left.kind == "number" and "ordinal" not in left.family:
            between = text[left.start + len(left.text) : found[place].start]
            return (before, place) if _RANGE.fullmatch(between) else (None, None)
    return None, None


def _as_article(text: str, token: Token) -> Token:
    """Return a lone `one`, `一个` or a leading `first` as the filler that it is there."""
    written = token.text.lower()
    lone = token.key == "1" and (written == "one" or written.startswith("一"))
    leading = written == "first"
    if lone and not _COUNTING.search(text[: token.start]):
        return replace(token, kind="filler", family="")
    if leading and (
        not text[: token.start].strip() or text[token.start + 5 : token.start + 6] == ","
    ):
        return replace(token, kind="filler", family="")
    return token
