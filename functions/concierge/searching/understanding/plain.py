"""A query as its patterns read it, with the way back to what was typed.

Width, case and accents are folded, spaces of any kind become one kind, and the traditional
characters of prices, colours and sizes become simplified ones.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from concierge.language.stemming import stem
from concierge.language.tokens import MIXED_NUMBER, fold

_TRADITIONAL = "紅藍綠黃銀棗塊歐現貨內於過萬兩碼號價錢預約間釐圓鎊個質顏黑駝軍鐵純卡"
_SIMPLIFIED = "红蓝绿黄银枣块欧现货内于过万两码号价钱预约间厘圆镑个质颜黑驼军铁纯卡"
_CHARACTERS = str.maketrans(_TRADITIONAL + "￥’‘″“”", _SIMPLIFIED + '¥\'\'"""')
_SPACE = re.compile(r"\s")
# Words that names and queries have or leave out: `Aldous & Son` and `aldous and son`.
JOINTS = frozenset({"and", "和", "与"})
_RUN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")


class Word(NamedTuple):
    """A word, or one Chinese character, with its place in the plain text."""

    text: str
    start: int
    end: int


class Plain:
    """A text in its plain form."""

    def __init__(self, query: str) -> None:
        self.query = query
        self._places: list[int] | None = None
        if query.isascii():
            self.text = _SPACE.sub(" ", query.lower())
            return
        letters: list[str] = []
        self._places = []
        apart = {found.start() for found in MIXED_NUMBER.finditer(query)}
        for place, letter in enumerate(query.translate(_CHARACTERS)):
            plain = " " if letter.isspace() else fold(letter)
            if place in apart:
                plain = f" {plain}"
            letters.append(plain)
            self._places.extend([place] * len(plain))
        self.text = "".join(letters).translate(_CHARACTERS)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the plain text is in the query."""
        if self._places is None:
            return start, end
        after = self._places[end] if end < len(self._places) else len(self.query)
        return self._places[start], max(after, self._places[end - 1] + 1)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order, without joints."""
        return tuple(word for word in words_of(self.text) if word.text not in JOINTS)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The same words without endings of a plural."""
        return tuple(stem(word.text) for word in self.words)


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a plain text; of scripts without spaces, the characters."""
    for found in _RUN.finditer(text):
        run, start = found[0], found.start()
        if run.isascii():
            yield Word(run, start, found.end())
            continue
        begin = 0
        for place, letter in enumerate(run):
            if is_ideograph(letter):
                if begin < place:
                    yield Word(run[begin:place], start + begin, start + place)
                yield Word(letter, start + place, start + place + 1)
                begin = place + 1
        if begin < len(run):
            yield Word(run[begin:], start + begin, found.end())


def is_ideograph(letter: str) -> bool:
    """Return whether a letter is of Chinese, of the kana or of Hangul."""
    # Comparing is done at once, where compiling a pattern of these takes 10 ms of every cold start.
    return (
        "\u3040" <= letter <= "\u30ff"
        or "\u3400" <= letter <= "\u9fff"
        or "\uac00" <= letter <= "\ud7af"
        or "\uf900" <= letter <= "\ufaff"
        or letter >= "\U00020000"
    )


def plain_text(text: str) -> str:
    """Return a text in its plain form, for who needs no way back."""
    return fold(text.translate(_CHARACTERS)) if not text.isascii() else text.lower()
