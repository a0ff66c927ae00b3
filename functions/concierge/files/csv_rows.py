"""Rows of a CSV file as RFC 4180 describes it, line numbers included; a bad row ends at its line."""

import csv
from collections.abc import Iterator, Sequence

from concierge.errors import BrokenFile
from concierge.files.columns import Columns
from concierge.files.decoding import SHOWN_CHARACTERS, Lines, LineTooLong
from concierge.files.rows import BadRow, Row


def read_csv(
    lines: Lines, columns: Columns, longest: int, warnings: list[str]
) -> Iterator[Row | BadRow]:
    """Yield the rows under the header; raise BrokenFile where the header cannot be used.

    `longest` bounds the characters of one row, so that a quote never closed cannot hide the rest.
    """
    # The csv module keeps one bound for the whole process, in characters of a field.
    csv.field_size_limit(2 * longest)
    physical = _RowLines(lines, longest)
    rows = csv.reader(physical, strict=True)
    header = _header(rows, columns)
    warnings.extend(columns.warnings(header))
    while True:
        physical.begin_row()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except LineTooLong as error:
            yield BadRow(lines.number, f"is longer than {longest:,} characters", error.start)
        except _NeverClosed:
            yield physical.give_back("opens a quote that is never closed")
        except csv.Error as error:
            if physical.at_end:
                yield physical.give_back("opens a quote that is never closed")
            else:
                yield BadRow(physical.first, f"is not CSV: {error}", physical.text)
        else:
            if cells:
                yield _row(header, cells, physical)


def _header(rows: Iterator[list[str]], columns: Columns) -> list[str]:
    try:
        header = next((cells for cells in rows if cells), [])
    except (csv.Error, LineTooLong, _NeverClosed) as error:
        raise BrokenFile(f"line 1: the header is not CSV ({error})") from error
    header = [name.strip() for name in header]
    if not header:
        raise BrokenFile("the file is empty")
    columns.check_header(header)
    return header


def _row(header: Sequence[str], cells: Sequence[str], physical: "_RowLines") -> Row | BadRow:
    if len(cells) != len(header):
        few = "few" if len(cells) < len(header) else "many"
        reason = f"has too {few} columns: {len(cells)}, where the header has {len(header)}"
        return BadRow(physical.first, reason, physical.text)
    return Row(physical.first, dict(zip(header, cells, strict=True)), physical.text)


class _NeverClosed(Exception):
    """A row goes on for longer than any row may."""


class _RowLines:
    """Gives physical lines to the csv module and remembers those of the row being read."""

    def __init__(self, lines: Lines, longest: int) -> None:
        self._lines = lines
        self._longest = longest
        self._taken: list[tuple[int, str]] = []
        self._again: list[tuple[int, str]] = []
        self._size = 0
        self.at_end = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > self._longest:
            raise _NeverClosed
        number, line = self._again.pop() if self._again else self._new()
        self._taken.append((number, line))
        self._size += len(line)
        return line

    def begin_row(self) -> None:
        """Forget the row read last."""
        self._taken.clear()
        self._size = 0

    def give_back(self, reason: str) -> BadRow:
        """Blame the first line alone; the others are read again as rows of their own."""
        (number, text), *others = self._taken
        self._again.extend(reversed(others))
        self.at_end = False
        return BadRow(number, reason, text[:SHOWN_CHARACTERS])

    @property
    def first(self) -> int:
        """The line that the row starts on."""
        return self._taken[0][0] if self._taken else self._lines.number

    @property
    def text(self) -> str:
        """How the row begins."""
        return "".join(line for _, line in self._taken[:20])[:SHOWN_CHARACTERS]

    def _new(self) -> tuple[int, str]:
        try:
            return self._next_pair()
        except StopIteration:
            self.at_end = True
            raise

    def _next_pair(self) -> tuple[int, str]:
        line = next(self._lines)
        return self._lines.number, line
