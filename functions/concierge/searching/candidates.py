"""The one set that hits, total, facets and pages come from: what is relevant to a text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.language.detection import detect
from concierge.language.encoder import TextEncoder
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.ranking import added_up
from concierge.retrieval.vectors import VectorIndex
from concierge.searching.aids import Wordings
from concierge.searching.fusion import CATEGORY_WEIGHT, LOOSE, STRICT, Cut, Signals, fuse, near_best
from concierge.searching.shelves import shelf_relevance

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

# Of what matches by words far from the clusters nearest to a query, so many are compared by meaning
# too, those that match best; with the others, words alone count.
MOST_UNREAD = 5_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows, ascending, with the parts of their scores and what these add up to, float32 [rows]."""

    rows: Rows
    relevance: Floats
    columns: dict[str, Floats]


class Matches:
    """How well the whole catalogue matches one text, whatever is allowed of it.

    `degraded` is true where meaning was asked for and cannot be compared; `corrected` is the text as
    its misspelt words were taken.
    """

    def __init__(
        self,
        catalogue: CatalogueSnapshot,
        encoder: TextEncoder | None,
        synonyms: Wordings | None,
        ratio: float,
        text: str,
    ) -> None:
        self._catalogue = catalogue
        self._text = text
        known = encoder if catalogue.vectors and _reads(encoder, text) else None
        self.degraded = bool(text) and ratio > 0 and known is None
        self._ratio = 0.0 if self.degraded else ratio
        self.corrected: str | None = None
        self._words = self._read(encoder, synonyms) if text and self._ratio < 1 else None
        self._vector = (
            known.encode([text], "query")[0]
            if known and ratio > 0 and _says_anything(text)
            else None
        )
        # Cosines of a language that was added are smaller, and right at the same rate.
        self._scale = known.languages.get(detect(text), 1.0) if known else 1.0

    def _read(self, encoder: TextEncoder | None, synonyms: Wordings | None) -> Floats:
        """Return how well the words match every row, and keep what they were taken for."""
        lexical = self._catalogue.lexical
        expand = synonyms.expander(detect(self._text)) if synonyms else None
        query = lexical.analyse(self._text, expand, encoder.knows if encoder else None)
        self.corrected = query.corrected
        return lexical.relevance(query)

    def among(self, allowed: Mask, *, loose: bool = False) -> Candidates:
        """Return what is relevant of the allowed rows; without a text, all of them."""
        if not self._text:
            rows = np.flatnonzero(allowed)
            return Candidates(rows, np.ones(len(rows), np.float32), {})
        cut = LOOSE if loose else STRICT
        rows, signals = self._signals(allowed, cut)
        columns, found = fuse(signals, self._ratio, cut)
        near = _kept(Candidates(rows, added_up(columns, len(rows)), columns), found)
        shelf = shelf_relevance(self._catalogue.categories, near.rows, near.relevance)
        columns = near.columns | {"category": shelf * np.float32(CATEGORY_WEIGHT)}
        whole = added_up(columns, len(near.rows))
        return _kept(Candidates(near.rows, whole, columns), near_best(whole, cut.whole_share, 0.0))

    def _signals(self, allowed: Mask, cut: Cut) -> tuple[Rows, Signals]:
        """Return rows that may be relevant, and what words and meaning say of each."""
        vectors, vector = self._catalogue.vectors, self._vector
        if vector is None or vectors is None:
            matching = allowed if self._words is None else allowed & (self._words > 0)
            rows = np.zeros(0, np.intp) if self._words is None else np.flatnonzero(matching)
            return rows, Signals(self._words_of(rows), None, self._scale)
        rows, cosines = vectors.near(vector, allowed)
        if self._words is not None and len(rows) < np.count_nonzero(allowed):
            words = np.where(allowed, self._words, np.float32(0))
            strong = near_best(words, cut.lexical_share, 0.0)
            rows, cosines = _with_words(vectors, vector, (rows, cosines), words, strong)
        return rows, Signals(self._words_of(rows), cosines, self._scale)

    def _words_of(self, rows: Rows) -> Floats | None:
        return None if self._words is None else self._words[rows]


def _with_words(
    vectors: VectorIndex,
    vector: Floats,
    near: tuple[Rows, Floats],
    words: Floats,
    strong: Mask,
) -> tuple[Rows, Floats]:
    """Add to the rows that are near those that words alone can bring into the set, ascending."""
    read = np.zeros(len(words), np.bool_)
    cosines = np.zeros(len(words), np.float32)
    read[near[0]], cosines[near[0]] = True, near[1]
    unread = np.flatnonzero(strong & ~read)
    read[unread] = True
    if len(unread) > MOST_UNREAD:
        unread = unread[np.argpartition(-words[unread], MOST_UNREAD)[:MOST_UNREAD]]
    cosines[unread] = vectors.similarities_at(vector, unread)
    rows = np.flatnonzero(read)
    return rows, cosines[rows]


def _kept(candidates: Candidates, found: Mask) -> Candidates:
    columns = {name: column[found] for name, column in candidates.columns.items()}
    return Candidates(candidates.rows[found], candidates.relevance[found], columns)


def _reads(encoder: TextEncoder | None, text: str) -> bool:
    return bool(encoder and detect(text) in encoder.languages)


def _says_anything(text: str) -> bool:
    return any(map(str.isalnum, text))
