"""Pages of an order: a token says after which product, so that it outlives its catalogue."""

import base64
import hashlib
import json
import math
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from concierge.errors import StalePageToken

Rows = NDArray[np.intp]
Keys = tuple[NDArray[np.float64], ...]

UNUSABLE = "next_token belongs to another request, or was altered; start from the first page"


@dataclass(frozen=True, slots=True)
class Place:
    """The last product of a page: what it was sorted by, its row and the hash of its id.

    `at` is the moment of the first page, in epoch seconds.
    """

    catalogue_id: str
    keys: tuple[float, ...]
    row: int
    item: int
    at: float


# msgspec bounds integers to 63 bits, and hashes have 64.
LARGEST_HASH = 2**64


class _Written(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    catalogue_id: str
    keys: tuple[float | None, ...]
    row: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
    item: Annotated[int, msgspec.Meta(ge=0)]
    at: float


def write_place(place: Place, request: tuple[Any, ...]) -> str:
    """Return the token of what comes after a place, bound to one request."""
    keys = [key if math.isfinite(key) else None for key in place.keys]
    document = [place.catalogue_id, keys, place.row, place.item, place.at]
    text = json.dumps([*document, _seal(document, request)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(token: str | None, request: tuple[Any, ...]) -> Place | None:
    """Return the place that a token stands for, or raise StalePageToken; none for no token."""
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        *document, seal = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise StalePageToken("next_token cannot be read; start from the first page") from error
    if seal != _seal(document, request):
        raise StalePageToken(UNUSABLE)
    try:
        # The seal has no secret: whoever knows how it is made may have sealed anything.
        written = msgspec.convert(document, _Written)
    except msgspec.ValidationError as error:
        raise StalePageToken(UNUSABLE) from error
    if written.item >= LARGEST_HASH:
        raise StalePageToken(UNUSABLE)
    keys = tuple(math.inf if key is None else key for key in written.keys)
    return Place(written.catalogue_id, keys, written.row, written.item, written.at)


def _seal(document: list[Any], request: tuple[Any, ...]) -> str:
    """Return a short hash of a place and of the request that it must not be used across."""
    return hashlib.blake2b(repr((document, request)).encode(), digest_size=12).hexdigest()


def ordered(keys: Keys, rows: Rows, count: int) -> Rows:
    """Return the positions of the first `count` rows, by their keys and then by row."""
    if len(rows) > count:
        # Everything that ties with the last place is kept, so that pages never overlap.
        reach = np.flatnonzero(keys[0] <= np.partition(keys[0], count - 1)[count - 1])
    else:
        reach = np.arange(len(rows))
    order = np.lexsort((rows[reach], *(key[reach] for key in reversed(keys))))
    return reach[order][:count]


def after(keys: Keys, rows: Rows, place_keys: tuple[float, ...], place_row: int) -> Rows:
    """Return the positions of the rows that come after a place, or raise StalePageToken."""
    if len(place_keys) != len(keys):
        raise StalePageToken(UNUSABLE)
    later = np.zeros(len(rows), np.bool_)
    level = np.ones(len(rows), np.bool_)
    for key, value in zip(keys, place_keys, strict=True):
        later |= level & (key > value)
        level &= key == value
    return np.flatnonzero(later | level & (rows > place_row))
