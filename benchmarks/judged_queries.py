"""Queries with what they should find: `{"query": …, "judgments": {item_id: gain}}`, one a line.

`kind`, `language` and `part` may be told too; what else a line holds is not read.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.shop_files import WrongFile

LONGEST = 1_000
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the gain of each product that it should find; what is not listed has none."""

    text: str
    gains: Mapping[str, float]
    line: int = 0
    language: str = ""
    kind: str = ""
    part: str = ""


def read_judged(path: Path) -> list[JudgedQuery]:
    """Return the queries of a file, or raise WrongFile that names its wrong lines."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise WrongFile(f"{path}: not UTF-8 at byte {error.start:,}; save it as UTF-8") from error
    except OSError as error:
        raise WrongFile(f"{path}: {error.strerror}") from error
    queries: dict[str, JudgedQuery] = {}
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        read = _read(line, number)
        if isinstance(read, str):
            wrong.append(f"line {number}: {read}")
        elif read.text in queries:
            wrong.append(f"line {number}: the query of line {queries[read.text].line} again")
        else:
            queries[read.text] = read
    if wrong:
        more = f"\n  and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise WrongFile(f"{path}:\n  " + "\n  ".join(wrong[:MOST_NAMED]) + more)
    if not queries:
        raise WrongFile(
            f'{path}: no query; lines are {{"query": …, "judgments": {{item_id: gain}}}}'
        )
    return list(queries.values())


def known_only(
    queries: list[JudgedQuery], known: frozenset[str]
) -> tuple[list[JudgedQuery], list[str]]:
    """Return the queries by products that there are, and say which lines name others."""
    kept, told = [], []
    for query in queries:
        gains = {item_id: gain for item_id, gain in query.gains.items() if item_id in known}
        unknown = [item_id for item_id in query.gains if item_id not in known]
        if unknown:
            names = ", ".join(map(repr, unknown[:3])) + (", …" if len(unknown) > 3 else "")
            told.append(f"line {query.line}: not in the catalogue: {names}")
        if any(gains.values()):
            kept.append(
                JudgedQuery(query.text, gains, query.line, query.language, query.kind, query.part)
            )
        else:
            told.append(f"line {query.line}: left out, since nothing it should find is there")
    return kept, told


def _read(line: str, number: int) -> JudgedQuery | str:
    """Return the query of a line, or what is wrong with it."""
    try:
        record = json.loads(line)
    except ValueError as error:
        return f"not JSON ({error})"
    if not isinstance(record, dict):
        return 'not an object; a line is {"query": …, "judgments": {item_id: gain}}'
    text = record.get("query")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        return f"query must be a text of 1 to {LONGEST:,} characters"
    reason = next(_faults(record.get("judgments")), None)
    if reason:
        return reason
    gains = {item_id: float(gain) for item_id, gain in record["judgments"].items()}
    named = {name: str(record.get(name, "")) for name in ("language", "kind", "part")}
    return JudgedQuery(text.strip(), gains, number, **named)


def _faults(judgments: Any) -> Iterator[str]:
    if not isinstance(judgments, dict) or not judgments:
        yield "judgments must be an object of item_id and gain, with at least one"
        return
    for item_id, gain in judgments.items():
        usable = isinstance(gain, int | float) and not isinstance(gain, bool)
        if not usable or not math.isfinite(gain) or gain < 0:
            yield f"judgments: the gain of {item_id!r} must be a number of 0 or more, not {gain!r}"
    if not any(judgments.values()):
        yield "judgments: no gain is above 0, so that nothing could be found"
