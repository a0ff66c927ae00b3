"""What a list for a held-out customer is chosen from, computed by what serves, and what it is worth."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.candidates import candidates
from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import EVERY_PART, Scoring, Sources
from concierge.recommending.seeds import Context, interests
from concierge.recommending.steering import steer
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.merchandising import NO_RULES
from concierge.training.held_out import Case

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# NDCG@10 (Järvelin and Kekäläinen 2002): what a hit at each place is worth, and the first so many.
FIRST = 10
DISCOUNTS = 1.0 / np.log2(np.arange(2, FIRST + 2))
IDEAL = np.concatenate([[0.0], np.cumsum(DISCOUNTS)])


@dataclass(frozen=True, slots=True)
class Foresight:
    """The candidates for a case: `rows`, and `parts` float32 [rows, parts] in the order of EVERY_PART.

    `taken` are the rows that were then taken, as far as they may be recommended, and `owned` those
    that were bought before.
    """

    rows: Rows
    parts: Floats
    taken: frozenset[int]
    owned: frozenset[int]


def foresights(
    cases: Iterable[Case], catalogue: CatalogueSnapshot, behaviour: LaidOut
) -> Iterator[Foresight]:
    """Yield what the list of each case is chosen from."""
    steering = steer(NO_RULES, catalogue)
    for case in cases:
        wanted = interests(case.profile, Context(), "full", case.at)
        sources = Sources(catalogue, behaviour, wanted)
        allowed = open_to(sources)
        rows = candidates(sources, allowed, steering)
        columns = Scoring(sources, rows, dict.fromkeys(EVERY_PART, 1.0)).columns
        nothing = np.zeros(len(rows), np.float32)
        yield Foresight(
            rows=rows,
            parts=np.stack([columns.get(name, nothing) for name in EVERY_PART], 1),
            taken=frozenset(row for row in case.taken if allowed[row]),
            owned=frozenset(catalogue.rows(list(wanted.owned))),
        )


def vector(weights: Mapping[str, float]) -> Floats:
    """Return the weights in the order of EVERY_PART."""
    return np.array([weights.get(name, 0.0) for name in EVERY_PART], np.float32)


def open_to(sources: Sources) -> Mask:
    """Return which rows may be recommended: all but what this very visit has already."""
    wanted = sources.interests
    looked_at = {seed.item_id for seed in wanted.items} - wanted.owned.keys()
    allowed = np.ones(len(sources.catalogue), np.bool_)
    allowed[sources.catalogue.rows([*wanted.just_bought, *looked_at])] = False
    return allowed
