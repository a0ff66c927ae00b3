"""The words of a pack: each spelt in the encoder's tokens, the common ones by a token of their own."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from concierge.language.lexicon import Spelt, build_lexicon
from model_export.languages.dictionary import Entry
from model_export.languages.script import Script

# Longer headwords are proverbs and names of institutions, which nobody looks for by the letter.
LONGEST = 8
# A spelling this long still is a word among words: with eight, sentences become lists of remarks.
MOST_TOKENS = 4
MEANINGS_TRIED = 3
MEANINGS_AVERAGED = 4
# A word that was seen once tells more of its sentence than of itself.
LEAST_SEEN = 2
# How much a rare token of a meaning counts at most against a common one.
HEAVIEST = 8.0

_PARTICLE = re.compile(r"(to be|to|an?|the) ", re.IGNORECASE)
_TONE = re.compile(r"\d")

Spelling = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """How each word is spelt in the encoder's own tokens, and its first meanings in tokens."""

    spellings: Mapping[str, Spelling]
    meanings: Mapping[str, tuple[Spelling, ...]]


def spell(entries: Iterable[Entry], script: Script, tokenizer: Tokenizer) -> Words:
    """Spell every word that has a letter of the script by the shortest of its first meanings.

    A word without a meaning, such as a surname, is spelt as it is read.
    """
    meanings: dict[str, dict[str, None]] = defaultdict(dict)
    readings: dict[str, str] = {}
    # Readings are sorted by sound; the one with most meanings is the one that is used most.
    for entry in sorted(entries, key=lambda entry: -len(entry.meanings)):
        word = script.fold(entry.headword)
        if len(word) <= LONGEST and script.has_letters(word):
            meanings[word] |= dict.fromkeys(map(_without_particle, entry.meanings))
            readings.setdefault(word, _TONE.sub("", entry.reading))
    texts = {word: [*tried] or [readings[word]] for word, tried in meanings.items()}
    flat = list(dict.fromkeys(text for tried in texts.values() for text in tried))
    encoded = tokenizer.encode_batch(flat, add_special_tokens=False)
    ids = {text: tuple(encoding.ids) for text, encoding in zip(flat, encoded, strict=True)}
    kept = {
        word: tuple(ids[text] for text in tried[:MEANINGS_AVERAGED] if ids[text])
        for word, tried in texts.items()
    }
    kept = {word: tried for word, tried in kept.items() if tried}
    return Words({word: _shortest(tried) for word, tried in kept.items()}, kept)


def common_words(
    words: Words, script: Script, texts: Iterable[str], least: int = LEAST_SEEN
) -> list[str]:
    """Return the words that texts have at least so often, which get a token of their own."""
    names = sorted(words.spellings)
    numbered = {word: (number,) for number, word in enumerate(names)}
    lexicon = build_lexicon(numbered, script.letters, script.folds)
    seen: Counter[str] = Counter()
    for text in texts:
        found = lexicon.split(text)
        seen.update(names[part.ids[0]] for part in found if isinstance(part, Spelt))
    return sorted(word for word, count in seen.items() if count >= least)


def starting_vectors(
    common: Sequence[str],
    words: Words,
    table: NDArray[np.float32],
    texts: Sequence[Sequence[int]],
) -> NDArray[np.float32]:
    """Return float32 [words, width]: the mean of the tokens of each word's meanings.

    Earlier meanings and rarer tokens weigh more; how rare is told by the token ids of `texts`.
    """
    holding = Counter(number for text in texts for number in set(text))
    vectors = np.zeros((len(common), table.shape[1]), np.float32)
    for row, word in enumerate(common):
        whole = 0.0
        for place, meaning in enumerate(words.meanings[word]):
            for number in meaning:
                rarity = math.log((len(texts) + 1) / (1 + holding[number]))
                weight = min(HEAVIEST, max(rarity, 0.1)) / (1 + place) / len(meaning)
                vectors[row] += np.float32(weight) * table[number]
                whole += weight
        vectors[row] /= np.float32(whole)
    return vectors


def _shortest(tried: Sequence[Spelling]) -> Spelling:
    """Return the first of a few meanings that is short enough, or the beginning of the shortest."""
    few = tried[:MEANINGS_TRIED]
    fitting = next((each for each in few if len(each) <= MOST_TOKENS), None)
    return fitting or min(few, key=len)[:MOST_TOKENS]


def _without_particle(meaning: str) -> str:
    return _PARTICLE.sub("", meaning, count=1) if _PARTICLE.match(meaning) else meaning
