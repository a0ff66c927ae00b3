"""Lexical tokens: words for scripts with spaces, characters and bigrams for Chinese."""

import re
import unicodedata
from collections.abc import Iterator

from concierge.language.stemming import stem

# Han with its extensions, the kana and Hangul: scripts whose words no space divides for search.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
WORD = rf"[^\W_{CJK}]+(?:['’.][^\W_{CJK}]+)*"
_RUNS = re.compile(rf"[{CJK}]+|{WORD}")
_CJK = re.compile(rf"[{CJK}]")
# Folded, 1½ would read as 11⁄2.
MIXED_NUMBER = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")


def fold(text: str) -> str:
    """Return text with width, case and accents folded: `Ｃafé` and `cafe` become equal."""
    if text.isascii():
        return text.lower()
    text = MIXED_NUMBER.sub(" ", text)
    # Letters such as İ fold to a letter with a mark, and compatible forms fold to capitals.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", bare)


def simplified(text: str) -> str:
    """Return text with traditional Chinese characters as the simplified ones they count as."""
    if not _CJK.search(text):
        return text
    # Imported here: shops without Chinese pay nothing for its characters.
    from concierge.language.traditional import TO_SIMPLIFIED

    return text.translate(TO_SIMPLIFIED)


def lexical_tokens(text: str) -> Iterator[str]:
    """Yield the tokens of a text, repeats included, in order."""
    plain = simplified(fold(text))
    if plain.isascii():
        # Most texts of most shops, in half the time.
        yield from map(stem, runs_of(plain))
        return
    for run in runs_of(plain):
        yield from tokens_of_run(run)


def runs_of(folded: str) -> list[str]:
    """Return the words of a folded text, and its stretches of Chinese."""
    return _RUNS.findall(folded)


def tokens_of_run(run: str) -> Iterator[str]:
    """Yield the tokens of one of `runs_of`."""
    if is_cjk(run):
        yield from _characters_and_bigrams(run)
    else:
        yield stem(run.replace("’", "'"))


def is_cjk(run: str) -> bool:
    """Tell whether a run is of a script without spaces."""
    return _CJK.match(run) is not None


def _characters_and_bigrams(run: str) -> Iterator[str]:
    yield from run
    for position in range(len(run) - 1):
        yield run[position : position + 2]
