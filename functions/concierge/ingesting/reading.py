"""From the body of a file to its rows, whatever its format."""

from collections.abc import Iterator

from concierge.errors import BrokenFile
from concierge.files.columns import Columns
from concierge.files.csv_rows import read_csv
from concierge.files.decoding import Body, Decoded, Lines, LineTooLong
from concierge.files.json_rows import read_jsonl
from concierge.files.limits import Limits
from concierge.files.rows import BadRow, Row
from concierge.ingesting.inbox_file import InboxFile


class Reading:
    """One pass over a file; `warnings` and `digest` are complete once it was read to its end."""

    def __init__(self, file: InboxFile, body: Body, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._decoded = Decoded(body, is_packed=file.is_packed, limits=limits)
        self.warnings: list[str] = []

    @property
    def digest(self) -> str:
        """Hash of the contents read so far."""
        return self._decoded.digest

    def rows(self, columns: Columns) -> Iterator[Row | BadRow]:
        """Yield every row, or raise BrokenFile where the file as a whole cannot be used."""
        limits = self._limits
        if self._file.format == "csv":
            lines = Lines(self._decoded, limits.most_csv_row)
            return read_csv(lines, columns, limits.most_csv_row, self.warnings)
        lines = Lines(self._decoded, limits.most_json_line)
        return read_jsonl(lines, columns, limits.most_json_line, self.warnings)

    def document(self) -> str:
        """Return the whole text of a document, or raise BrokenFile."""
        longest = self._limits.most_document
        parts: list[str] = []
        size = 0
        try:
            for line in Lines(self._decoded, longest):
                parts.append(line)
                size += len(line)
                if size > longest:
                    raise BrokenFile(f"the document has more than {longest:,} characters; split it")
        except LineTooLong as error:
            raise BrokenFile(f"a line has more than {longest:,} bytes; split it") from error
        return "".join(parts)
