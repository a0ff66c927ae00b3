"""Lines of a text file, packed by gzip or not, with their numbers."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from model_export.errors import ExportError


def text_lines(path: Path, refusal: type[ExportError]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, or raise the refusal where the file cannot be read."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1 if path.suffix != ".gz" else "unknown"
        raise refusal(f"{path.name} is not UTF-8 (line {line}); save it anew") from error
    except (OSError, EOFError, zlib.error) as error:
        raise refusal(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.isspace():
            yield number, line.rstrip("\r")
