"""Dates as customers write them, in English and Chinese."""

import re
from datetime import date, timedelta

from concierge.language.tokens import fold

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_RELATIVE = {
    "today": 0, "今天": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1,
    "前天": -2, "后天": 2,
}  # fmt: skip
_FORMS = (
    (re.compile(r"(?<!\d)(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})(?!\d)"), "ymd"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (\d{{4}}))?"), "dby"),
    (re.compile(rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (\d{{4}}))?"), "bdy"),
    (re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)"), "dmy"),
    (re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]?"), "md"),
)


def date_in(text: str, today: date) -> str | None:
    """Return the date that a text names as YYYY-MM-DD, or None.

    3/4/2026 is the third of April, except where only the month can come first.
    """
    plain = fold(text)
    for word, days in _RELATIVE.items():
        if re.search(rf"(?<![a-z]){word}(?![a-z])", plain):
            return (today + timedelta(days=days)).isoformat()
    for pattern, form in _FORMS:
        if found := pattern.search(plain):
            return _date(dict(zip(form, found.groups(), strict=True)), today)
    return None


def date_shown(value: str, language: str) -> str:
    """Return a date as it is read aloud."""
    day = date.fromisoformat(value)
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"


def _date(parts: dict[str, str], today: date) -> str | None:
    month = int(parts["m"]) if "m" in parts else _MONTHS.index(parts["b"]) + 1
    day = int(parts["d"])
    if month > 12 and day <= 12:
        month, day = day, month
    try:
        return date(int(parts.get("y") or today.year), month, day).isoformat()
    except ValueError:
        return None
