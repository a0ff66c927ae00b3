"""In which order the products found come."""

import numpy as np
from numpy.typing import NDArray

from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot
from concierge.searching.asking import Sort
from concierge.searching.pages import Keys

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


def sort_keys(sort: Sort, catalogue: CatalogueSnapshot, rows: Rows, scores: Floats) -> Keys:
    """Return what the rows are sorted by, ascending: ties are left to the score, and then the row.

    What has no price, or no date, comes last.
    """
    worst_score = -scores.astype(np.float64)
    match sort:
        case "price_asc":
            return (_known(catalogue.prices[rows]), worst_score)
        case "price_desc":
            return (_known(-catalogue.prices[rows]), worst_score)
        case "newest":
            return (_known(-catalogue.created_at[rows]), worst_score)
    return (worst_score,)


def _known(column: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(column), np.inf, column)
