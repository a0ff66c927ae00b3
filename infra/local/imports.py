"""Which files the demo imports, and what their reports say."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.client import ShopClient
from infra.local.stack import ROOT
from infra.local.steps import Step

SAMPLES = ROOT / "samples"
# Products first: the events of history take their tags from the catalogue.
KINDS = (
    "catalogue",
    "knowledge",
    "golden",
    "events",
    "configuration",
    "guardrails",
    "dialogue",
    "synonyms",
)
PLAIN_ENDINGS = (".csv", ".jsonl", ".ndjson", ".md", ".json")
ENDINGS = (*PLAIN_ENDINGS, *(f"{ending}.gz" for ending in PLAIN_ENDINGS))


class NothingToImport(Exception):
    """The folder holds no file to import. The message says what is expected where."""


class ImportFailed(Exception):
    """An import did not end as it should. The message quotes its report."""


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file on its way into the inbox."""

    kind: str
    path: Path

    @property
    def name(self) -> str:
        """Return its name in the inbox."""
        return self.path.name


def files_in(folder: Path) -> list[InboxFile]:
    """Return the files of `folder/<kind>`, in the order of their import."""
    found = [
        InboxFile(kind, path)
        for kind in KINDS
        for path in sorted((folder / kind).glob("*"))
        if path.name.lower().endswith(ENDINGS)
    ]
    if not found:
        raise NothingToImport(
            f"{folder} holds nothing to import: put CSV or JSON Lines files (JSON for configuration, guardrails, dialogue and synonyms) "
            f"in {', '.join(f'{folder.name}/{kind}/' for kind in KINDS)}"
        )
    return found


def sample_history(folder: Path) -> InboxFile:
    """Generate the sample shop's history up to now: interest fades, so its events have to be fresh."""
    path = folder / "history.jsonl.gz"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    command = [sys.executable, "-m", "samples.history", "--until", now, "--out", str(path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return InboxFile("events", path)


def import_files(client: ShopClient, files: list[InboxFile], step: Step) -> list[dict[str, Any]]:
    """Upload files of one kind and wait for their reports."""
    for file in files:
        client.upload(file.kind, file.name, file.path)
    reports = []
    for number, file in enumerate(files, 1):

        def tell(
            _waited_s: float, position: str = f"{file.name}, {number} of {len(files)}"
        ) -> None:
            step.update(position)

        reports.append(client.wait_for_report(file.kind, file.name, on_wait=tell))
    return reports


def unaccounted(report: dict[str, Any]) -> int:
    """Return how many rows are in none of the report's counts."""
    known = report["accepted"] + report["removed"] + report["duplicates"]
    missing: int = report["rows"] - known - sum(report["quarantined"].values())
    return missing


def account(report: dict[str, Any]) -> list[str]:
    """Return the lines that account for every row of a file."""
    counts = {
        "accepted": report["accepted"],
        "removed": report["removed"],
        "duplicates": report["duplicates"],
        "quarantined": sum(report["quarantined"].values()),
    }
    told = [f"{count:,} {name}" for name, count in counts.items() if count or name == "accepted"]
    told.append(f"{unaccounted(report) or 'none'} unaccounted for")
    lines = [
        f"{report['kind']}/{report['file']} {report['status']}: {report['rows']:,} rows, {', '.join(told)}"
    ]
    lines += [f"{count:>12,}  {reason}" for reason, count in report["quarantined"].items()]
    lines += [f"        note: {warning}" for warning in report["warnings"]]
    lines += [f"        reason: {report['reason']}"] if report["reason"] else []
    lines += [f"        {each['pointer']}: {each['detail']}" for each in report.get("errors", ())]
    return lines


def check(report: dict[str, Any]) -> None:
    """Raise ImportFailed unless the file was imported and every row is accounted for."""
    if report["status"] != "completed" or unaccounted(report):
        raise ImportFailed("\n".join(account(report)))
