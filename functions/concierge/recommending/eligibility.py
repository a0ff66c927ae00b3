"""Which products may be in a list at all: the shop's rules, the caller's and the customer's."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from concierge.recommending.making import Making
from concierge.recommending.placements import COMES_BACK
from concierge.recommending.scoring import Sources
from concierge.recommending.seeds import Interests, Seed
from concierge.retrieval.filters import rows_with_tag

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


def eligible(sources: Sources, making: Making, rows: Rows | None = None) -> Mask:
    """Return which products may be in a list; of given rows, whatever the caller wants ranked."""
    catalogue, asked = sources.catalogue, making.asked
    if rows is not None:
        allowed = np.zeros(len(catalogue), np.bool_)
        allowed[rows] = True
        return allowed
    allowed = asked.filter.mask(catalogue) & catalogue.in_stock & making.steering.permitted
    allowed[catalogue.rows(list(_unwanted(sources, making)))] = False
    for tag in making.profile.muted if making.profile else ():
        allowed &= ~rows_with_tag(catalogue, tag)
    return allowed


def _unwanted(sources: Sources, making: Making) -> Iterator[str]:
    """Yield the items not to show: owned, muted, just looked at, excluded by the caller."""
    asked, wanted = making.asked, sources.interests
    yield from asked.exclude_item_ids
    yield from asked.context.item_ids
    muted = making.profile.muted if making.profile else ()
    yield from (tag.partition(":")[2] for tag in muted if tag.startswith("item:"))
    if not making.placement.shows_seen:
        yield from (seed.item_id for seed in wanted.items if not _was_bought(seed, wanted))
    # A request that includes what was bought means that, too.
    if not making.placement.shows_seen and asked.purchased != "include":
        yield from wanted.just_bought
    yield from _owned(sources, making)


def _owned(sources: Sources, making: Making) -> Iterator[str]:
    purchased = making.asked.purchased or making.placement.purchased
    if purchased == "include":
        return
    # Recent purchases are known without the long-term profile too.
    wanted = sources.interests
    bought = [seed.item_id for seed in wanted.items if _was_bought(seed, wanted)]
    for item_id in {*wanted.owned, *bought}:
        row = sources.catalogue.row(item_id)
        if row is None:
            continue
        comes_back = sources.behaviour is not None and sources.behaviour.repeat[row] >= COMES_BACK
        if purchased == "exclude" or not comes_back:
            yield item_id


def _was_bought(seed: Seed, wanted: Interests) -> bool:
    return seed.how == "purchase" or seed.item_id in wanted.owned
