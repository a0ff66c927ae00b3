"""One list on its way: scored, steered, arranged and explained."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.adjusting import adjust, repeated_rows
from concierge.recommending.arranging import Placed, arrange
from concierge.recommending.asking import Explain, Recommended
from concierge.recommending.candidates import candidates
from concierge.recommending.making import Making
from concierge.recommending.occasions import besides, occasional
from concierge.recommending.scoring import Scoring, Sources
from concierge.recommending.wording import reason, telling
from concierge.retrieval.ranking import parts_at, total

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# How many causes of a part are named; a sentence needs one that is still sold.
NAMED: Mapping[Explain, int] = {"no": 3, "yes": 5, "full": 10_000}


class Listing:
    """The scored candidates of one request; `length` is how many there are to page through."""

    def __init__(self, sources: Sources, making: Making, allowed: Mask) -> None:
        self._sources = sources
        self._titles: dict[str, str] = {}
        self._making = making
        brought = besides(sources, making, allowed)
        rows = candidates(sources, allowed, making.steering, brought)
        self._scoring = Scoring(sources, rows, making.weights)
        columns = self._scoring.columns
        columns |= occasional(sources, making, rows)
        shown = making.profile.shown if making.profile else {}
        rules = making.steering.rules.repetition
        lost = repeated_rows(sources.catalogue, shown, rules, sources.interests.now)
        scores = adjust(columns, making.steering, rows, lost)
        if making.placement.needs:
            needed = columns.get(making.placement.needs, np.zeros(len(rows), np.float32)) > 0
            rows, scores = rows[needed], scores[needed]
        self.length = len(rows)
        self._scores = np.zeros(len(sources.catalogue), np.float32)
        self._scores[rows] = scores
        self._open = np.zeros(len(sources.catalogue), np.bool_)
        self._open[rows] = True

    def places(self, count: int) -> list[Placed]:
        """Return the first places of the list."""
        return arrange(
            self._scores,
            self._open.copy(),
            self._sources.catalogue,
            self._making.steering,
            count,
            self._making.asked.diversity,
        )

    def score(self, place: Placed) -> float:
        """Return the score that a place has in the list."""
        return float(self._scores[place.row]) + total(place.parts)

    def item(self, place: Placed) -> Recommended:
        """Return what is recommended at a place, explained."""
        catalogue, asked = self._sources.catalogue, self._making.asked
        product = catalogue.product_at(place.row)
        position = int(np.searchsorted(self._scoring.rows, place.row))
        found = parts_at(position, self._scoring.columns)
        strongest = telling(found)
        parts = tuple(
            self._scoring.explained(place.row, product, part, NAMED[asked.explain])
            if asked.explain != "no" or part is strongest
            else part
            for part in found
        )
        why = reason(parts, asked.locale, self._title)
        parts += place.parts
        return Recommended(product, total(parts), parts, why, place.promotion, place.pinned)

    def _title(self, item_id: str) -> str:
        """Return the title of an item of the customer's history, which may have left the shop."""
        if item_id not in self._titles:
            row = self._sources.catalogue.row(item_id)
            found = "" if row is None else self._sources.catalogue.product_at(row).title
            self._titles[item_id] = found
        return self._titles[item_id]
