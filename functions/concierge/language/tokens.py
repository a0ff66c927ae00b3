"""Lexical tokens: words for scripts with spaces, characters and bigrams for Chinese."""

import re
import unicodedata
from collections.abc import Iterator

# Han with its extensions, the kana and Hangul: scripts whose words no space divides for search.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_RUNS = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:['’.][^\W_{CJK}]+)*")
_CJK_RUN = re.compile(rf"[{CJK}]")


def fold(text: str) -> str:
    """Return text with width, case and accents folded: `Ｃafé` and `cafe` become equal."""
    if text.isascii():
        return text.lower()
    # Letters such as İ fold to a letter with a mark, and compatible forms fold to capitals.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", bare)


def lexical_tokens(text: str) -> Iterator[str]:
    """Yield the tokens of a text, repeats included, in order."""
    for run in _RUNS.findall(fold(text)):
        if _CJK_RUN.match(run):
            yield from _characters_and_bigrams(run)
        else:
            yield stem(run.replace("’", "'"))


def stem(word: str) -> str:
    """Return an English word without its plural ending (the S stemmer, Harman 1991)."""
    if word.endswith("'s"):
        return word[:-2]
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-2] if word.endswith(("shes", "ches", "xes", "sses", "zes")) else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss", "is")):
        return word[:-1]
    return word


def _characters_and_bigrams(run: str) -> Iterator[str]:
    yield from run
    for position in range(len(run) - 1):
        yield run[position : position + 2]
