"""Parts that only some placements have: how new a product is, how lately it was looked at."""

import numpy as np
from numpy.typing import NDArray

from concierge.errors import OldSnapshot
from concierge.recommending.making import Making
from concierge.recommending.scoring import Sources
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

NEW_FOR_S = 30 * 86_400.0
# Where nothing came in lately, the newest of all are as new as it gets.
LEAST_NEW = 20
# Of a larger catalogue, so many are scored.
MOST_NEW = 1_000


def occasional(sources: Sources, making: Making, rows: Rows) -> dict[str, Floats]:
    """Return the parts of some rows that belong to the placement alone."""
    if making.placement.needs == "newness":
        return {"newness": _newness(sources.catalogue, rows, sources.interests.now)}
    if making.placement.needs == "seen":
        return {"seen": _seen(sources.catalogue, making, rows)}
    return {}


def besides(sources: Sources, making: Making, allowed: Mask) -> Rows | None:
    """Return the allowed rows that a placement needs scored, however little else speaks for them."""
    if making.placement.needs == "newness":
        return _newest(sources.catalogue, allowed, sources.interests.now)
    if making.placement.needs == "seen":
        return np.array(sources.catalogue.rows(_viewed(making)), np.intp)
    return None


def _newest(catalogue: CatalogueSnapshot, allowed: Mask, now: float) -> Rows:
    try:
        created = catalogue.created_at
    except OldSnapshot:
        return np.empty(0, np.intp)
    # What has no date is not before now either.
    rows = np.flatnonzero(allowed & (created <= now))
    return rows[np.lexsort((rows, -created[rows]))][:MOST_NEW]


def _newness(catalogue: CatalogueSnapshot, rows: Rows, now: float) -> Floats:
    """Return from 0 to 1 how new products are; zero for those of unknown or past age."""
    try:
        created = catalogue.created_at[rows]
    except OldSnapshot:
        return np.zeros(len(rows), np.float32)
    known = np.flatnonzero(~np.isnan(created) & (created <= now))
    newness = np.zeros(len(rows), np.float32)
    newness[known] = np.maximum(1.0 - (now - created[known]) / NEW_FOR_S, 0.0)
    if np.count_nonzero(newness) < LEAST_NEW:
        newest = known[np.lexsort((rows[known], -created[known]))][:LEAST_NEW]
        ranks = np.arange(len(newest), dtype=np.float32)
        newness[newest] = np.maximum(newness[newest], (LEAST_NEW - ranks) / (LEAST_NEW * 10))
    return newness


def _seen(catalogue: CatalogueSnapshot, making: Making, rows: Rows) -> Floats:
    """Return how lately products were looked at: 1 for the last, a half for the one before."""
    seen = np.zeros(len(catalogue), np.float32)
    for rank, item_id in enumerate(_viewed(making)):
        row = catalogue.row(item_id)
        if row is not None:
            seen[row] = 1.0 / (1 + rank)
    return seen[rows]


def _viewed(making: Making) -> list[str]:
    """Return the ids of what was looked at, the latest first."""
    actions = making.profile.actions if making.profile else ()
    return list(dict.fromkeys(action.item_id for action in actions if action.type == "view"))
