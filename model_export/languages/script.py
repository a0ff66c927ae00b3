"""The script of an added language: its letters, and the forms that count as the same character."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from model_export.errors import UnusableLexicon
from model_export.languages.dictionary import Entry

# A script in which this share of the vocabulary's words is written is one that the encoder knows.
KNOWN_SHARE = 0.02
# Names, formulas and loan words in other scripts are common; a dictionary full of them is not.
LEAST_OWN = 0.5
# What East Asian typography has instead of a keyboard's signs, beside full-width forms.
_SIGNS = dict(zip("。、“”‘’《》「」『』【】〈〉〔〕・", '.,""\'\'""""""[]<>[] ', strict=True))
_FULL_WIDTH = [*map(chr, range(0xFF01, 0xFF5F)), "\u3000"]


@dataclass(frozen=True, slots=True)
class Script:
    """Letters that only the added language has, and what each other form of a character counts as."""

    letters: frozenset[str]
    folds: Mapping[str, str]

    def fold(self, text: str) -> str:
        """Return a text in the forms by which words are kept."""
        composed = unicodedata.normalize("NFC", text)
        return "".join(self.folds.get(letter, letter) for letter in composed)

    def has_letters(self, text: str) -> bool:
        """Tell whether a text is in this script, at least in part."""
        return not self.letters.isdisjoint(text)


def find_script(entries: Iterable[Entry], tokenizer: Tokenizer) -> Script:
    """Find the script of a dictionary's words, or raise UnusableLexicon where the encoder knows it.

    New words in a known script would be found in texts that the encoder reads already, and move
    their vectors.
    """
    kept = list(entries)
    known = _scripts_of(tokenizer)
    words = [unicodedata.normalize("NFC", word) for e in kept for word in (e.headword, e.other)]
    letters = {letter for word in words for letter in word if _is_letter(letter)}
    own = frozenset(letter for letter in letters if _script_of(letter) not in known)
    share = sum(not own.isdisjoint(entry.headword) for entry in kept) / len(kept)
    if share < LEAST_OWN:
        raise UnusableLexicon(
            f"only {share:.0%} of the words are in a script that the encoder does not know "
            f"(it knows {', '.join(sorted(known)).lower()}): words in a known script would change "
            "texts that it reads already; take an encoder that was trained on the language"
        )
    return Script(own, _folds(kept))


def _folds(entries: Sequence[Entry]) -> dict[str, str]:
    """Return what each form counts as: the form that most words of the dictionary have for it."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    same: dict[str, str] = {}
    meant = {entry.headword for entry in entries if entry.meanings}
    for entry in entries:
        if len(entry.headword) == len(entry.other):
            for other, form in zip(entry.other, entry.headword, strict=True):
                counts[other][form] += 1
        if entry.same_as and entry.headword not in meant:
            same[entry.headword] = entry.same_as
    folds = {sign: unicodedata.normalize("NFKC", sign) for sign in _FULL_WIDTH}
    folds |= _SIGNS
    used = Counter(letter for entry in entries for letter in entry.headword)
    for other, forms in counts.items():
        form, most = forms.most_common(1)[0]
        # A form that headwords have more often is a character of its own.
        if form != other and most > max(forms.total() / 2, used[other]):
            folds[other] = form
    known = {form for forms in counts.values() for form in forms}
    single = {form: to for form, to in same.items() if len(form) == 1 and to in known}
    folds = single | folds
    return {form: _final(form, folds) for form in folds if len(_final(form, folds)) == 1}


def _final(form: str, folds: Mapping[str, str]) -> str:
    """Follow forms of forms to the end; two that name each other stay apart."""
    seen = {form}
    while (following := folds.get(form, form)) not in seen:
        seen.add(following)
        form = following
    return form


def _scripts_of(tokenizer: Tokenizer) -> set[str]:
    """Return the scripts in which a good share of the vocabulary's words is written."""
    words = [[letter for letter in token if _is_letter(letter)] for token in tokenizer.get_vocab()]
    scripts = Counter(_script_of(letters[0]) for letters in words if len(letters) > 1)
    if not scripts:  # a vocabulary of single letters
        scripts = Counter(_script_of(letters[0]) for letters in words if letters)
    return {script for script, count in scripts.items() if count >= KNOWN_SHARE * scripts.total()}


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM"


def _script_of(letter: str) -> str:
    """Return the script as the first word of the character's name: LATIN, CJK, CYRILLIC."""
    return unicodedata.name(letter, "UNNAMED").split()[0].removesuffix("-")
