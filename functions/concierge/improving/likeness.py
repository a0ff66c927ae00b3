"""How alike questions are: by meaning in the languages that the encoder reads, else by words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import TextEncoder, TextKind
from concierge.language.tokens import lexical_tokens

Floats = NDArray[np.float32]

# How alike questions have to be on average to ask the same, by meaning and by words. At 0.55, of
# clustered questions of CLINC150 and banking77 0.86 and 0.69 are among their like, and 0.55 and
# 0.59 of all are found; at 0.65, 0.94 and 0.80, but 0.38 and 0.48 (`make bench-learning`).
MEANING, WORDS = 0.55, 0.55


@dataclass(frozen=True, slots=True)
class Asked:
    """The text of a question, and its language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class Comparable:
    """What can be compared: the likeness of two is the product of their rows, of length one.

    `places` are those in what was asked, `vectors` float32 [places, dimensions], and `least` how
    alike two have to be. `model` is the sha256 of what made them, empty where words did.
    """

    places: list[int]
    vectors: Floats
    least: float
    model: str = ""


class EncodedOnce:
    """A TextEncoder that keeps every vector: a run compares the same questions several times."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._kept: dict[tuple[str, TextKind], Floats] = {}
        self.model = encoder.model
        self.dimensions = encoder.dimensions
        self.languages = encoder.languages

    def encode(self, texts: Sequence[str], kind: TextKind = "passage") -> Floats:
        """Return a row for each text, encoding only those that are new."""
        new = [text for text in dict.fromkeys(texts) if (text, kind) not in self._kept]
        if new:
            rows = self._encoder.encode(new, kind)
            self._kept.update(zip(((text, kind) for text in new), rows, strict=True))
        return np.stack([self._kept[text, kind] for text in texts])

    def knows(self, word: str) -> bool:
        """Tell whether a word is a common one."""
        return self._encoder.knows(word)


def compared(asked: Sequence[Asked], encoder: TextEncoder | None) -> list[Comparable]:
    """Return what can be compared by meaning, whatever its language, and what by words alone.

    Between languages a cosine counts as it is: in the sample shop, wordings of one entry are as
    near to those of its translation (0.45) as to each other (0.44).
    """
    known = encoder.languages if encoder else {}
    read = [place for place, each in enumerate(asked) if each.language in known]
    others = [place for place, each in enumerate(asked) if each.language not in known]
    groups = []
    if encoder and read:
        vectors = encoder.encode([asked[place].text for place in read], "query")
        groups.append(Comparable(read, vectors, MEANING, encoder.model.sha256))
    if others:
        groups.append(Comparable(others, _by_words([asked[place] for place in others]), WORDS))
    return groups


def _by_words(asked: Sequence[Asked]) -> Floats:
    words = [sorted(set(lexical_tokens(each.text))) for each in asked]
    column = {word: at for at, word in enumerate(sorted({w for each in words for w in each}))}
    rows = np.zeros((len(asked), max(1, len(column))), np.float32)
    for row, each in enumerate(words):
        rows[row, [column[word] for word in each]] = 1 / max(1, len(each)) ** 0.5
    return rows
