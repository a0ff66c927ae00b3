"""Find personal data by shape and checksum, and hide it: in linear time, without a model."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache

from concierge.guarding.findings import Span, replaced, without_overlaps

PLACEHOLDERS = {
    "en": {
        "email": "[e-mail]",
        "phone": "[phone]",
        "card": "[card]",
        "iban": "[account]",
        "chinese-id": "[identity number]",
    },
    "zh": {
        "email": "[邮箱]",
        "phone": "[电话]",
        "card": "[卡号]",
        "iban": "[账户]",
        "chinese-id": "[证件号]",
    },
}
RULES = tuple(PLACEHOLDERS["en"])

# Full-width digits, letters and signs are read as their ASCII forms; offsets stay the same.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# Lengths by country, from the IBAN registry (SWIFT, release 99).
_IBANS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28"
    " EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26"
    " IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30"
    " NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23"
    " TN24 TR26 UA29 VA22 VG24 XK20"
)
_IBAN_LENGTHS = {each[:2]: int(each[2:]) for each in _IBANS.split()}
# How far before a number its meaning is looked for.
_BEFORE = 24


def mask(text: str, language: str = "en") -> str:
    """Return a text in which placeholders stand for personal data: what a log may hold."""
    names = PLACEHOLDERS.get(language, PLACEHOLDERS["en"])
    return replaced(text, ((each.start, each.end, names[each.rule]) for each in personal(text)))


def personal(text: str) -> list[Span]:
    """Return the spans of personal data in order, none overlapping."""
    plain, origins = _visible(text.translate(_WIDE)) if not text.isascii() else (text, None)
    found = list(without_overlaps([*_emails(plain), *_with_digits(plain)]))
    if origins is None:
        return found
    return [Span(each.rule, origins[each.start], origins[each.end - 1] + 1) for each in found]


def _visible(text: str) -> tuple[str, Sequence[int] | None]:
    """Return a text without characters of no width, and where its characters stood."""
    if INVISIBLE.isdisjoint(text):
        return text, None
    places = [place for place, each in enumerate(text) if each not in INVISIBLE]
    return "".join(text[place] for place in places), places


# Compiled at first use. Each begins where its run of characters begins and is bounded, so that
# no input is read more than a fixed number of times.
_PATTERNS: dict[str, Callable[[], re.Pattern[str]]] = {
    "at": lambda: re.compile(r"@(?:[^\W_][\w-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z])"),
    "local": lambda: re.compile(r"[A-Za-z0-9._%+'-]{1,64}$"),
    "spelled": lambda: re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64} ?[(\[] ?at ?[)\]] ?(?:[\w-]{1,63} ?(?:\.|[(\[] ?dot ?[)\]])"
        r" ?){1,8}[A-Za-z]{2,24}\b",
        re.IGNORECASE,
    ),
    "number": lambda: re.compile(
        r"(?<![A-Za-z0-9_.,-])(?<![.,-])[+(]?\(?[0-9](?:[ ./()-]{0,2}[0-9]){6,21}[Xx]?"
        r"(?![A-Za-z0-9_])"
    ),
    "iban": lambda: re.compile(
        r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])"
    ),
    "date": lambda: re.compile(
        r"(?:19|20)[0-9]{2}[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:[0-2][0-9]|3[01])"
    ),
    "order": lambda: re.compile(
        r"(?:order|parcel|track|invoice|serial|article|batch|sku|ean|isbn|ref(?:erence)?|code"
        r"|customer|gift card|version|单号|订单|编号|运单|发票|序列|书号|型号|券码)"
        r"(?: ?(?:no|nr|number|id|code|num|号|码|是)\.?)*[ :：#为]{0,3}$",
        re.IGNORECASE,
    ),
    "call": lambda: re.compile(
        r"(?:phone|call|tel|mobile|cell|whats ?app|fax|sms|text me|ring|reach me|my number"
        r"|电话|手机|致电|拨打|微信|座机|联系)[^0-9]{0,12}$",
        re.IGNORECASE,
    ),
    "grouped": lambda: re.compile(r"[0-9]{4}([ .-])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}"),
    "local phone": lambda: re.compile(
        r"\(?[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4}"  # North America
        r"|\(?0[1-9][0-9]{1,4}\)?(?:[ -][0-9]{3,4}){2}"  # the British Isles
        r"|0[1-9][0-9]{1,2}-[0-9]{7,8}"  # China, with its area code
    ),
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    # Compiled when it is first needed: a plain question needs few, and a start none.
    return _PATTERNS[name]()


def _emails(text: str) -> Iterator[Span]:
    if "@" in text:
        for found in _pattern("at").finditer(text):
            local = _pattern("local").search(text[max(0, found.start() - 64) : found.start()])
            if local:
                yield Span("email", found.start() - len(local[0]), found.end())
    if "(" in text or "[" in text:
        for found in _pattern("spelled").finditer(text):
            yield Span("email", *found.span())


def _with_digits(text: str) -> Iterator[Span]:
    if any(digit in text for digit in "0123456789"):
        yield from _numbers(text)
        yield from _ibans(text)


def _numbers(text: str) -> Iterator[Span]:
    for found in _pattern("number").finditer(text):
        start, end = found.span()
        shape = found[0]
        before = text[max(0, start - _BEFORE) : start]
        rule = _rule_of(shape, before)
        if rule:
            yield Span(rule, start, end)
            continue
        # A date or an amount may follow: look for the card within.
        card = _pattern("grouped").search(shape)
        if card and is_card("".join(each for each in card[0] if each.isdigit())):
            yield Span("card", start + card.start(), start + card.end())


def _rule_of(shape: str, before: str) -> str:
    """Return which kind of personal number this is, or an empty text."""
    digits = "".join(each for each in shape if each.isdigit())
    is_order = bool(_pattern("order").search(before)) or before.endswith("#")
    if len(digits) in {17, 18} and is_chinese_id(digits + ("X" if shape[-1] in "Xx" else "")):
        return "chinese-id"
    if shape[-1] in "Xx":
        return ""
    grouped = bool(_pattern("grouped").fullmatch(shape))
    if is_card(digits) and shape[0] != "+" and (grouped or not is_order):
        return "card"
    return "phone" if not is_order and _is_phone(shape, digits, before) else ""


def _is_phone(shape: str, digits: str, before: str) -> bool:
    if shape[0] == "+":
        return 8 <= len(digits) <= 15
    if digits.startswith("00") and not digits.startswith("000") and shape != digits:
        return 9 <= len(digits) <= 17
    bare = digits.removeprefix("86") if len(digits) == 13 else digits
    bare = bare.removeprefix("086") if len(bare) == 14 else bare
    if len(bare) == 11 and bare[0] == "1" and bare[1] in "3456789" and "." not in shape:
        return True
    if _pattern("date").match(shape):
        return False
    if _pattern("local phone").fullmatch(shape):
        return True
    return 7 <= len(digits) <= 15 and bool(_pattern("call").search(before))


def _ibans(text: str) -> Iterator[Span]:
    for found in _pattern("iban").finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
        end = _end_after(found[0], length)
        if end and is_iban("".join(found[0][:end].split())):
            yield Span("iban", found.start(), found.start() + end)


def _end_after(text: str, length: int) -> int:
    """Return where so many characters other than spaces end, or zero."""
    count = 0
    for place, character in enumerate(text):
        count += character != " "
        if length and count == length:
            return place + 1
    return 0


def is_card(digits: str) -> bool:
    """Say whether digits have the beginning, length and check digit (Luhn) of a payment card."""
    known = digits[:1] in {"4", "5", "6"} or digits[:2] in {
        "34", "35", "36", "37", "38", "22", "23", "24", "25", "26", "27"
    }  # fmt: skip
    if not known or not 13 <= len(digits) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(account: str) -> bool:
    """Say whether an account number without spaces has its check digits (ISO 7064, mod 97)."""
    moved = (account[4:] + account[:4]).upper()
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def is_chinese_id(number: str) -> bool:
    """Say whether a number has the date and the check character of GB 11643."""
    if len(number) != 18:
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17] == _CHECKS[total % 11]
