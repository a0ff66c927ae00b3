"""Amounts of money as customers write them: `€1,299`, `2k`, `49,99 eur`, `五百块`, `1.5万元`."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SPACES = " {0,2}"
_HAN = "零〇一二两三四五六七八九十百千万"
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_HAN_FACTORS = {"十": 10, "百": 100, "千": 1_000}
_FACTORS = {"k": 1_000, "千": 1_000, "万": 10_000, "百": 100}

_DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN"})
# Whatever the shop sells in, where that is none of the others.
ANY = ""
# How a currency is written, and which it may be.
_CURRENCIES: tuple[tuple[str, frozenset[str]], ...] = (
    (r"euros?(?![a-z])|eur(?![a-z])|€|欧元|欧(?!洲|式|美|莱)", frozenset({"EUR"})),
    (r"us\$|usd(?![a-z])|美元|美金", frozenset({"USD"})),
    (r"hk\$|hkd(?![a-z])|港[元币]", frozenset({"HKD"})),
    (r"\$|dollars?(?![a-z])|bucks?(?![a-z])", _DOLLARS),
    (r"pounds?(?![a-z])|quid(?![a-z])|gbp(?![a-z])|£|英镑", frozenset({"GBP"})),
    (r"rmb(?![a-z])|cny(?![a-z])|yuan(?![a-z])|人民币", frozenset({"CNY"})),
    (r"jpy(?![a-z])|yen(?![a-z])|日[元圆]", frozenset({"JPY"})),
    (r"¥", frozenset({"CNY", "JPY"})),
    (r"chf(?![a-z])|swiss francs?(?![a-z])", frozenset({"CHF"})),
    # Chinese customers say these of yuan, and of whatever a shop sells in.
    (r"块钱?|元钱?|圆", frozenset({"CNY", ANY})),
)
_WRITTEN = tuple((re.compile(pattern), codes) for pattern, codes in _CURRENCIES)
_CURRENCY = "|".join(pattern for pattern, _ in _CURRENCIES)
_DIGITS = r"(?:\d{1,3}(?:[,.' ]\d{3}){1,3}(?:[.,]\d{1,2})?(?![\d.,]*\d)|\d{1,9}(?:[.,]\d{1,2})?(?![\d.,]*\d))"
_NUMBER = rf"(?:{_DIGITS}(?:k(?![a-z])|[千万百])?|[{_HAN}]{{1,12}})"
# A number must not begin inside a word or another number.
_APART = rf"(?<![a-z\d_])(?<![\d][.,])(?<![{_HAN}])"


_AMOUNT = re.compile(
    rf"(?:(?P<before>{_CURRENCY}){_SPACES})?{_APART}(?P<number>{_NUMBER})"
    rf"(?:{_SPACES}(?P<after>{_CURRENCY}))?"
)


class Amount(NamedTuple):
    """An amount in a plain text, in one of some currencies; `None` is the shop's, whatever it is."""

    start: int
    end: int
    value: float
    currencies: frozenset[str] | None
    has_currency: bool


def amounts(text: str) -> Iterator[Amount]:
    """Yield the amounts of a plain text in order; numbers without a currency are some too."""
    for found in _AMOUNT.finditer(text):
        written = [sign for sign in (found["before"], found["after"]) if sign]
        currencies = common([currency(sign) for sign in written])
        yield Amount(*found.span(), number(found["number"]), currencies, bool(written))


def common(currencies: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Return what all may be; `None` is anything."""
    known = [each for each in currencies if each is not None]
    return frozenset.intersection(*known) if known else None


def currency(text: str) -> frozenset[str]:
    """Return which currencies a word or sign may stand for."""
    return next(codes for pattern, codes in _WRITTEN if pattern.fullmatch(text))


def number(text: str) -> float:
    """Return the value of digits with separators and a factor, or of Chinese numerals."""
    if text[0] in _HAN:
        return of_han(text)
    factor = _FACTORS.get(text[-1], 1)
    digits = text[:-1] if factor > 1 else text
    # Three digits after a separator are thousands: 1.299 euro are not 1.30.
    whole = re.sub(r"[,.' ](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    return float(whole) * factor


def of_han(text: str) -> float:
    """Return the value of Chinese numerals: `五百`, `一千五` and `百` are 500, 1500 and 100."""
    if not set(text) & {*_HAN_FACTORS, "万"}:
        plain = "".join(str(_HAN_DIGITS[sign]) for sign in text)
        return float(plain)
    total, section, digit, factor = 0, 0, 0, 1
    for sign in text:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
            # After 零 the next digit is one of ones: 一千零五.
            factor = 1 if sign in "零〇" else factor
            continue
        factor = _HAN_FACTORS.get(sign, 10_000)
        if sign == "万":
            total, section = total + (section + digit or 1) * factor, 0
        else:
            section += (digit or 1) * factor
        digit = 0
    # What ends without a factor has the next lower one: 一千五 is 1500.
    tail = digit * (factor // 10 if factor > 10 else 1)
    return float(total + section + tail)
