"""What is looked at once a new snapshot is written, and before it comes into force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from concierge.ingesting.inbox_file import InboxFile
from concierge.language.encoder import TextEncoder


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new snapshot, the one in force that it is to replace, and the file that brings it."""

    new: Path
    in_force: Path | None
    encoder: TextEncoder | None
    file: InboxFile
    now: datetime
    remaining_s: Callable[[], float]


class Check(Protocol):
    """Decides whether a new snapshot may come into force."""

    def __call__(self, replacement: Replacement, /) -> Mapping[str, Any]:
        """Return findings for the report, or raise BrokenFile to leave all as it is."""


def nothing_to_check(_: Replacement) -> Mapping[str, Any]:
    """Let every snapshot come into force."""
    return {}
