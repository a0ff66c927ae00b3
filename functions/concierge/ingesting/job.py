"""What one import is given, whatever its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from concierge.ingesting.inbox_file import InboxFile
from concierge.ingesting.quarantine import Quarantine
from concierge.ingesting.reading import Reading
from concierge.ingesting.reports import Outcome
from concierge.ingesting.tally import Tally


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt to import one file; `after` is how far an attempt before it came."""

    file: InboxFile
    reading: Reading
    tally: Tally
    quarantine: Quarantine
    folder: Path
    now: datetime
    remaining_s: Callable[[], float]
    report_key: str = ""
    after: str = ""


class FileImport(Protocol):
    """Imports the files of one kind."""

    def run(self, job: Job) -> Outcome:
        """Import a file: wholly, or raise BrokenFile and change nothing.

        Raises OutOfTime where the rest is left to another attempt.
        """
