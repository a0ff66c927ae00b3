"""What a shop's rules add to a score: boosts, and less for what was shown in vain."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.steering import Steering
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.retrieval.merchandising import Repetition
from concierge.retrieval.ranking import added_up

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

DAY_S = 86_400.0
# Where all scores are zero, as for strangers in a new shop, lists change all the same.
LEAST_LOSS = 0.01


def adjust(
    columns: dict[str, Floats], steering: Steering, rows: Rows, repeated: Mapping[int, float]
) -> Floats:
    """Add the parts `boost` and `repetition` where there are any, and return all scores.

    Columns and scores are float32 [rows], of the rows of the catalogue that are given ascending.

    A boost is (factor - 1) times a score above zero: none lifts what the customer dislikes.
    `repeated` holds, by row, the share of the boosted score that the row loses.
    """
    scores = added_up(columns, len(rows))
    if steering.factors is not None:
        columns["boost"] = (steering.factors[rows] - 1) * np.maximum(scores, 0)
        scores += columns["boost"]
    if repeated:
        shares = np.array([repeated.get(row, 0.0) for row in rows.tolist()], np.float32)
        columns["repetition"] = -shares * np.maximum(scores, np.float32(LEAST_LOSS))
        scores += columns["repetition"]
    return scores


def repeated_rows(
    catalogue: CatalogueSnapshot,
    shown: Mapping[str, tuple[int, float]],
    rules: Repetition | None,
    now: float,
) -> dict[int, float]:
    """Return what share of its score each row loses, for rows that lose any.

    `shown` holds impressions without interest and the epoch seconds of the latest, by item.
    """
    if rules is None:
        return {}
    lost = {
        item_id: share
        for item_id, (impressions, at) in shown.items()
        if (share := repetition(impressions, now - at, rules))
    }
    found = ((catalogue.row(item_id), share) for item_id, share in lost.items())
    return {row: share for row, share in found if row is not None}


def repetition(impressions: int, age_s: float, rules: Repetition) -> float:
    """Return the share of its score, from 0 to 1, that an item loses.

    Half at the first impression that counts, three quarters at the next, and so on; all of it
    fades evenly until the latest impression is `for_days` old.
    """
    beyond = impressions - rules.after + 1
    if beyond <= 0:
        return 0.0
    left = 1.0 - max(age_s, 0.0) / (rules.for_days * DAY_S)
    return (1.0 - 0.5**beyond) * max(left, 0.0)
