"""Rows of a JSON Lines file: one object a line."""

import json
from collections.abc import Iterator
from typing import Any

from concierge.files.columns import MOST_UNKNOWN, Columns
from concierge.files.decoding import SHOWN_CHARACTERS, Lines, LineTooLong
from concierge.files.rows import BadRow, Row


def read_jsonl(
    lines: Lines, columns: Columns, longest: int, warnings: list[str]
) -> Iterator[Row | BadRow]:
    """Yield a row for each line that is not blank."""
    known, unknown = frozenset(columns.known), set[str]()
    while True:
        try:
            line = next(lines)
        except StopIteration:
            break
        except LineTooLong as error:
            reason = f"is longer than {longest:,} bytes"
            yield BadRow(lines.number, reason, error.start[:SHOWN_CHARACTERS])
            continue
        if not line.isspace():
            row = _row(lines.number, line)
            if isinstance(row, Row) and len(unknown) <= MOST_UNKNOWN:
                unknown.update(row.record.keys() - known)
            yield row
    warnings.extend(columns.warnings(unknown))


def parse_object(line: str) -> dict[str, Any]:
    """Read one JSON object, or raise ValueError saying why the line is none."""
    try:
        record = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(record, dict):
        raise ValueError("is not a JSON object; write one object a line")
    return record


def _row(number: int, line: str) -> Row | BadRow:
    text = line[:SHOWN_CHARACTERS]
    try:
        return Row(number, parse_object(line), text)
    except ValueError as error:
        return BadRow(number, str(error), text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is not JSON; leave the field out")


# Made once: `json.loads` makes a new one for each call that is not plain.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
