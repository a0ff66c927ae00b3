"""What customers searched for, beside the log: texts by number, since the log has only numbers.

Texts that may say who somebody is are not kept at all.
"""

import re
from array import array
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from concierge.guarding.masking import personal
from concierge.guarding.phrases import readings
from concierge.guarding.toxicity import toxicity
from concierge.language.tokens import fold
from concierge.retrieval.identifiers import hash_of
from concierge.shop.events import Event, EventType

# A longer text is a question or a paste, and not what others would type.
LONGEST = 60
# Further different queries are counted as kept by nobody: it bounds memory to about 40 MB.
MOST_TEXTS = 200_000
UNKNOWN = -1
# Signs of an address, and numbers as long as those of an order, a phone or a card.
_TELLS = re.compile(r"@|\d{5}|\d[ .-]?\d[ .-]?\d[ .-]?\d[ .-]?\d[ .-]?\d|[a-z]{1,5}-?\d{4}|#\d")


@dataclass(frozen=True, slots=True)
class Queries:
    """Searches by the hash of their event, sorted: the number of its text, how many results.

    A text that is not kept is `UNKNOWN`, and so are results that no client told.
    """

    events: NDArray[np.uint64]
    texts: NDArray[np.int32]
    results: NDArray[np.int64]
    kept: tuple[str, ...] = ()

    def of(self, events: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the number of the text and of the results of each of some events."""
        if not len(self.events):
            return np.full(len(events), UNKNOWN, np.int32), np.full(len(events), UNKNOWN)
        places = np.searchsorted(self.events, events).clip(0, len(self.events) - 1)
        known = self.events[places] == events
        return (
            np.where(known, self.texts[places], UNKNOWN),
            np.where(known, self.results[places], UNKNOWN),
        )


NO_QUERIES = Queries(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int64))


class QueryNotes:
    """Notes the queries of searches while an archive is read."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = (array("Q"), array("i"), array("q"))

    def note(self, event: Event) -> None:
        """Note a search; every other event is let pass."""
        if event.type is not EventType.SEARCH:
            return
        events, texts, results = self._columns
        events.append(hash_of(event.event_id))
        texts.append(self._number(written(event.query)))
        results.append(UNKNOWN if event.results is None else event.results)

    def queries(self) -> Queries:
        """Return what was noted, each event once."""
        events, texts, results = (np.array(column) for column in self._columns)
        hashes, first = np.unique(events.astype(np.uint64), return_index=True)
        return Queries(
            hashes,
            texts[first].astype(np.int32),
            results[first].astype(np.int64),
            tuple(self._numbers),
        )

    def _number(self, text: str) -> int:
        if text not in self._numbers:
            if len(self._numbers) >= MOST_TEXTS or not is_harmless(text):
                return UNKNOWN
            self._numbers[text] = len(self._numbers)
        return self._numbers[text]


def written(query: str) -> str:
    """Return a query as it is counted: folded, with single spaces."""
    return " ".join(fold(query).split())


@lru_cache(1 << 14)
def is_harmless(text: str) -> bool:
    """Return whether a folded query may be shown to others: it names and attacks nobody.

    Whatever looks like an e-mail address, a phone, or the number of an order or a card may say who
    somebody is, and so may a long text.
    """
    if not 0 < len(text) <= LONGEST or not text.isprintable() or _TELLS.search(text):
        return False
    return not personal(text) and not any(True for _ in toxicity(readings(text)))
