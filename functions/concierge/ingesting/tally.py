"""Where every row of a file went."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

# Values are left out of reasons, so that rows group and no personal data gets into a report.
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'…?|"(?:[^"\\]|\\.)*"…?""")
_LEADING_VALUE = re.compile(r"^[-+]?\d\S*")
_COUNT = re.compile(r"\b(has|line|columns:) \d[\d,]*")
_PARSER_DETAIL = re.compile(r"(not valid JSON|not JSON|not CSV): .*", re.DOTALL)
MOST_REASONS = 40
OTHER = "other reasons"


@dataclass(slots=True)
class Tally:
    """Counts of one import; every row is in exactly one of accepted to quarantined."""

    rows: int = 0
    accepted: int = 0
    removed: int = 0
    duplicates: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    unknown_items: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def bad_share(self) -> float:
        """Which part of the rows was quarantined."""
        return self.quarantined.total() / self.rows if self.rows else 0.0

    @property
    def unaccounted(self) -> int:
        """How many rows are in none of the counts: zero, unless there is a mistake here."""
        known = self.accepted + self.removed + self.duplicates + self.quarantined.total()
        return self.rows - known

    def quarantine(self, field_name: str, reason: str) -> None:
        """Count a bad row under its reason."""
        summary = summarised(field_name, reason)
        if summary not in self.quarantined and len(self.quarantined) >= MOST_REASONS:
            summary = OTHER
        self.quarantined[summary] += 1

    def to_record(self) -> dict[str, Any]:
        """Return the counts as they stand in a report."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "removed": self.removed,
            "duplicates": self.duplicates,
            "quarantined": dict(self.quarantined.most_common()),
            "unknown_items": self.unknown_items,
            "warnings": self.warnings,
        }


def summarised(field_name: str, reason: str) -> str:
    """Return `field: reason` without the value that was wrong.

    >>> summarised("price", "'12 euros' is not a number")
    'price: … is not a number'
    """
    plain = _PARSER_DETAIL.sub(r"\1", reason)
    plain = _COUNT.sub(r"\1 …", _LEADING_VALUE.sub("…", _QUOTED.sub("…", plain)))
    return f"{field_name}: {plain}"[:200]
