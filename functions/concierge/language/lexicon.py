"""Words of languages that were added to an encoder: how each is spelt in the encoder's own tokens.

A language pack (`python -m model_export language-pack`) brings a lexicon. Its common words have
vectors of their own; the others, a hundred thousand, are spelt with the tokens of their
translation. Words are kept as sorted 64-bit hashes in mapped arrays, so that nothing is parsed
when a function starts: the same words in `tokenizer.json` would take a quarter of a second.
"""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest
from concierge.errors import BrokenArtifact

FILE_NAME = "lexicon.safetensors"
ARRAYS = ("letters", "folds", "folded", "hashes", "ends", "ids")

Codes = NDArray[np.uint32]
# An odd factor keeps every bit of a hash; hashes grow by one character at a time, modulo 2^64.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_CAPITALS = (ord("A"), ord("Z"))
_TO_LOWER = ord("a") - ord("A")


@dataclass(frozen=True, slots=True)
class Spelt:
    """A word of the lexicon as found in a text: its token ids."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The words of all added languages.

    `letters` are the sorted codes of the characters that words are made of, and that the encoder
    did not know; a text without any of them is none of the lexicon's business. `folded` says what
    each of the sorted codes `folds` counts as: full-width and traditional forms.
    """

    letters: Codes
    folds: Codes
    folded: Codes
    hashes: NDArray[np.uint64]
    ends: NDArray[np.int32]
    ids: NDArray[np.uint16] | NDArray[np.int32]
    longest: int

    def covers(self, text: str) -> bool:
        """Tell whether a text has a letter of an added language."""
        return not text.isascii() and bool(_found(codes_of(text), self.letters).any())

    def split(self, text: str) -> Iterator[str | Spelt]:
        """Yield the words of a text, the longest at each place, and what lies between them."""
        composed = unicodedata.normalize("NFC", text)
        codes = _translated(codes_of(composed), self.folds, self.folded)
        plain = codes.tobytes().decode("utf-32-le")
        lengths, rows = self._longest_words(codes, plain) if plain else ([], [])
        place = begun = 0
        while place < len(plain):
            if not lengths[place]:
                place += 1
                continue
            if begun < place:
                yield plain[begun:place]
            yield self._spelling(rows[place])
            begun = place = place + lengths[place]
        if begun < place:
            yield plain[begun:place]

    def _spelling(self, row: int) -> Spelt:
        first = int(self.ends[row - 1]) if row else 0
        return Spelt(tuple(self.ids[first : int(self.ends[row])].tolist()))

    def _longest_words(self, codes: Codes, plain: str) -> tuple[list[int], list[int]]:
        """Return the length of the longest word that begins at each place (0: none), and its row."""
        count, lengths = len(codes), min(self.longest, len(codes))
        own = _found(codes, self.letters)
        letters = _padded(np.append(0, np.cumsum(own)), lengths)
        cut = _padded(_cuts(plain, own), lengths)
        lower = np.append(_lower(codes).astype(np.uint64), np.zeros(lengths, np.uint64))
        hashes = np.zeros((lengths, count), np.uint64)
        able = np.zeros((lengths, count), np.bool_)
        value = hashes[0]
        for index in range(lengths):
            value = value * _FACTOR + lower[index : index + count]
            hashes[index] = value
            # A word has a letter of its language, and does not cut a word of another in two.
            able[index] = letters[index + 1 : index + 1 + count] > letters[:count]
            able[index] &= ~(cut[:count] | cut[index + 1 : index + 1 + count])
        asked = hashes[able]
        places = np.searchsorted(self.hashes, asked).clip(max=len(self.hashes) - 1)
        able[able] = self.hashes[places] == asked
        rows = np.zeros((lengths, count), np.intp)
        rows[able] = places[self.hashes[places] == asked]
        longest = lengths - able[::-1].argmax(axis=0)
        longest[~able.any(axis=0)] = 0
        return longest.tolist(), rows[longest - 1, np.arange(count)].tolist()


def open_lexicon(folder: Path, manifest: Manifest) -> Lexicon | None:
    """Return the lexicon of a model: None for most, BrokenArtifact where it makes no sense."""
    stated: Mapping[str, Any] | None = manifest.details.get("lexicon")
    if stated is None and FILE_NAME not in manifest.files:
        return None
    if stated is None or FILE_NAME not in manifest.files:
        raise BrokenArtifact(f"manifest.json and {FILE_NAME} do not belong together")
    arrays = Arrays.open(folder, FILE_NAME)
    lexicon = Lexicon(**{name: arrays[name] for name in ARRAYS}, longest=int(stated["longest"]))
    _check(lexicon)
    return lexicon


