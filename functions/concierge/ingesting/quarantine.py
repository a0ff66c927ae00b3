"""The rows of a file that could not be taken, kept aside for whoever repairs them."""

import json
from pathlib import Path

from concierge.files.rows import WHOLE_ROW, BadRow, Row
from concierge.ingesting.tally import Tally


class Quarantine:
    """Writes bad rows to a local file and counts them; rows may hold personal data."""

    def __init__(self, path: Path, tally: Tally, most_rows: int) -> None:
        self.path = path
        self._tally = tally
        self._most_rows = most_rows
        self._written = 0
        self._lines = path.open("w", encoding="utf-8")

    @property
    def is_empty(self) -> bool:
        """Whether no row was bad."""
        return not self._written

    def add(self, row: Row | BadRow, field: str = WHOLE_ROW, reason: str = "") -> None:
        """Set a row aside; the reason of a BadRow is its own."""
        if isinstance(row, BadRow):
            reason = row.reason
        self._tally.quarantine(field, reason)
        if self._written < self._most_rows:
            record = {"line": row.line, "field": field, "reason": reason, "row": row.text}
            # ASCII, since a row may hold what UTF-8 cannot: half a surrogate pair.
            self._lines.write(json.dumps(record) + "\n")
            self._written += 1

    def close(self) -> None:
        """Finish the file; say so where it does not hold all bad rows."""
        if self._lines.closed:
            return
        self._lines.close()
        if self._tally.quarantined.total() > self._written:
            self._tally.warnings.append(
                f"the quarantine file holds the first {self._written:,} bad rows only"
            )
