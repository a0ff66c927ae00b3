"""How a file changes what is in force: a merge of two lists in the order of their ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from concierge.ingesting.inbox_file import InboxFile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """One product or entry, with the name of the file that it came from."""

    id: str
    thing: T
    source: str


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What a file says of one id: the new thing, or None to remove it."""

    id: str
    thing: T | None


def merged(
    in_force: Iterator[Held[T]], changes: Iterator[Change[T]], file: InboxFile
) -> Iterator[Held[T]]:
    """Yield what is in force after a file; both sides come in ascending order of ids.

    A full file replaces what came from a file of its name, and a delta only what it names; a
    delta leaves what it updates with the file that brought it. The later import of an id wins.
    """
    held, change = next(in_force, None), next(changes, None)
    while held is not None or change is not None:
        if change is None or (held is not None and held.id < change.id):
            if held is not None and (file.is_delta or held.source != file.source):
                yield held
            held = next(in_force, None)
            continue
        known = held if held is not None and held.id == change.id else None
        if change.thing is not None:
            source = known.source if known is not None and file.is_delta else file.source
            yield Held(change.id, change.thing, source)
        held = next(in_force, None) if known is not None else held
        change = next(changes, None)
