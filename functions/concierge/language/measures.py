"""Numbers with their units as one token: `10 ft`, `10-foot` and `10英尺` are the same thing.

Metric lengths count in millimetres, volumes in millilitres, masses in grams, feet in inches, so
that `1.5 m` is `150cm` and `6 ft` is `72"`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from concierge.language.tokens import CJK

# What a unit counts in, how many of that it is, and how it is written.
_LATIN = (
    ("mm", 1, "mm millimetre millimetres millimeter millimeters"),
    ("mm", 10, "cm cms centimetre centimetres centimeter centimeters"),
    ("mm", 1000, "m mtr mtrs metre metres meter meters"),
    ("km", 1, "km kilometre kilometres kilometer kilometers"),
    ("in", 1, 'in inch inches " ″'),
    ("in", 12, "ft foot feet"),
    ("ml", 1, "ml millilitre millilitres milliliter milliliters"),
    ("ml", 10, "cl centilitre centilitres centiliter centiliters"),
    ("ml", 1000, "l ltr ltrs litre litres liter liters"),
    ("oz", 1, "oz ounce ounces"),
    ("lb", 1, "lb lbs pound pounds"),
    ("mg", 1, "mg milligram milligrams"),
    ("g", 1, "g gr gms gram grams gramme grammes"),
    ("g", 1000, "kg kgs kilo kilos kilogram kilograms"),
    ("w", 1, "w watt watts"),
    ("v", 1, "v volt volts"),
    ("mah", 1, "mah"),
    ("hz", 1, "hz hertz"),
    ("mhz", 1, "mhz"),
    ("ghz", 1, "ghz"),
    ("mb", 1, "mb megabyte megabytes"),
    ("gb", 1, "gb gig gigs gigabyte gigabytes"),
    ("tb", 1, "tb terabyte terabytes"),
    ("mp", 1, "mp megapixel megapixels"),
    ("pack", 1, "pack packs pk box"),
    ("set", 1, "set piece pieces pc pcs"),
)
_CHINESE = (
    ("mm", 1, "毫米"),
    ("mm", 10, "厘米 公分"),
    ("mm", 1000, "米 公尺"),
    ("km", 1, "公里 千米"),
    ("in", 1, "英寸 寸 吋"),
    ("in", 12, "英尺"),
    ("ml", 1, "毫升"),
    ("ml", 1000, "升 公升"),
    ("oz", 1, "盎司"),
    ("lb", 1, "磅"),
    ("mg", 1, "毫克"),
    ("g", 1, "克"),
    ("g", 1000, "公斤 千克"),
    ("w", 1, "瓦"),
    ("v", 1, "伏"),
    ("mah", 1, "毫安 毫安时"),
    ("hz", 1, "赫兹"),
    ("pack", 1, "包装 支装 瓶装 只装 袋装 罐装"),
    ("set", 1, "件套 件装"),
)
_UNITS = {
    spelling: (name, factor)
    for name, factor, spellings in (*_LATIN, *_CHINESE)
    for spelling in spellings.split()
}


def _spellings(units: tuple[tuple[str, int, str], ...]) -> str:
    """Return a pattern of all spellings, the longest first."""
    every = " ".join(spellings for _, _, spellings in units).split()
    return "|".join(map(re.escape, sorted(every, key=len, reverse=True)))


_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_HAN = "零〇一二两三四五六七八九十百千半"
_LETTER = rf"[^\W_{CJK}]"
_NUMERAL = re.compile(rf"[\d{_HAN}]")
# `set of 3` is a set of as many as `3 pieces`.
_COUNTED_FIRST = re.compile(r"\b(pack|set|box) of (\d+)(?![\w.,/])")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FACTORS = {"十": 10, "百": 100, "千": 1000}


class Measure(NamedTuple):
    """A number with its unit in a text: where it stands, and its token."""

    start: int
    end: int
    token: str


def number_first(folded: str) -> str:
    """Return a folded text with `3 set` for `set of 3`."""
    return _COUNTED_FIRST.sub(r"\2 \1", folded) if " of " in folded else folded


def measures(folded: str) -> Iterator[Measure]:
    """Yield the measures of a folded text, in order."""
    if _NUMERAL.search(folded):
        for found in _measure().finditer(folded):
            yield Measure(*found.span(), _token(found))


@cache
def _measure() -> re.Pattern[str]:
    """Return the pattern of a measure, made for the first text with a number."""
    latin, chinese = _spellings(_LATIN), _spellings(_CHINESE)
    # A word, as the tokens of a text have it, is never cut in two.
    begins = rf"(?<!{_LETTER})(?<![.,/⁄'’])(?<![a-z][-_])"
    ends = rf"(?!{_LETTER}|['’.]{_LETTER})"
    return re.compile(
        rf"(?=[\d.{_HAN}]){begins}(?:"
        rf"(?P<long>{_NUMBER})\s?[x×*]\s?(?P<wide>{_NUMBER})(?:\s?[x×*]\s?(?P<high>{_NUMBER}))?"
        rf"(?:\s?(?:{latin}))?{ends}"
        rf"|(?:(?P<whole>\d+)[ -])?(?P<above>\d+)[/⁄](?P<below>[1-9]\d*)(?![\d/⁄.])"
        rf"(?:[ -]?(?P<part>{latin}))?{ends}"
        rf"|(?P<number>{_NUMBER})(?:[ -]?(?P<unit>{latin}){ends}"
        # In `3 in 1` and `6 in a box` the word counts no inches.
        rf"(?<!\sin(?=\s(?:\d|an? |the |one|box|case|pack|set)))"
        rf"|\s?(?P<chinese>{chinese})(?![级拉]))"
        rf"|(?P<han>[{_HAN}]+)(?P<counted>{chinese})(?![级拉])"
        r")"
    )


def _token(found: re.Match[str]) -> str:
    group = found.groupdict()
    if group["long"]:
        sides = (group["long"], group["wide"], group["high"])
        return "x".join(_written(_value(side)) for side in sides if side)
    if group["above"]:
        number = float(group["whole"] or 0) + float(group["above"]) / float(group["below"])
    elif group["han"]:
        number = _of_han(group["han"])
    else:
        number = _value(group["number"])
    unit = group["part"] or group["unit"] or group["chinese"] or group["counted"]
    name, factor = _UNITS[unit] if unit else ("", 1)
    return f"{_written(number * factor)}{name}"


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _written(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _of_han(numeral: str) -> float:
    """Return the value of `五百`, `两`, `半` or `一二〇`."""
    if len(numeral) > 1 and all(sign in _DIGITS for sign in numeral):
        return float("".join(str(_DIGITS[sign]) for sign in numeral))
    total, digit = 0, 0
    for sign in numeral:
        if sign in _FACTORS:
            total += (digit or 1) * _FACTORS[sign]
            digit = 0
        else:
            digit = _DIGITS.get(sign, 0)
    return total + digit + (0.5 if numeral.endswith("半") else 0.0)
