"""Numbers as they are written: digits, English words and Chinese numerals, with their units."""

import re
from decimal import Decimal, InvalidOperation

from concierge.language.number_words import ENGLISH_UNITS

# 1,000 and 1 000 are a thousand; 1.5 and 1,5 are one and a half.
DIGITS = r"\d{1,3}(?:[,'’ \u00a0\u202f]\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:[.,]\d+)?"
_SEPARATOR = re.compile(r"[,'’ \u00a0\u202f](?=\d{3}(?:\D|$))")

_WORDS = {word: value for value, word in enumerate(ENGLISH_UNITS)} | {
    word: 10 * tens
    for tens, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_FACTORS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "dozen": 12}
_ONE = "|".join(
    sorted([*_WORDS, *_FACTORS, "half", "twice", "double", "triple"], key=len, reverse=True)
)
ENGLISH = rf"(?:{_ONE})(?:(?:-|\s+(?:and\s+)?)(?:{_ONE}))*"
_ALONE = {"half": "0.5", "twice": "2", "double": "2", "triple": "3"}

ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
}

HAN = "零〇一二两三四五六七八九十百千万亿半"
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_HAN_FACTORS = {"十": 10, "百": 100, "千": 1_000}
_HAN_GROUPS = {"万": 10_000, "亿": 100_000_000}

# A unit and how it is written; those without a name only count things.
_UNITS = (
    ("workday", r"(?:working|business|work)[ -]days?|workdays?|个?工作日"),
    ("day", r"(?:calendar |consecutive )?days?|天|日(?!元)|个自然日"),
    ("hour", r"hours?|hrs?|h(?![a-z])|个?小时|个?钟头"),
    ("minute", r"minutes?|mins?|分钟"),
    ("second", r"seconds?|secs?|秒钟?"),
    ("week", r"weeks?|周|个?星期|个?礼拜"),
    ("month", r"months?|个月"),
    ("year", r"years?|yrs?|年|岁"),
    ("€", r"euros?|eur|€|欧元|欧"),
    ("$", r"(?:us )?dollars?|usd|\$|美元|美金"),
    ("£", r"pounds?|gbp|£|英镑"),
    ("¥", r"yuan|rmb|cny|¥|人民币|元|块钱?"),
    ("%", r"%|per ?cent"),
    ("kg", r"kgs?|kilos?|kilograms?|公斤|千克"),
    ("g", r"g(?![a-z])|grams?|克"),
    ("km", r"km|kilomet(?:re|er)s?|公里|千米"),
    ("cm", r"cm|centimet(?:re|er)s?|厘米|公分"),
    ("mm", r"mm|millimet(?:re|er)s?|毫米"),
    ("m", r"m(?![a-z])|met(?:re|er)s?|米"),
    ("l", r"l(?![a-z])|lit(?:re|er)s?|升"),
    ("degree", r"°\s?c?|degrees?(?: celsius)?|摄氏度|度"),
    ("discount", r"折"),
    ("", r"个国家|个字符|[个件张家种位次期遍条封笔双码目名款份台倍分单只盒套间处层道项]"),
)
UNIT = "|".join(f"(?:{pattern})" for _, pattern in _UNITS)
_UNIT_NAMES = [(name, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for name, pattern in _UNITS]
CURRENCY = r"€|\$|£|¥|(?:EUR|USD|GBP|CNY|RMB)(?=\s*\d)"


def of_digits(text: str) -> str:
    """Return the value of digits, as a number without separators or needless zeros."""
    plain = _SEPARATOR.sub("", text).replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return text
    return f"{value.normalize():f}" if value else "0"


def of_english(text: str) -> str:
    """Return the value of number words such as `twenty-four` or `one hundred and ten`."""
    words = [word for word in re.split(r"[\s-]+", text.lower()) if word != "and"]
    if len(words) == 1 and words[0] in _ALONE:
        return _ALONE[words[0]]
    total, current = 0, 0
    for word in words:
        if word in _FACTORS:
            current = max(current, 1) * _FACTORS[word]
            if _FACTORS[word] > 100:
                total, current = total + current, 0
        else:
            current += _WORDS.get(word, 0)
    return str(total + current)


def of_han(text: str) -> str:
    """Return the value of Chinese numerals such as `十五`, `两百` or `半`."""
    if text == "半":
        return "0.5"
    if len(text) > 1 and all(sign in _HAN_DIGITS for sign in text):
        return str(int("".join(str(_HAN_DIGITS[sign]) for sign in text)))
    total, section, digit = 0, 0, 0
    for sign in text.rstrip("半"):
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
        elif sign in _HAN_FACTORS:
            section += (digit or 1) * _HAN_FACTORS[sign]
            digit = 0
        else:
            total += (section + digit or 1) * _HAN_GROUPS[sign]
            section = digit = 0
    value = str(total + section + digit)
    return f"{value}.5" if text.endswith("半") else value


def unit_of(text: str) -> str:
    """Return the name of a written unit; empty for one that only counts."""
    for name, pattern in _UNIT_NAMES:
        if pattern.fullmatch(text.strip().strip("-")):
            return name
    return ""
