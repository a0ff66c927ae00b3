"""Which questions ask the same: average linkage down to a likeness, always with the same outcome."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


def clusters_of(likeness: Floats, least: float) -> list[Rows]:
    """Return the rows of each cluster, the largest first, of a symmetric matrix [n, n].

    Clusters join while the mean likeness between their members is at least `least`, found by
    chains of nearest neighbours (Murtagh 1983): the same as joining the likest pair again and
    again, in O(n²).
    """
    count = len(likeness)
    near = likeness.astype(np.float32, copy=True)
    np.fill_diagonal(near, -np.inf)
    members = {row: [row] for row in range(count)}
    finished: list[list[int]] = []
    chain: list[int] = []
    while members:
        if not chain:
            chain.append(next(iter(members)))
        last = chain[-1]
        nearest = int(near[last].argmax())
        # Ties go back along the chain, or it would never end.
        if len(chain) > 1 and near[last, chain[-2]] >= near[last, nearest]:
            nearest = chain[-2]
        if near[last, nearest] < least:
            # What others join to cannot come nearer than they are, so this cluster is complete.
            finished.append(members.pop(last))
            near[last], near[:, last] = -np.inf, -np.inf
            chain.pop()
        elif len(chain) > 1 and nearest == chain[-2]:
            _join(near, members, nearest, last)
            del chain[-2:]
        else:
            chain.append(nearest)
    ordered = sorted((sorted(rows) for rows in finished), key=lambda rows: (-len(rows), rows))
    return [np.array(rows, np.intp) for rows in ordered]


def medoid(likeness: Floats) -> int:
    """Return the row that is likest to all others of a matrix [n, n], the first of equals."""
    return int(likeness.sum(axis=1).argmax())


def spread(likeness: Floats, first: int, count: int) -> list[int]:
    """Return up to `count` rows, beginning with `first`, each as unlike the ones before as can be."""
    chosen = [first]
    nearest = likeness[first].copy()
    while len(chosen) < min(count, len(likeness)):
        nearest[chosen] = np.inf
        chosen.append(int(nearest.argmin()))
        nearest = np.minimum(nearest, likeness[chosen[-1]])
    return chosen


def _join(near: Floats, members: dict[int, list[int]], kept: int, gone: int) -> None:
    """Let one cluster join another: likeness to it is the mean over all members of both."""
    sizes = len(members[kept]), len(members[gone])
    near[kept] = (sizes[0] * near[kept] + sizes[1] * near[gone]) / sum(sizes)
    near[:, kept] = near[kept]
    near[kept, kept] = -np.inf
    near[gone], near[:, gone] = -np.inf, -np.inf
    members[kept] += members.pop(gone)
