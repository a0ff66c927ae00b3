"""The value of a slot, as a customer wrote it and as a customer is told it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from concierge.answering.flows.flow import Slot, Value, told
from concierge.answering.flows.requests import plain
from concierge.language.tokens import fold

LONGEST_TEXT = 300
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")
# Letters and digits with at least three digits, or digits alone from four on.
_ORDER = re.compile(
    r"(?<![\w-])#?((?:[A-Za-z]{1,5}[-_ ]?)?\d{4,12}(?:-\d{1,8})?|[A-Za-z]{1,5}-?\d{3,12})(?![\w@-])",
    re.ASCII,
)
_NUMBER = re.compile(r"(?<![\w.,-])-?\d{1,12}(?:[.,]\d{1,6})?(?![\w.,]*\d)", re.ASCII)
_ENGLISH_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip
_NUMBER_WORDS = dict(
    zip(
        [*_ENGLISH_NUMBERS, *"零一二三四五六七八九十", "两"],
        [*range(11), *range(11), 2],
        strict=True,
    )
)  # fmt: skip
_ORDINALS = (
    "first|1st|第一", "second|2nd|第二", "third|3rd|第三", "fourth|4th|第四", "fifth|5th|第五",
    "sixth|6th|第六", "seventh|7th|第七", "eighth|8th|第八", "ninth|9th|第九", "tenth|10th|第十",
)  # fmt: skip
_LAST = re.compile(r"\blast\b|最后")


def parsed(slot: Slot, text: str, today: date, *, whole: bool) -> Value | None:  # noqa: PLR0911  # one for each type
    """Return the value of a slot that a text holds, or None.

    `whole` says that the text answers the question for this slot; else it is a sentence that may
    hold it by the way, and only what is unmistakable counts.
    """
    written = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).strip()
    if slot.type in {"order_number", "text"}:
        return _of_pattern(slot, written, whole=whole)
    if slot.type == "size":
        from concierge.answering.flows.sizes import size_in

        return size_in(written, whole=whole)
    if slot.type == "country":
        from concierge.answering.flows.countries import country_in

        return country_in(written, whole=whole)
    if slot.type == "date":
        from concierge.answering.flows.dates import date_in

        return date_in(written, today)
    if slot.type == "email":
        found = _EMAIL.search(written)
        return found[0] if found else None
    if slot.type == "number":
        return _number(written) if whole else None
    return _choice(slot, written, whole=whole)


def shown(slot: Slot, value: Value, language: str) -> str:
    """Return a value in the words of a language."""
    if slot.type == "country":
        from concierge.answering.flows.countries import country_name

        return country_name(str(value), language)
    if slot.type == "date":
        from concierge.answering.flows.dates import date_shown

        return date_shown(str(value), language)
    if slot.type == "choice" and value in slot.choices:
        return told(slot.choices[str(value)], language)
    return plain(value)


def _of_pattern(slot: Slot, text: str, *, whole: bool) -> str | None:
    if slot.pattern:
        found = re.search(
            rf"(?<![A-Za-z0-9])(?:{slot.pattern})(?![A-Za-z0-9])", text, re.IGNORECASE
        )
        value = found[0] if found else None
    elif slot.type == "order_number":
        order = _ORDER.search(text)
        value = order[1] if order else None
    else:
        value = text if whole and text else None
    return value.upper() if value and slot.type == "order_number" else value


def _number(text: str) -> float | None:
    numbers = _NUMBER.findall(text)
    if len(numbers) == 1:
        return float(numbers[0].replace(",", "."))
    word = fold(text).strip(" .!。！个")
    return float(_NUMBER_WORDS[word]) if not numbers and word in _NUMBER_WORDS else None


def _choice(slot: Slot, text: str, *, whole: bool) -> str | None:
    heard = fold(text).strip(" .!?。！？")
    values = list(slot.choices)
    names = {value: _names(slot, value) for value in values}
    exact = [value for value in values if heard in names[value]]
    within = exact or [
        value for value in values if any(_holds(heard, name) for name in names[value])
    ]
    if len(within) == 1:
        return within[0]
    return _at_place(heard, values) if whole and not within else None


def _names(slot: Slot, value: str) -> set[str]:
    return {fold(name) for name in (value, *slot.choices[value].values())}


def _holds(text: str, name: str) -> bool:
    if not name.isascii():
        return name in text
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text))


def _at_place(heard: str, values: Sequence[str]) -> str | None:
    for place, names in enumerate(_ORDINALS[: len(values)]):
        if re.search(rf"(?<![a-z0-9])(?:{names})(?![a-z])", heard):
            return values[place]
    if _LAST.search(heard):
        return values[-1]
    number = re.fullmatch(r"(?:number |option |no\. ?|选)?(\d{1,2})", heard)
    if number and 1 <= int(number[1]) <= len(values):
        return values[int(number[1]) - 1]
    return None
