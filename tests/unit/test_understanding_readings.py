"""What prices, sizes and measures say, read from the text alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from concierge.searching.understanding.amounts import ANY, of_han
from concierge.searching.understanding.colours import colours_in
from concierge.searching.understanding.measures import Measure, measure_in, measures
from concierge.searching.understanding.plain import Plain, plain_text
from concierge.searching.understanding.prices import prices
from concierge.searching.understanding.sizes import fits, size_of, sizes, sizes_in
from concierge.searching.understanding.stock import wishes_for_stock

EURO, YUAN, POUND, UNSAID = {"EUR"}, {"CNY", ANY}, {"GBP"}, None
PRICES = [
    ("under 50 euro", None, 50, EURO), ("below €50", None, 50, EURO), ("less than 49,99 eur", None, 49.99, EURO),
    ("cheaper than 50", None, 50, UNSAID), ("up to £15", None, 15, POUND), ("max. 60€", None, 60, EURO),
    ("no more than 50 euros", None, 50, EURO), ("budget of 80 euro", None, 80, EURO), ("budget: 80", None, 80, UNSAID),
    ("<50€", None, 50, EURO), ("<= 50", None, 50, UNSAID), ("price < 50", None, 50, UNSAID), ("price: 20-50", 20, 50, UNSAID),
    ("€1,299.00 or less", None, 1299, EURO), ("1.299,00 € max", None, 1299, EURO), ("under 1 299 €", None, 1299, EURO),
    ("under 1.5k euro", None, 1500, EURO), ("50 euro and under", None, 50, EURO), ("under 1,000", None, 1000, UNSAID),
    ("over 50 euro", 50, None, EURO), ("more than €20", 20, None, EURO), ("from 20 euro", 20, None, EURO),
    ("starting at €20", 20, None, EURO), ("at least 20 euros", 20, None, EURO), (">= 20", 20, None, UNSAID),
    ("20 euro and up", 20, None, EURO), ("20€+", 20, None, EURO), ("20 euro or more", 20, None, EURO),
    ("between 20 and 30 euro", 20, 30, EURO), ("between 20 and 30", 20, 30, UNSAID), ("€20-€50", 20, 50, EURO),
    ("20 – 50 euro", 20, 50, EURO), ("from 20 to 50 euros", 20, 50, EURO), ("£5 to £10", 5, 10, POUND),
    ("about 50 euro", 40, 60, EURO), ("around €20", 16, 24, EURO), ("ca. 100 euro", 80, 120, EURO), ("~10€", 8, 12, EURO),
    ("500元以下", None, 500, YUAN), ("500块以内", None, 500, YUAN), ("500块钱以内的", None, 500, YUAN), ("500以下", None, 500, UNSAID),
    ("五百元以下", None, 500, YUAN), ("一千五以下", None, 1500, UNSAID), ("两千块以下", None, 2000, YUAN), ("百元以内", None, 100, YUAN),
    ("1.5万元以下", None, 15000, YUAN), ("三万元以内", None, 30000, YUAN), ("一百二十元以下", None, 120, YUAN), ("2千以下", None, 2000, UNSAID),
    ("不超过500元", None, 500, YUAN), ("低于500", None, 500, UNSAID), ("少于300块", None, 300, YUAN), ("最多200元", None, 200, YUAN),
    ("预算500", None, 500, UNSAID), ("预算在500元", None, 500, YUAN), ("价格在500以下", None, 500, UNSAID), ("５００元以下", None, 500, YUAN),
    ("500塊以下", None, 500, YUAN), ("100歐元以內", None, 100, EURO), ("人民币300元以下", None, 300, {"CNY"}), ("￥300以下", None, 300, {"CNY", "JPY"}),
    ("300日元以内", None, 300, {"JPY"}), ("50英镑以下", None, 50, POUND), ("一百欧以内", None, 100, EURO), ("500元封顶", None, 500, YUAN),
    ("500元以上", 500, None, YUAN), ("至少100元", 100, None, YUAN), ("高于200块", 200, None, YUAN), ("不低于200元", 200, None, YUAN),
    ("100到200元", 100, 200, YUAN), ("100-200元之间", 100, 200, YUAN), ("100元至200元", 100, 200, YUAN), ("三百到五百元", 300, 500, YUAN),
    ("100~200块的", 100, 200, YUAN), ("200块左右", 160, 240, YUAN), ("200左右", 160, 240, UNSAID), ("大约200元", 160, 240, YUAN),
]  # fmt: skip
NO_PRICES = [
    "50 euro headphones", "50 euros", "500元", "gift card 20 euro", "$50", "under the sea", "over 50", "about 50", "20 or less",
    "under 50 cm", "under 5 kg", "up to 10 players", "kids under 12", "children under 5", "toys for girls under 10",
    "ages 3 to 5", "2 to 4 players", "from 3 to 5 years", "20-50", "between you and me", "under 3", "4k", "windows 11",
    "3岁以下", "5公斤以下", "10人以上", "64GB以上", "8寸以上", "500以上", "三个", "一万小时", "第一", "不是低于500元", "not under 50 euro",
    "between 50 and 20 euro", "model 500", "iphone 15 max", "1 2 3", "9999999999999999 euro",
]  # fmt: skip


@pytest.mark.parametrize(("text", "low", "high", "currencies"), PRICES)
def test_a_price_is_read_to_its_last_letter(text, low, high, currencies):
    for query in (text, f"shoes {text}", f"鞋 {text}"):
        (reading,) = prices(Plain(query))
        assert (reading.low, reading.high) == (low, high)
        assert reading.currencies == currencies
        assert query[slice(*Plain(query).span(reading.start, reading.end))] == text


@pytest.mark.parametrize("text", NO_PRICES)
def test_a_number_of_something_else_is_no_price(text):
    assert list(prices(Plain(text))) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10), ("十五", 15), ("二十", 20), ("一百", 100), ("一百零五", 105), ("一百五", 150), ("一百五十", 150),
        ("百", 100), ("两千", 2000), ("一千零五十", 1050), ("一万", 10_000), ("一万五", 15_000), ("十万", 100_000), ("三五", 35),
    ],
)  # fmt: skip
def test_chinese_numerals_are_read_as_they_are_said(text, value):
    assert of_han(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in stock mugs", ["in stock"]), ("mugs, in-stock only", ["in-stock only"]), ("available now", ["available now"]),
        ("有货的耳机", ["有货的"]), ("只要现货", ["只要现货"]), ("有現貨嗎", ["有現貨"]), ("有库存", ["有库存"]),
        ("out of stock", []), ("not in stock", []), ("stock pot", []), ("in stockings", []), ("没有货", []), ("available in red", []),
        ("货架", []), ("back in stock", []),
    ],
)  # fmt: skip
def test_a_wish_for_stock_is_read(text, found):
    plain = Plain(text)
    assert [text[slice(*plain.span(*span))] for span in wishes_for_stock(plain)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("size M", [("size M", "m")]), ("shirt M", [("M", "m")]), ("shirt m", []), ("shirt xl", [("xl", "xl")]), ("3XL", [("3XL", "xxxl")]),
        ("in size L", [("in size L", "l")]), ("size large", [("size large", "l")]), ("L size", [("L size", "l")]),
        ("EU 42", [("EU 42", "42")]), ("size 42.5", [("size 42.5", "42.5")]), ("42码", [("42码", "42")]), ("尺码XL", [("尺码XL", "xl")]),
        ("M码", [("M码", "m")]), ("L號", [("L號", "l")]), ("A5", [("A5", "a5")]), ("Levi's", []), ("S'mores", []), ("42", []),
        ("one size", []), ("A/S", [("S", "s")]), ("R&M", []), ("size 10000", []), ("5号线", []),
    ],
)  # fmt: skip
def test_a_size_is_read(text, found):
    plain = Plain(text)
    read = [(text[slice(*plain.span(each.start, each.end))], each.size) for each in sizes(plain)]
    assert read == [(part, size_of(size)) for part, size in found]


@pytest.mark.parametrize(
    ("value", "having", "lacking"),
    [
        ("36–48", ["36", "42", "48"], ["35", "m"]), ("XS–XXL", ["xs", "m", "xxl"], ["xxs", "42"]), ("S, M, L", ["s", "m"], ["xl"]),
        ("S–3XL", ["xxxl"], ["xs"]), ("EU 42", ["42"], ["41"]), ("42码", ["42"], []), ("A5", ["a5"], ["a4"]), (42, ["42"], ["43"]),
        ("24 cm", [], ["24"]), ("one size", [], ["m"]), ("48–36", [], ["40"]), ("S–48", [], ["s", "40"]), ("", [], ["m"]),
    ],
)  # fmt: skip
def test_a_value_has_the_sizes_that_it_names(value, having, lacking):
    ranges = sizes_in(value)
    assert all(fits(size_of(size), ranges) for size in having)
    assert not any(fits(size_of(size), ranges) for size in lacking)


@pytest.mark.parametrize(
    ("text", "name", "measure"),
    [
        ("24 cm", "size", Measure("length", (240.0,))), ("24厘米", "尺寸", Measure("length", (240.0,))),
        ("0.24 m", "size", Measure("length", (240.0,))), ("27 inch", "size", Measure("length", (685.8,))),
        ("27寸", "size", Measure("length", (685.8,))), ("1.2 l", "capacity", Measure("volume", (1200.0,))),
        ("1,2 L", "capacity", Measure("volume", (1200.0,))), ("20,000 mAh", "capacity", Measure("charge", (20000.0,))),
        ("140 × 200 cm", "size", Measure("length", (1400.0, 2000.0))), (500, "weight_g", Measure("weight", (500.0,))),
        (2, "length_m", Measure("length", (2000.0,))), (7, "flow_l_min", None), (3, "ports", None), ("3", "size_cm", None),
        ("0.3–1.5 l", "size", None), ("24 cm or 28 cm", "size", None), ("red", "colour", None),
    ],
)  # fmt: skip
def test_a_value_is_a_measure_in_whatever_unit(text, name, measure):
    assert measure_in(text, name) == measure


@pytest.mark.parametrize(
    "text", ["5 in 1", "4k", "model 24", "24", "h2o", "1.2.3 m", "米色", "克拉 5"]
)
def test_a_number_without_a_unit_is_no_measure(text):
    assert list(measures(Plain(text))) == []


@pytest.mark.parametrize(
    ("value", "colours"),
    [
        ("navy", {"navy", "blue"}), ("dark blue", {"navy", "blue"}), ("深蓝色", {"navy", "blue"}), ("dusk blue", {"blue"}),
        ("粉红色", {"pink"}), ("black/white", {"black", "white"}), ("forest green", {"forest green", "green"}), ("灰", {"grey"}),
        ("rose gold", {"rose gold", "gold", "pink"}), ("aubergine", {"plum", "purple"}), ("sky", {"light blue", "blue"}), ("ISO", set()),
    ],
)  # fmt: skip
def test_a_value_is_a_colour_and_what_that_is_a_shade_of(value, colours):
    assert colours_in(value) == colours


@pytest.mark.parametrize("number", ["2½", "2 ½"])
def test_a_whole_number_and_a_half_are_not_one_number(number):
    assert Plain(f"pan of {number} litres").text == "pan of 2 1⁄2 litres"


@given(st.text(max_size=40))
@example("0¼")
def test_every_place_of_the_plain_text_leads_back_into_the_query(query):
    plain = Plain(query)
    letters = (" " if letter.isspace() else plain_text(letter) for letter in query)
    assert plain.text.replace(" ", "") == "".join(letters).replace(" ", "")
    for word in plain.words:
        start, end = plain.span(word.start, word.end)
        assert 0 <= start < end <= len(query)
        assert word.text in plain_text(query[start:end])
