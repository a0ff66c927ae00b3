"""Packs joined with an encoder: new rows below its table of word vectors, one lexicon for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.language.lexicon import Lexicon, build_lexicon
from model_export.errors import UnusablePack
from model_export.judging.task_files import Task
from model_export.languages.pack import Pack
from model_export.languages.script import Script
from model_export.languages.words import Spelling

# Texts of each language to find outliers with and to measure closeness by: sentences as they are,
# and paragraphs of several.
SENTENCES, PARAGRAPHS, PARAGRAPH_SENTENCES = 40, 8, 8


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What packs add: float32 `rows` [tokens, width], a lexicon, and what to judge them by."""

    rows: NDArray[np.float32]
    lexicon: Lexicon
    languages: tuple[str, ...]
    tasks: tuple[Task, ...]
    examples: tuple[str, ...]
    stated: tuple[Mapping[str, Any], ...]


def merge(packs: Sequence[Pack], vocabulary: int) -> Added | None:
    """Join packs, or raise UnusablePack where two are for one language; None where there are none.

    New tokens are numbered from `vocabulary`. Where two packs have one word, or fold one character,
    the first counts.
    """
    if not packs:
        return None
    folds = {form: to for pack in reversed(packs) for form, to in pack.script.folds.items()}
    script = Script(frozenset(letter for pack in packs for letter in pack.script.letters), folds)
    words: dict[str, Spelling] = {}
    first = vocabulary
    languages: dict[str, None] = {}
    for pack in packs:
        if pack.language in languages:
            raise UnusablePack(f"two language packs are for {pack.language}; give one of them")
        languages[pack.language] = None
        words = {script.fold(word): ids for word, ids in pack.numbered(first).items()} | words
        first += len(pack.common)
    return Added(
        np.concatenate([pack.vectors for pack in packs]).astype(np.float32),
        build_lexicon(words, script.letters, script.folds),
        tuple(languages),
        tuple(map(_task, packs)),
        tuple(text for pack in packs for text in _examples(pack)),
        tuple(_stated(pack) for pack in packs),
    )


def _examples(pack: Pack) -> list[str]:
    texts = [pair.added for pair in pack.held_out]
    longer = texts[SENTENCES : SENTENCES + PARAGRAPHS * PARAGRAPH_SENTENCES]
    starts = range(0, len(longer), PARAGRAPH_SENTENCES)
    paragraphs = ["".join(longer[first : first + PARAGRAPH_SENTENCES]) for first in starts]
    return texts[:SENTENCES] + paragraphs


def _task(pack: Pack) -> Task:
    """Return the task to find the original of each sentence that the pack never saw."""
    rows = tuple({"query": pair.added, "passage": pair.known} for pair in pack.held_out)
    return Task(f"translations.{pack.language}", "retrieval", pack.language, rows)


def _stated(pack: Pack) -> dict[str, Any]:
    """Return what the manifest of the model says of a pack."""
    kept = ("language", "name", "licence", "sources")
    return {
        **{field: pack.details[field] for field in kept},
        "fingerprint": pack.fingerprint,
        "fidelity": round(pack.details["figures"]["int8"]["cosine"], 4),
        "words": len(pack.spellings) + len(pack.common),
        "vectors": len(pack.common),
    }
