"""Which products are worth scoring for a request: few of many, all of few."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import Sources
from concierge.recommending.steering import Steering
from concierge.retrieval.filters import rows_with_tag

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

# So few are scored all, so that small shops and narrow filters miss nothing.
SCORED_ALL = 5_000
# What each part brings in a larger catalogue; nobody reads past the first thousand of a list.
OF_EACH_PART = 500
LEAST = 1_000
MOST_TAGS = 5


def candidates(
    sources: Sources, allowed: Mask, steering: Steering, besides: Rows | None = None
) -> Rows:
    """Return the allowed rows to score, ascending; the same for every page of a request.

    `besides` are rows that the placement brings.
    """
    if np.count_nonzero(allowed) <= SCORED_ALL:
        return np.flatnonzero(allowed)
    chosen = np.zeros(len(allowed), np.bool_)
    for rows in _brought(sources, allowed):
        chosen[rows] = True
    if besides is not None:
        chosen[besides] = True
    chosen[list(steering.pins.values())] = True
    for promotion in steering.promotions:
        chosen[promotion.rows[allowed[promotion.rows]][:OF_EACH_PART]] = True
    return np.flatnonzero(chosen & allowed)


def _brought(sources: Sources, allowed: Mask) -> Iterator[Rows]:
    catalogue, behaviour, wanted = sources.catalogue, sources.behaviour, sources.interests
    alike = sources.alike
    if catalogue.vectors and (centre := alike.centre) is not None:
        yield catalogue.vectors.nearest(centre, OF_EACH_PART, allowed)
    for words in alike.words:
        yield _best(words, allowed)
    for query in wanted.queries:
        yield _best(catalogue.lexical.relevance(query), allowed)
    if behaviour is None or sources.habits is None:
        # Nothing tells better ones from worse: the first will do.
        yield np.flatnonzero(allowed)[:LEAST]
        return
    for spread in sources.habits.reached():
        yield _reached(behaviour, spread, allowed)
    yield np.array(catalogue.rows(list(wanted.owned)), np.intp)
    yield _first(behaviour.most_popular, allowed, LEAST)
    yield _first(behaviour.most_wanted, allowed, OF_EACH_PART)
    liked = sorted(wanted.tags, key=lambda tag: -wanted.tags[tag])[:MOST_TAGS]
    for tag in liked:
        tagged = allowed & rows_with_tag(catalogue, tag)
        yield _first(behaviour.most_popular, tagged, OF_EACH_PART)


def _reached(behaviour: LaidOut, spread: NDArray[np.float64], allowed: Mask) -> Rows:
    """Return the allowed rows that a history leads to most, in no order."""
    items = np.flatnonzero(spread > 0)
    rows = behaviour.rows[items]
    # Row -1 is that of an item that left; it is no row whatever the last one is allowed.
    open_ = (rows >= 0) & allowed[rows]
    best = _largest(spread[items[open_]])
    return rows[open_][best].astype(np.intp)


def _first(order: Rows, wanted: Mask, count: int) -> Rows:
    """Return the first rows of an order that are wanted, without looking through all of it."""
    if np.count_nonzero(wanted) <= count:
        return np.flatnonzero(wanted)
    found: list[Rows] = []
    begin, missing, block = 0, count, 4 * count
    while missing > 0 and begin < len(order):
        rows = order[begin : begin + block]
        found.append(rows[wanted[rows]][:missing])
        missing -= len(found[-1])
        begin, block = begin + block, 2 * block
    return np.concatenate([np.zeros(0, np.intp), *found])


def _largest(values: NDArray[np.float64]) -> Rows:
    """Return the positions of the largest values above zero, in no order."""
    found = np.flatnonzero(values > 0)
    if len(found) > OF_EACH_PART:
        found = found[np.argpartition(-values[found], OF_EACH_PART)[:OF_EACH_PART]]
    return found


def _best(scores: Floats, allowed: Mask) -> Rows:
    return _largest(np.where(allowed, scores, 0).astype(np.float64))
