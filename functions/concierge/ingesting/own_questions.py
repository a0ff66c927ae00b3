"""What entries ask themselves, those first that a change of knowledge is likeliest to touch.

The question of an entry has to find it. Which of thousands may have been lost shows by how near
their vectors, which are kept, are to the texts that a file adds: nothing is encoded for it.
"""

from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.ingesting.vector_chunk import HASH_BYTES, text_hash
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.units import unit_texts
from concierge.shop.golden import GoldenQuestion
from concierge.shop.knowledge import Entry

# Of a shop with fewer entries all are asked; more of them take longer than they tell.
MOST_ASKED = 1_000
BLOCK = 256

Floats = NDArray[np.float32]


def own_questions(
    old: KnowledgeSnapshot, new: KnowledgeSnapshot, known: Collection[str]
) -> list[GoldenQuestion]:
    """Return the questions of entries that kept theirs, at most MOST_ASKED; none is in `known`."""
    kept: list[Entry] = []
    added: set[str] = set()
    touched: set[str] = set()
    for entry in new.entries():
        row = old.row_of(entry.entry_id)
        before = old.entry_at(row) if row is not None else None
        if before != entry:
            added.update(unit_texts(entry))
            added.difference_update(unit_texts(before) if before else ())
            touched.add(entry.entry_id)
        if before and not entry.is_passage and before.question == entry.question:
            kept.append(entry)
    if not touched and len(new) == len(old):
        return []
    kept = [entry for entry in kept if entry.question not in known]
    if len(kept) > MOST_ASKED:
        risks = _risks(new, kept, added)
        # An entry that the file changed is at risk itself.
        risks[[entry.entry_id in touched for entry in kept]] = np.inf
        order = np.argsort(-risks, kind="stable")[:MOST_ASKED]
        kept = [kept[row] for row in sorted(order)]
    return [GoldenQuestion(entry.question, entry.entry_id, entry.language) for entry in kept]


def _risks(new: KnowledgeSnapshot, kept: list[Entry], added: Collection[str]) -> Floats:
    """Return how near an added text comes to the question of each entry; zeros without vectors."""
    nearest = np.zeros(len(kept), np.float32)
    if new.vectors is None:
        return nearest
    rows = _Rows(new.text_hashes)
    texts = new.vectors.rows([*rows.of(added)])
    if not len(texts):
        return nearest
    # Those whose question has no vector of its own are asked first.
    nearest[:] = np.inf
    found = [(place, *rows.of([entry.question])) for place, entry in enumerate(kept)]
    pairs = [pair for pair in found if len(pair) > 1]
    for first in range(0, len(pairs), BLOCK):
        places, units = zip(*pairs[first : first + BLOCK], strict=True)
        cosines = new.vectors.rows(list(units)) @ texts.T
        nearest[list(places)] = cosines.max(axis=1)
    return nearest


class _Rows:
    """Finds the unit of a text by its hash."""

    def __init__(self, hashes: NDArray[np.uint8]) -> None:
        keys = hashes.reshape(-1, HASH_BYTES)
        self._rows = {key.tobytes(): row for row, key in enumerate(keys)}

    def of(self, texts: Collection[str]) -> Iterator[int]:
        """Yield the row of each text that there is."""
        for text in texts:
            row = self._rows.get(text_hash(text))
            if row is not None:
                yield row
