"""Short texts that consist of known phrases and nothing else."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

LONGEST = 120
# A customer may write traditional characters; phrases are kept in simplified ones.
_SIMPLIFIED = str.maketrans(
    "轉見聯絡機員謝沒問題結關閉話請麼們這樣還訂單貨換聽說講會嗎幫誰時經個來為",
    "转见联络机员谢没问题结关闭话请么们这样还订单货换听说讲会吗帮谁时经个来为",
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'"})
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:'[^\W_\u3400-\u9fff]+)*")
_STRETCHED = re.compile(r"(.)\1{2,}")


def normal(text: str) -> str:
    """Return a text in lower case, one width and simplified characters, its spaces single."""
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    return " ".join(plain.translate(_SIMPLIFIED).split())


def words_of(text: str) -> list[str]:
    """Return the words of a normal text, each Chinese character one of its own."""
    return _WORD.findall(_STRETCHED.sub(r"\1", text))


class Phrases:
    """Phrases, each of a kind."""

    def __init__(self, kinds: Mapping[str, Iterable[str]]) -> None:
        self._kinds = {
            tuple(words_of(normal(phrase))): kind
            for kind, phrases in kinds.items()
            for phrase in phrases
        }
        self._longest = max(map(len, self._kinds))

    def covering(self, text: str) -> list[str]:
        """Return the kinds of the phrases that make up a text; none where a word is left over."""
        if len(text) > LONGEST:
            return []
        words = words_of(normal(text))
        found: list[str] = []
        place = 0
        while place < len(words):
            length = min(self._longest, len(words) - place)
            while length and tuple(words[place : place + length]) not in self._kinds:
                length -= 1
            if not length:
                return []
            found.append(self._kinds[tuple(words[place : place + length])])
            place += length
        return found


def lines(text: str) -> list[str]:
    """Return the phrases of a table, divided by bars."""
    return [phrase.strip() for phrase in text.replace("\n", "|").split("|") if phrase.strip()]
