"""Which entries of a knowledge base repeat or contradict one another."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.ingesting.knowledge_claims import Claims
from concierge.retrieval.vectors import Floats, Vectors8
from concierge.shop.knowledge import Entry

MOST_EXAMPLES = 100
# From here two questions are the same one in other words: of the sample shop's questions the
# nearest two have 0.84, of CLINC150's intents 0.71; paraphrases mostly have more than 0.85.
NEAR = 0.85
# Question and answer together this alike say the same, unless numbers or a no differ.
SAME_TEXT = 0.95
# Beyond it entries are compared by their words only: with twice as many it takes four times as
# long.
MOST_COMPARED = 30_000
BLOCK = 1_024
# How many earlier entries with the very same wording an entry is compared with.
MOST_SAME = 10


class Conflicts:
    """Takes entries in order and finds pairs among them; passages are left out."""

    def __init__(self) -> None:
        self._claims: list[Claims] = []
        self._vectors: list[tuple[Vectors8, Floats]] = []

    def add(self, entry: Entry, vectors: Vectors8 | None, scales: Floats | None) -> None:
        """Note an entry, with the vectors of its `unit_texts` where there are any."""
        if entry.is_passage:
            return
        self._claims.append(Claims.of(entry))
        if vectors is not None and scales is not None:
            # Its question, and its question with its answer.
            self._vectors.append((vectors[[0, -1]], scales[[0, -1]]))

    def find(self, now: float) -> dict[str, Any]:
        """Return how many duplicates and contradictions there are, with examples of each.

        `compared_by_meaning` says whether questions in other words were looked for as well.
        """
        found: dict[str, dict[tuple[int, int], str]] = {"duplicates": {}, "contradictions": {}}
        whole = self._rows(1)
        for pair, exact in self._candidates():
            first, second = (self._claims[place] for place in pair)
            if pair in found["duplicates"] or pair in found["contradictions"]:
                continue
            if not first.meets(second, now):
                continue
            alike = 0.0 if whole is None else float(whole[pair[0]] @ whole[pair[1]])
            verdict = _verdict(first, second, exact=exact, alike=alike)
            if verdict:
                found[verdict[0]][pair] = verdict[1]
        told: dict[str, Any] = {name: self._told(pairs) for name, pairs in found.items()}
        return told | {"compared_by_meaning": self._has_meanings}

    @property
    def _has_meanings(self) -> bool:
        count = len(self._claims)
        return 0 < count == len(self._vectors) and count <= MOST_COMPARED

    def _told(self, pairs: Mapping[tuple[int, int], str]) -> dict[str, Any]:
        examples = [
            {"entry_ids": [self._claims[place].entry_id for place in pair], "reason": reason}
            for pair, reason in list(pairs.items())[:MOST_EXAMPLES]
        ]
        return {"total": len(pairs), "examples": examples}

    def _candidates(self) -> Iterator[tuple[tuple[int, int], bool]]:
        """Yield pairs of places, and whether they share a wording to the letter."""
        places: dict[int, list[int]] = {}
        for place, claims in enumerate(self._claims):
            for wording in claims.wordings:
                earlier = places.setdefault(wording, [])
                yield from (((other, place), True) for other in earlier)
                if len(earlier) < MOST_SAME:
                    earlier.append(place)
        questions = self._rows(0)
        if questions is not None:
            yield from ((pair, False) for pair in _near_pairs(questions))

    def _rows(self, number: int) -> Floats | None:
        """Return the first or second vector of every entry, as float32 [n, d]."""
        if not self._has_meanings:
            return None
        vectors = np.stack([vectors[number] for vectors, _ in self._vectors])
        scales = np.array([scales[number] for _, scales in self._vectors], np.float32)
        rows: Floats = vectors.astype(np.float32) * scales[:, None]
        return rows


def _near_pairs(questions: Floats) -> Iterator[tuple[int, int]]:
    for begin in range(0, len(questions), BLOCK):
        cosines: NDArray[np.float32] = questions[begin : begin + BLOCK] @ questions[begin:].T
        for row, column in np.argwhere(cosines >= NEAR):
            if row < column:
                yield begin + int(row), begin + int(column)


def _verdict(first: Claims, second: Claims, *, exact: bool, alike: float) -> tuple[str, str] | None:
    """Return what two entries with one question are to each other, and why."""
    asked = "the same question" if exact else "nearly the same question"
    if first.answer == second.answer:
        return "duplicates", f"{asked}, the same answer"
    mine, others = first.numbers - second.numbers, second.numbers - first.numbers
    if mine and others:
        return "contradictions", f"{asked}, other numbers: {_listed(mine)} and {_listed(others)}"
    if first.opening * second.opening < 0 or (exact and first.negated != second.negated):
        return "contradictions", f"{asked}, and one answer denies what the other says"
    if alike >= SAME_TEXT:
        return "duplicates", f"{asked}, nearly the same answer"
    return ("contradictions", f"{asked}, another answer") if exact else None


def _listed(numbers: frozenset[str]) -> str:
    return ", ".join(sorted(numbers)[:3])