def build_lexicon(
    words: Mapping[str, Sequence[int]], letters: Iterable[str], folds: Mapping[str, str]
) -> Lexicon:
    """Return the lexicon of words with their token ids.

    `letters` and both sides of `folds` are single characters; words are in folded form. Raises
    ValueError where two words have the same hash.
    """
    named = sorted((word_hash(word), word) for word in words)
    for (one, first), (other, second) in itertools.pairwise(named):
        if one == other:
            raise ValueError(f"the words {first!r} and {second!r} have the same hash")
    ordered = [words[word] for _, word in named]
    pairs = sorted(folds.items())
    return Lexicon(
        letters=codes_of("".join(sorted(set(letters)))),
        folds=codes_of("".join(one for one, _ in pairs)),
        folded=codes_of("".join(other for _, other in pairs)),
        hashes=np.array([value for value, _ in named], np.uint64),
        ends=np.cumsum([len(ids) for ids in ordered]).astype(np.int32),
        ids=np.array([number for ids in ordered for number in ids], np.int32),
        longest=max(map(len, words), default=0),
    )


def write_lexicon(folder: Path, lexicon: Lexicon) -> dict[str, int]:
    """Write the arrays of a lexicon; return what the manifest states of them."""
    writer = ArraysWriter(folder, FILE_NAME)
    small = int(lexicon.ids.max(initial=0)) <= np.iinfo(np.uint16).max
    for name in ARRAYS:
        array = getattr(lexicon, name)
        writer.put(name, array.astype(np.uint16) if name == "ids" and small else array)
    writer.finish()
    return {"words": len(lexicon.hashes), "longest": lexicon.longest}


def codes_of(text: str) -> Codes:
    """Return the code of each character, uint32 of shape [characters]; lone surrogates become U+FFFD."""
    encoded = text.encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(encoded, np.uint32)
    lone = (codes >= 0xD800) & (codes <= 0xDFFF)
    return np.where(lone, np.uint32(0xFFFD), codes) if lone.any() else codes


def word_hash(word: str) -> int:
    """Return the hash under which a word is kept; capitals of the Latin alphabet do not count."""
    value = np.zeros(1, np.uint64)
    for code in _lower(codes_of(word)).astype(np.uint64):
        value = value * _FACTOR + code
    return int(value[0])


def _lower(codes: Codes) -> Codes:
    capital = (codes >= _CAPITALS[0]) & (codes <= _CAPITALS[1])
    return np.where(capital, codes + np.uint32(_TO_LOWER), codes)


def _found(codes: Codes, known: Codes) -> NDArray[np.bool_]:
    """Return which codes are among the sorted known ones."""
    if not len(known):
        return np.zeros(len(codes), np.bool_)
    places = np.searchsorted(known, codes).clip(max=len(known) - 1)
    found: NDArray[np.bool_] = known[places] == codes
    return found


def _translated(codes: Codes, folds: Codes, folded: Codes) -> Codes:
    if not len(folds):
        return codes
    places = np.searchsorted(folds, codes).clip(max=len(folds) - 1)
    return np.where(folds[places] == codes, folded[places], codes)


def _cuts(plain: str, own: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each place between characters, both ends included, whether it is in a foreign word."""
    foreign = np.array([character.isalnum() for character in plain], np.bool_) & ~own
    cuts = np.zeros(len(plain) + 1, np.bool_)
    cuts[1:-1] = foreign[:-1] & foreign[1:]
    return cuts


def _padded(values: NDArray[Any], more: int) -> NDArray[Any]:
    """Return values with the last one repeated so many times more."""
    return np.concatenate([values, np.repeat(values[-1:], more)])


def _check(lexicon: Lexicon) -> None:
    ends, hashes = lexicon.ends, lexicon.hashes
    sizes = (len(hashes) == len(ends), len(lexicon.folds) == len(lexicon.folded))
    whole = len(lexicon.ids) == (int(ends[-1]) if len(ends) else 0)
    if not (all(sizes) and whole and len(hashes) and lexicon.longest > 0):
        raise BrokenArtifact(f"{FILE_NAME}: its arrays do not belong together")
