"""The outcome of one import, as the shop reads it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from concierge.ingesting.tally import Tally

Status = Literal["completed", "rejected", "continuing", "failed"]
# Enough to repair a file in one go, and still a report that can be read.
MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import left behind, besides the counts of rows.

    `snapshot_id` is what is in force afterwards; it is as before where the file changed nothing.
    `findings` are what was noticed about the contents as a whole.
    """

    snapshot_id: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    changed: bool = True
    findings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The contents of a report object; `errors` are JSON pointers and what is wrong there."""

    kind: str
    file: str
    key: str
    status: Status
    tally: Tally
    started_at: str
    finished_at: str
    outcome: Outcome = field(default_factory=Outcome)
    reason: str = ""
    quarantine_key: str = ""
    errors: Sequence[tuple[str, str]] = ()

    def to_json(self) -> str:
        """Return the text of the report object."""
        document: dict[str, Any] = {
            "kind": self.kind,
            "file": self.file,
            "status": self.status,
            "reason": self.reason,
            "errors": [
                {"pointer": pointer, "detail": detail}
                for pointer, detail in self.errors[:MOST_ERRORS]
            ],
            **self.tally.to_record(),
            "quarantine_key": self.quarantine_key,
            "snapshot_id": self.outcome.snapshot_id,
            "counts": dict(self.outcome.counts),
            "findings": dict(self.outcome.findings),
            "started_at": self.started_at,
            "finished_at": self.finished_at,
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def to_detail(self) -> dict[str, Any]:
        """Return what the shop's bus is told."""
        return {
            "kind": self.kind,
            "file": self.file,
            "status": self.status,
            "report_key": self.key,
            "snapshot_id": self.outcome.snapshot_id,
        }
