"""Dates, times and days as they are written, and their one way to be compared."""

import re
from collections.abc import Callable

from concierge.answering.grounding.numerals import HAN, of_digits, of_han

_MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# May and March are verbs as well, where they are not written as names.
_MONTH = (
    r"(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|Mar(?:ch)?|[Aa]pr(?:il)?|May|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?"
    r"|[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)(?![a-z])\.?"
)
_WEEKDAY = (
    r"(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)days?(?![a-z])"
    r"|(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)(?![a-z])"
)
_N = rf"(?:\d{{1,2}}|[{HAN}]{{1,3}})"
MOMENT = "|".join(
    f"(?P<{name}>{pattern})"
    for name, pattern in (
        ("iso", r"\d{4}-\d{1,2}-\d{1,2}(?!\d)"),
        ("slashed", r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])"),
        ("handate", rf"(?:\d{{4}}\s*年\s*)?{_N}\s*月\s*{_N}\s*[日号]"),
        ("daymonth", rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}(?!\d))?"),
        ("monthday", rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?![\d:])(?:,?\s+\d{{4}}(?!\d))?"),
        ("hanmonth", rf"{_N}\s*月(?:份|底|初)?"),
        ("month", _MONTH),
        (
            "time",
            r"\d{1,2}[.]\d{2}\s*[AaPp]\.?[Mm]\b\.?|\d{1,2}:\d{2}(?:\s*[AaPp]\.?[Mm]\b\.?)?|\d{1,2}\s*(?:[AaPp]\.[Mm]\.|[AaPp][Mm]\b|o[’']clock)",
        ),
        (
            "hantime",
            rf"(?:(?:上午|下午|晚上|早上|中午|凌晨)\s*)?(?:{_N}\s*点(?:半|钟|{_N}分?)?|\d{{1,2}}:\d{{2}})",
        ),
        ("hanweekday", r"(?:周|星期|礼拜)[一二三四五六日天]"),
        ("weekday", _WEEKDAY),
        (
            "named",
            (
                r"\b(?:[Ww]eekends?|[Tt]oday|[Tt]omorrow|[Yy]esterday|[Tt]onight|[Nn]oon|[Mm]idnight"
                r"|[Mm]ornings?|[Aa]fternoons?|[Ee]venings?|[Nn]ights?|[Oo]vernight)\b"
                r"|周末|今天|明天|后天|昨天|今晚|中午|午夜|上午|下午|晚上|早上|凌晨|傍晚"
            ),
        ),
    )
)
_NAMED = {
    "周末": "weekend", "今天": "today", "明天": "tomorrow", "昨天": "yesterday", "今晚": "tonight",
    "中午": "noon", "午夜": "midnight", "上午": "morning", "早上": "morning", "下午": "afternoon",
    "晚上": "evening", "傍晚": "evening",
}  # fmt: skip


def moment_key(match: re.Match[str]) -> str:
    """Return `date:12-24`, `time:14:00`, `weekday:6` or the like for a match of MOMENT."""
    kind, text = next((name, match[name]) for name in _READERS if match[name] is not None)
    return _READERS[kind](text)


def months_of(key: str) -> str:
    """Return the key of a date's month, which the date also tells."""
    return f"month:{key.removeprefix('date:').partition('-')[0]}" if key.startswith("date:") else ""


def _date(month: int, day: int, year: str = "") -> str:
    return f"date:{month}-{day}" + (f"-{year}" if year else "")


def _number(text: str) -> int:
    return int(of_digits(text) if text.isascii() else of_han(text))


def _iso(text: str) -> str:
    year, month, day = text.split("-")
    return _date(int(month), int(day), year)


def _han_date(text: str) -> str:
    numbers = [_number(part) for part in re.findall(rf"\d+|[{HAN}]+", text)]
    year = str(numbers[0]) if len(numbers) == 3 else ""
    return _date(numbers[-2], numbers[-1], year)


def _named_date(text: str) -> str:
    names = re.findall(_MONTH, text)
    numbers = re.findall(r"\d+", text)
    return _date(_month_number(names[0]), int(numbers[0]), numbers[1] if len(numbers) > 1 else "")


def _month_number(text: str) -> int:
    start = text.lower()[:3]
    return next(n for n, name in enumerate(_MONTH_NAMES, 1) if name.startswith(start))


def _time(text: str) -> str:
    hours, *minutes = re.findall(r"\d+", text)
    lower = text.lower().replace(".", "").replace(" ", "")
    hour = (
        int(hours) % 12 + 12 if "pm" in lower else int(hours) % 12 if "am" in lower else int(hours)
    )
    return f"time:{hour}:{minutes[0] if minutes else '00'}"


def _han_time(text: str) -> str:
    numbers = [_number(part) for part in re.findall(r"\d+|[零〇一二两三四五六七八九十]+", text)]
    late = re.match(r"下午|晚上", text) and numbers[0] < 12
    minute = 30 if text.endswith("半") else numbers[1] if len(numbers) > 1 else 0
    return f"time:{numbers[0] + 12 if late else numbers[0]}:{minute:02}"


def _weekday(text: str) -> str:
    start = text.lower()[:2]
    return f"weekday:{next(n for n, name in enumerate(_DAY_NAMES, 1) if name.startswith(start))}"


_READERS: dict[str, Callable[[str], str]] = {
    "iso": _iso,
    "slashed": lambda text: f"date:{text}",
    "handate": _han_date,
    "daymonth": _named_date,
    "monthday": _named_date,
    "hanmonth": lambda text: f"month:{_number(re.findall(rf'[0-9]+|[{HAN}]+', text)[0])}",
    "month": lambda text: f"month:{_month_number(text)}",
    "time": _time,
    "hantime": _han_time,
    "hanweekday": lambda text: (
        f"weekday:{'一二三四五六日'.replace('天', '日').index(text[-1].replace('天', '日')) + 1}"
    ),
    "weekday": _weekday,
    "named": lambda text: f"day:{_NAMED.get(text, text.lower().rstrip('s'))}",
}
