"""Slots are read as customers write them, in English and Chinese."""

from datetime import date

import pytest

from concierge.answering.flows.country_names import NAMES
from concierge.answering.flows.flow import Slot
from concierge.answering.flows.slot_values import parsed, shown

TODAY = date(2026, 11, 25)


def read(kind, text, *, whole=True, **fields):
    return parsed(Slot("x", kind, {"en": "?"}, **fields), text, TODAY, whole=whole)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("XL", "XL"), ("size m please", "M"), ("extra large", "XL"), ("an extra-large one", "XL"),
        ("大号", "L"), ("加大", "XL"), ("加大码", "XL"), ("42码", "42"), ("42", "42"), ("EU 38.5", "38.5"),
        ("size 40", "40"), ("我穿M", "M"), ("特大号", "XL"), ("2XL", "XXL"), ("small", "S"), ("中码", "M"),
        ("I'm a 44", "44"), ("ＸＬ", "XL"), ("M or L", None), ("blue", None), ("99", None), ("", None),
        ("I'm small", "S"),
    ],
)  # fmt: skip
def test_sizes(text, size):
    assert read("size", text) == size


@pytest.mark.parametrize("text", ["I'm waiting", "order 42 came", "for 30 days"])
def test_a_sentence_does_not_hold_a_size_by_chance(text):
    assert read("size", text, whole=False) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), ("to the UK", "GB"), ("USA", "US"), ("us", "US"), ("uk", "GB"), ("DE", "DE"),
        ("美国", "US"), ("英国", "GB"), ("寄到加拿大", "CA"), ("South Korea", "KR"), ("Guinea-Bissau", "GW"),
        ("Papua New Guinea", "PG"), ("巴布亚新几内亚", "PG"), ("Côte d’Ivoire", "CI"), ("turkiye", "TR"),
        ("the Netherlands", "NL"), ("Nigeria", "NG"), ("Niger", "NE"), ("尼日利亚", "NG"), ("香港", "HK"),
        ("Germany or France", None), ("Atlantis", None), ("XX", None), ("chinaware", None),
    ],
)  # fmt: skip
def test_countries(text, code):
    assert read("country", text) == code


@pytest.mark.parametrize("row", NAMES.splitlines())
def test_every_country_is_known_by_both_its_names(row):
    code, english, chinese = row.split("|")
    assert read("country", f"to {english}, please", whole=False) == code
    assert read("country", chinese) == code
    slot = Slot("x", "country", {})
    assert (shown(slot, code, "en"), shown(slot, code, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("AB-12345", "AB-12345"), ("my order is ab12345.", "AB12345"), ("#778812", "778812"),
        ("订单号AB-12345谢谢", "AB-12345"), ("no idea", None), ("12", None), ("7781234", "7781234"),
    ],
)  # fmt: skip
def test_order_numbers(text, order):
    assert read("order_number", text) == order


def test_a_pattern_of_the_shop_decides():
    assert read("order_number", "it is w-77", pattern="W-[0-9]{2}") == "W-77"
    assert read("order_number", "AB-12345", pattern="W-[0-9]{2}") is None
    assert read("order_number", "W-777", pattern="W-[0-9]{2}") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-03", "2026-12-03"), ("3 December", "2026-12-03"), ("Dec 3rd, 2025", "2025-12-03"),
        ("12月3日", "2026-12-03"), ("2025年1月2日", "2025-01-02"), ("昨天", "2026-11-24"), ("today", "2026-11-25"),
        ("3/4/2026", "2026-04-03"), ("4/13/2026", "2026-04-13"), ("30 February", None), ("soon", None),
    ],
)  # fmt: skip
def test_dates(text, day):
    assert read("date", text) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("about 2.5 kg", 2.5),
        ("2,5", 2.5),
        ("three", 3),
        ("两", 2),
        ("1 or 2", None),
        ("x", None),
    ],
)
def test_numbers(text, number):
    assert read("number", text) == number


def test_email_addresses():
    assert read("email", "it's ada@example.com, thanks") == "ada@example.com"
    assert read("email", "ada at example") is None


COLOURS = {"red": {"en": "Red", "zh": "红色"}, "blue": {"en": "Dark blue", "zh": "深蓝"}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("red", "red"), ("the dark blue one", "blue"), ("我要红色", "red"), ("2", "blue"), ("the second one", "blue"),
        ("第二个", "blue"), ("第一个", "red"), ("the last", "blue"), ("3", None), ("green", None),
        ("red or dark blue", None), ("bored", None),
    ],
)  # fmt: skip
def test_choices(text, value):
    assert read("choice", text, choices=COLOURS) == value


def test_values_are_told_in_the_language_of_the_customer():
    slot = Slot("x", "choice", {}, choices=COLOURS)
    assert (shown(slot, "blue", "en"), shown(slot, "blue", "zh")) == ("Dark blue", "深蓝")
    assert shown(Slot("x", "date", {}), "2026-12-03", "zh") == "2026年12月3日"
    assert shown(Slot("x", "number", {}), 3.0, "en") == "3"
