"""Rows are taken one by one: kept, or set aside with their reason."""

from collections.abc import Callable, Iterable

from concierge.errors import BrokenFile, InvalidRecord
from concierge.files.limits import Limits
from concierge.files.rows import BadRow, Row
from concierge.ingesting.quarantine import Quarantine
from concierge.ingesting.tally import Tally

# Parses and keeps one row, and counts it; raises InvalidRecord where it is bad.
Take = Callable[[Row], None]


def sort_rows(
    rows: Iterable[Row | BadRow], take: Take, tally: Tally, quarantine: Quarantine
) -> None:
    """Take every row, and quarantine those that cannot be read or break a rule."""
    for row in rows:
        tally.rows += 1
        if isinstance(row, BadRow):
            quarantine.add(row)
            continue
        try:
            take(row)
        except InvalidRecord as error:
            quarantine.add(row, error.field, error.reason)
    quarantine.close()


def refuse_unusable(tally: Tally, limits: Limits) -> None:
    """Raise BrokenFile where too little of a file is good to let it change anything."""
    if not tally.rows:
        raise BrokenFile("the file is empty: it has no rows")
    usable = tally.accepted + tally.removed + tally.duplicates
    judged = tally.rows >= limits.bad_share_from_rows
    if not usable or (judged and tally.bad_share > limits.most_bad_share):
        raise BrokenFile(
            f"{tally.quarantined.total():,} of {tally.rows:,} rows are bad, more than "
            f"{limits.most_bad_share:.0%}; nothing was changed, see the quarantine file"
        )
