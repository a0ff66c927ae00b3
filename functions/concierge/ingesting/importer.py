"""Imports one file of the inbox and tells the outcome: a report, an event, never a silence."""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from concierge.errors import (
    BrokenFile,
    ConciergeError,
    InvalidConfiguration,
    LostAnswers,
    Unavailable,
)
from concierge.files.decoding import Body
from concierge.files.limits import Limits
from concierge.ingesting.embedding import OutOfTime
from concierge.ingesting.inbox_file import PREFIX, InboxFile, quarantine_key, report_key
from concierge.ingesting.job import FileImport, Job
from concierge.ingesting.quarantine import Quarantine
from concierge.ingesting.reading import Reading
from concierge.ingesting.reports import Outcome, Report, Status
from concierge.ingesting.tally import Tally

# Each call of a quarter of an hour gets further; more of them mean that one does not.
MOST_ATTEMPTS = 50

# A call that was killed leaves its folder behind, and the disk is small. No call takes an hour.
LEFTOVER = "import-"
LEFTOVER_S = 3_600.0

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Notice:
    """A file is to be imported; `after` is how far an attempt before this one came."""

    key: str
    after: str = ""
    attempt: int = 1


class Inbox(Protocol):
    """The bucket that the shop drops files in and reads reports from."""

    def open(self, key: str) -> Body:
        """Return the bytes of a file, or raise BrokenFile where it is gone."""

    def put(self, key: str, content: bytes | Path) -> None:
        """Keep a report or a quarantine file."""

    def delete(self, key: str) -> None:
        """Forget a quarantine file, whether it exists or not."""


class Bus(Protocol):
    """Tells the rest of the shop what happened."""

    def send(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Send one event, or raise Unavailable."""


class Continuations(Protocol):
    """Takes up later what did not fit in one call."""

    def send(self, notice: Notice) -> None:
        """Have a file imported further, or raise Unavailable."""


class Importer:
    """Imports files; `imports` knows how, by kind."""

    def __init__(
        self,
        inbox: Inbox,
        imports: Mapping[str, FileImport],
        bus: Bus,
        continuations: Continuations,
        limits: Limits,
        folder: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inbox = inbox
        self._imports = imports
        self._bus = bus
        self._continuations = continuations
        self._limits = limits
        self._folder = folder
        self._now = now

    def run(self, notice: Notice, remaining_s: Callable[[], float]) -> Report:
        """Import the file of a notice as far as time allows, and return what was reported.

        An error that another attempt may overcome is reported as `failed` and raised.
        """
        attempt = _Attempt(notice, Tally(), self._now())
        self._folder.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(self._folder)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=LEFTOVER) as folder:
            path = Path(folder) / "quarantine.jsonl"
            quarantine = Quarantine(path, attempt.tally, self._limits.most_quarantined_rows)
            try:
                outcome = self._import(attempt, quarantine, Path(folder), remaining_s)
                report = self._finish(attempt, quarantine, "completed", outcome=outcome)
            except BrokenFile as error:
                report = self._finish(attempt, quarantine, "rejected", error=error)
            except OutOfTime as error:
                report = self._continue(attempt, error.after)
            except Exception as error:
                self._report_failure(attempt, error)
                raise
            finally:
                quarantine.close()
        return report

    def _import(
        self,
        attempt: "_Attempt",
        quarantine: Quarantine,
        folder: Path,
        remaining_s: Callable[[], float],
    ) -> Outcome:
        notice = attempt.notice
        file = InboxFile.of(notice.key)
        job = Job(
            file=file,
            reading=Reading(file, self._inbox.open(notice.key), self._limits),
            tally=attempt.tally,
            quarantine=quarantine,
            folder=folder,
            now=attempt.started_at,
            remaining_s=remaining_s,
            report_key=report_key(notice.key),
            after=notice.after,
        )
        return self._imports[file.kind].run(job)

    def _finish(
        self,
        attempt: "_Attempt",
        quarantine: Quarantine,
        status: Status,
        error: BrokenFile | None = None,
        outcome: Outcome | None = None,
    ) -> Report:
        """Publish everything that is to be read about an import, the report last but the event."""
        quarantine.close()
        key = quarantine_key(attempt.notice.key)
        if quarantine.is_empty:
            self._inbox.delete(key)
        else:
            self._inbox.put(key, quarantine.path)
        reason = str(error) if error else ""
        report = attempt.report(status, self._now(), reason, outcome or Outcome())
        if isinstance(error, InvalidConfiguration):
            report = replace(report, errors=error.mistakes)
        if isinstance(error, LostAnswers):
            report = replace(report, outcome=Outcome(findings=error.findings))
        if not quarantine.is_empty:
            report = replace(report, quarantine_key=key)
        self._put(report)
        if report.outcome.changed and report.outcome.snapshot_id:
            published = {"kind": report.kind, "snapshot_id": report.outcome.snapshot_id}
            self._bus.send("Snapshot Published", published)
        self._bus.send("Import Finished", report.to_detail())
        return report

    def _continue(self, attempt: "_Attempt", after: str) -> Report:
        notice = attempt.notice
        if notice.attempt >= MOST_ATTEMPTS:
            error = Unavailable(f"not done after {MOST_ATTEMPTS} calls; split the file")
            self._report_failure(attempt, error)
            raise error
        self._continuations.send(Notice(notice.key, after, notice.attempt + 1))
        reason = f"call {notice.attempt} ran out of time; what it did is kept, the next goes on"
        report = attempt.report("continuing", self._now(), reason, Outcome())
        self._put(report)
        return report

    def _report_failure(self, attempt: "_Attempt", error: Exception) -> None:
        """Say that an attempt failed; where even that fails, the log has to do."""
        # The text of a foreign error may quote a row.
        text = str(error) if isinstance(error, ConciergeError) else type(error).__name__
        reason = f"{text}; what was in force stays in force, and it is tried again"
        try:
            self._put(attempt.report("failed", self._now(), reason, Outcome()))
        except ConciergeError as failure:
            logger.error("report not written", key=attempt.notice.key, reason=str(failure))

    def _put(self, report: Report) -> None:
        self._inbox.put(report.key, report.to_json().encode())
        logger.info(
            "import reported",
            kind=report.kind,
            status=report.status,
            rows=report.tally.rows,
            accepted=report.tally.accepted,
            quarantined=report.tally.quarantined.total(),
            snapshot_id=report.outcome.snapshot_id,
        )


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What is known of an import from its start."""

    notice: Notice
    tally: Tally
    started_at: datetime

    def report(self, status: Status, now: datetime, reason: str, outcome: Outcome) -> Report:
        """Return the report of this attempt as it stands."""
        kind, _, name = self.notice.key.removeprefix(PREFIX).partition("/")
        return Report(
            kind=kind,
            file=name,
            key=report_key(self.notice.key),
            status=status,
            tally=self.tally,
            started_at=self.started_at.isoformat(timespec="milliseconds"),
            finished_at=now.isoformat(timespec="milliseconds"),
            outcome=outcome,
            reason=reason,
        )


def _clear_leftovers(folder: Path) -> None:
    for path in folder.glob(f"{LEFTOVER}*"):
        if time.time() - path.stat().st_mtime > LEFTOVER_S:
            shutil.rmtree(path, ignore_errors=True)
