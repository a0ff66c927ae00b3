"""Understanding a query: what becomes a filter, and what must not."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.retrieval.expressions import parse_expression
from concierge.searching.understanding.understander import Understander
from tests.builders import make_product
from tests.fakes.snapshots import catalogue_of, older_catalogue_of
from tests.understanding_shop import PRODUCTS

# A query, and each part as `kind text = value`.
UNDERSTOOD = [
    ("red shoes under 50 euro", "colour red = red", "category shoes = Clothing > Shoes", "price under 50 euro = <=50 EUR"),
    ("red shoes", "colour red = red", "category shoes = Clothing > Shoes"),
    ("red running shoes", "colour red = red"),
    ("navy running shoes", "colour navy = navy"),
    ("blue running shoes", "colour blue = blue"),
    ("blue shoes under 100", "colour blue = blue", "category shoes = Clothing > Shoes", "price under 100 = <=100"),
    ("black leather shoes", "colour black = black"),
    ("white leather shoes", "colour white = white"),
    ("brown shoes", "colour brown = brown", "category shoes = Clothing > Shoes"),
    ("running shoes EU 42", "size EU 42 = 42"),
    ("running shoes size 38", "size size 38 = 38"),
    ("red t-shirt", "colour red = red", "category t-shirt = Clothing > T-shirts"),
    ("red T-shirt size M", "colour red = red", "category T-shirt = Clothing > T-shirts", "size size M = M"),
    ("t-shirt XL", "category t-shirt = Clothing > T-shirts", "size XL = XL"),
    ("linen t-shirt xl", "size xl = XL"),
    ("t-shirt in size L", "category t-shirt = Clothing > T-shirts", "size in size L = L"),
    ("dusk t-shirt", "colour dusk = dusk", "category t-shirt = Clothing > T-shirts"),
    ("orange t-shirt", "colour orange = orange", "category t-shirt = Clothing > T-shirts"),
    ("green t-shirt", "colour green = green", "category t-shirt = Clothing > T-shirts"),
    ("cotton t-shirt under €15", "price under €15 = <=15 EUR"),
    ("apple phone", "brand apple = Apple", "category phone = Electronics > Phones"),
    ("apple smartphone", "brand apple = Apple"),
    ("smartphone by Apple", "brand Apple = Apple"),
    ("Apple smartphone 128 GB", "brand Apple = Apple", "size 128 GB = 128 gb"),
    ("black tea 250 g", "size 250 g = 250 g"),
    ("green tea under 10 euro", "price under 10 euro = <=10 EUR"),
    ("256gb smartphone", "size 256gb = 256gb"),
    ("olive oil 500 ml", "size 500 ml = 500 ml"),
    ("gold ring", "colour gold = gold", "category ring = Jewellery > Rings"),
    ("on shoes", "category shoes = Clothing > Shoes"),
    ("brand Next t-shirt", "brand Next = Next"),
    ("shoes by On", "category shoes = Clothing > Shoes", "brand On = On"),
    ("black headphones", "colour black = black", "category headphones = Electronics > Headphones"),
    ("headphones under 100 euro", "price under 100 euro = <=100 EUR"),
    ("headphones in stock", "in_stock in stock = true"),
    ("in stock headphones under €100", "in_stock in stock = true", "price under €100 = <=100 EUR"),
    ("Tonwerk", "brand Tonwerk = Tonwerk"),
    ("tonwerk headphones", "brand tonwerk = Tonwerk", "category headphones = Electronics > Headphones"),
    ("Halden Audio", "brand Halden Audio = Halden Audio"),
    ("halden audio earbuds", "brand halden audio = Halden Audio", "category earbuds = Electronics > Earbuds"),
    ("Stromma lamp", "brand Stromma = Strömma", "category lamp = Home > Lamps"),
    ("strömma lamp", "brand strömma = Strömma", "category lamp = Home > Lamps"),
    ("aldous and son mug", "brand aldous and son = Aldous & Son", "category mug = Kitchen > Mugs"),
    ("Aldous & Son", "brand Aldous & Son = Aldous & Son"),
    ("red mug under 10", "colour red = red", "category mug = Kitchen > Mugs", "price under 10 = <=10"),
    ("white mug", "colour white = white", "category mug = Kitchen > Mugs"),
    ("mugs", "category mugs = Kitchen > Mugs"),
    ("pots and pans", "category pots and pans = Kitchen > Pots & Pans"),
    ("frying pan 24 cm", "size 24 cm = 24 cm"),
    ("24cm frying pan", "size 24cm = 24cm"),
    ("28 cm frying pan under 45 euro", "price under 45 euro = <=45 EUR"),
    ("backpack 32 l", "category backpack = Travel > Backpacks", "size 32 l = 32 l"),
    ("32 litre backpack", "size 32 litre = 32 litre", "category backpack = Travel > Backpacks"),
    ("grey backpack", "colour grey = grey", "category backpack = Travel > Backpacks"),
    ("27 inch monitor", "size 27 inch = 27 inch", "category monitor = Electronics > Monitors"),
    ("27\" monitor", "size 27\" = 27\"", "category monitor = Electronics > Monitors"),
    ("monitor 32 inch under 400", "category monitor = Electronics > Monitors", "size 32 inch = 32 inch", "price under 400 = <=400"),
    ("duvet cover 140x200", "size 140x200 = 140x200"),
    ("duvet cover 140 x 200 cm", "size 140 x 200 cm = 140 x 200 cm"),
    ("usb cable 2m", "size 2m = 2m"),
    ("2 m usb cable", "size 2 m = 2 m"),
    ("A5 notebook", "size A5 = A5", "category notebook = Paper > Notebooks"),
    ("blue notebook", "colour blue = blue", "category notebook = Paper > Notebooks"),
    ("red notebook", "colour red = red", "category notebook = Paper > Notebooks"),
    ("brown belt", "colour brown = brown"),
    ("Pippin", "brand Pippin = Pippin"),
    ("between 20 and 50 euro backpack", "price between 20 and 50 euro = 20-50 EUR"),
    ("about 50 euro", "price about 50 euro = 40-60 EUR"),
    ("500元以下的蓝牙耳机", "price 500元以下的 = <=500"),
    ("白色蓝牙耳机", "colour 白色 = white"),
    ("小米蓝牙耳机", "brand 小米 = 小米"),
    ("小米手机", "brand 小米 = 小米"),
    ("红色跑鞋", "colour 红色 = red"),
    ("跑鞋42码", "size 42码 = 42"),
    ("黑色跑鞋 42码", "colour 黑色 = black", "size 42码 = 42"),
    ("李宁跑鞋", "brand 李宁 = 李宁"),
    ("红色马克杯", "colour 红色 = red"),
    ("蓝色T恤", "colour 蓝色 = blue"),
    ("T恤M码", "size M码 = M"),
    ("纯棉T恤 M码 100元以下", "size M码 = M", "price 100元以下 = <=100"),
    ("军绿色背包", "colour 军绿色 = olive"),
    ("现货耳机", "in_stock 现货 = true"),
    ("有货的降噪耳机", "in_stock 有货的 = true"),
    ("智能手机2000元以内", "price 2000元以内 = <=2000"),
    ("200元左右的耳机", "price 200元左右的 = 160-240"),
    ("100到500元的跑鞋", "price 100到500元的 = 100-500"),
    ("红色", "colour 红色 = red"),
    ("黑色智能手机", "colour 黑色 = black"),
    ("红色和黑色跑鞋", "colour 红色 = red", "colour 黑色 = black"),
    ("red and navy running shoes", "colour red = red", "colour navy = navy"),
    ("red or white mug", "colour red = red", "colour white = white", "category mug = Kitchen > Mugs"),
    ("xl", "size xl = XL"),
    ("24 cm", "size 24 cm = 24 cm"),
    ("white duvet cover", "colour white = white"),
    ("silver headphones", "colour silver = silver", "category headphones = Electronics > Headphones"),
    ("guide to the gold coast under 20 euro", "price under 20 euro = <=20 EUR"),
    ("novel", "category novel = Books > Novels"),
    ("novels", "category novels = Books > Novels"),
    ("phones", "category phones = Electronics > Phones"),
    ("Electronics", "category Electronics = Electronics"),
    ("kitchen", "category kitchen = Kitchen"),
    ("books under 15 euro", "category books = Books", "price under 15 euro = <=15 EUR"),
    ("under 10 euro", "price under 10 euro = <=10 EUR"),
    ("in stock", "in_stock in stock = true"),
    ("红色跑鞋300元以下", "colour 红色 = red", "price 300元以下 = <=300"),
    ("黑色跑鞋 不超过600元", "colour 黑色 = black", "price 不超过600元 = <=600"),
    ("李宁 42码", "brand 李宁 = 李宁", "size 42码 = 42"),
    ("安踏跑鞋38码", "brand 安踏 = 安踏", "size 38码 = 38"),
    ("小米智能手机2000以内", "brand 小米 = 小米", "price 2000以内 = <=2000"),
    ("小米蓝牙耳机200块左右", "brand 小米 = 小米", "price 200块左右 = 160-240"),
    ("蓝色T恤M码", "colour 蓝色 = blue", "size M码 = M"),
    ("米白色T恤", "colour 米白色 = ivory"),
    ("白色T恤", "colour 白色 = white"),
    ("蓝色的T恤", "colour 蓝色的 = blue"),
    ("有货的蓝牙耳机", "in_stock 有货的 = true"),
    ("24厘米的平底锅 200元以内", "size 24厘米 = 24厘米", "price 200元以内 = <=200"),
    ("灰色平底锅", "colour 灰色 = grey"),
    ("32升登山背包", "size 32升 = 32升"),
    ("百元以内的马克杯", "price 百元以内的 = <=100"),
    ("五百块以内的跑鞋", "price 五百块以内的 = <=500"),
    ("价格在50以下的马克杯", "price 价格在50以下的 = <=50"),
    ("１００元以下马克杯", "price １００元以下 = <=100"),
    ("品牌小米", "brand 小米 = 小米"),
    ("小米牌手机", "brand 小米 = 小米"),
    ("黑色智能手机 256GB", "colour 黑色 = black", "size 256GB = 256gb"),
    ("绿色背包", "colour 绿色 = green"),
    ("軍綠色背包", "colour 軍綠色 = olive"),
    ("紅色跑鞋", "colour 紅色 = red"),
    ("headphones under 5", "price under 5 = <=5"),
]  # fmt: skip
NOTHING = [
    "leather shoes size 47", "apple", "apple juice", "orange juice", "oranges",
    "orange", "green tea", "mint soap", "olive oil", "hand cream", "rose cream", "gold coast",
    "gold coast book", "the who", "the who vinyl", "who", "next", "on", "next t-shirt",
    "headphones", "headphones for running", "stand for headphones", "halden headphones",
    "cycling accessories", "leather belt", "kids blocks", "not red shoes", "shoes without laces",
    "mug not white", "headphones except Tonwerk", "蓝牙耳机", "小米", "小米粥", "红楼梦", "绿茶", "绿茶250克", "橙汁",
    "橙色", "平底锅24厘米", "登山背包32升", "彩色铅笔", "白板笔", "不要红色的跑鞋", "手机壳", "耳机", "M", "42",
    "case for apple smartphones", "apple case", "sage duvet cover", "pearl ring", "live at leeds",
    "cheap headphones", "purple shoes", "pink mug", "sony headphones", "非红色马克杯", "除了小米的耳机",
    "3岁以下玩具", "蓝莓", "黄金周", "黑板", "白酒", "红酒", "送女朋友的礼物", "适合跑步的耳机", "书", "没有货的耳机", "多少钱", "50个装",
    "5折", "女装", "耳机和手机壳", "红楼梦 精装", "10件套", "kids under 12", "toys for kids under 5",
    "game for 2 to 4 players", "drawer under 50 cm", "t-shirts for men over 40", "over 50",
    "50 euro gift card", "phone 6", "T-shirt not in size M", "duvet without pattern",
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS)


@pytest.fixture(scope="module")
def understand(catalogue):
    understander = Understander()
    return lambda query, **more: understander.understand(query, catalogue, **more)


def told(understood):
    return tuple(f"{part.kind} {part.text} = {part.value}" for part in understood.parts)


def shown(understood, catalogue):
    if understood.condition is None:
        return {product.item_id for product in catalogue.products()}
    rows = np.flatnonzero(understood.condition.mask(catalogue)).tolist()
    return {catalogue.product_at(row).item_id for row in rows}


@pytest.mark.parametrize(("query", "parts"), [(query, parts) for query, *parts in UNDERSTOOD])
def test_what_can_be_a_filter_is_understood(understand, query, parts):
    assert told(understand(query)) == tuple(parts)


@pytest.mark.parametrize("query", NOTHING)
def test_what_may_mean_something_else_is_no_filter(understand, query):
    understood = understand(query)
    assert told(understood) == ()
    assert understood.condition is None
    assert understood.wording == understood.remaining == " ".join(query.split())


@pytest.mark.parametrize("query", [query for query, *_ in UNDERSTOOD])
def test_each_part_is_an_expression_and_some_product_has_all(understand, catalogue, query):
    understood = understand(query)
    rows = np.ones(len(catalogue), np.bool_)
    for part in understood.parts:
        assert query[part.start : part.end] == part.text
        assert parse_expression(part.expression).mask(catalogue).any()
    searched = [part for part in understood.parts if part.kind not in {"price", "in_stock"}]
    if searched:
        rows = understood.condition.mask(catalogue)
    assert rows.any()


@pytest.mark.parametrize(
    ("query", "item_ids"),
    [
        ("red running shoes", {"shoe-red", "shirt-red", "mug-red", "mug-zh", "notebook-4", "shoe-zh"}),
        ("blue running shoes", {"shoe-navy", "shirt-blue", "shirt-zh", "notebook-5"}),
        ("running shoes EU 42", {"shoe-red", "shoe-navy", "shoe-white", "shoe-black", "shoe-zh", "shoe-zh-black"}),
        ("跑鞋38码", {"shoe-red", "shoe-navy", "shoe-zh"}),
        ("frying pan 24 cm", {"pan-24", "pan-zh"}),
        ("32升登山背包", {"pack-32", "pack-zh"}),
        ("duvet cover 140x200", {"duvet-1"}),
        ("2 m usb cable", {"cable-2"}),
        ("t-shirt XL", {"shirt-blue", "shirt-orange"}),
        ("red shoes", {"shoe-red", "shoe-zh"}),
        ("小米手机", {"phone-zh", "buds-zh"}),
        ("red mug under 10", {"mug-red"}),
        ("红色和黑色跑鞋 301元到600元", {"shoe-zh-black"}),
    ],
)  # fmt: skip
def test_the_condition_lets_through_what_has_all_parts(understand, catalogue, query, item_ids):
    assert shown(understand(query), catalogue) == item_ids


def test_prices_and_stock_are_not_searched_for_while_names_are(understand):
    understood = understand("red mug in stock under 10 euro")
    assert understood.wording == "red mug"
    assert understood.remaining == ""
    assert understand("under 10 euro").wording == ""


def test_a_part_is_ignored_by_its_id_or_its_kind(understand):
    assert [part.id for part in understand("Red  mug under 10").parts] == [
        "colour:red",
        "category:mug",
        "price:under 10",
    ]
    by_id = understand("Red  mug under 10", ignore=["price:under 10", "category:mug"])
    assert told(by_id) == ("colour Red = red",)
    assert by_id.wording == "Red mug under 10"
    assert told(understand("red mug under 10", ignore=["colour", "price", "category"])) == ()


def test_what_the_request_does_not_allow_is_no_filter(understand, catalogue):
    without_mugs = np.array([product.item_id != "mug-red" for product in catalogue.products()])
    assert "colour" in {part.kind for part in understand("red mug").parts}
    understood = understand("red mug", allowed=without_mugs & (catalogue.prices < 30))
    assert "colour" not in {part.kind for part in understood.parts}


def test_the_least_sure_part_is_given_up_where_no_product_has_all(understand):
    understood = understand("Tonwerk headphones size XL")
    assert told(understood) == ("brand Tonwerk = Tonwerk",)
    assert [(each.part.text, each.reason) for each in understood.dropped] == [
        ("size XL", "no_product")
    ]


@pytest.mark.parametrize("query", ["mug under $50", "500日元以下的跑鞋", "mug for less than £10"])
def test_a_currency_that_the_shop_does_not_sell_in_is_no_filter_and_is_said(understand, query):
    understood = understand(query)
    assert understood.condition is None
    assert [each.reason for each in understood.dropped] == ["currency"]


def test_among_several_currencies_the_one_that_is_named_counts(tmp_path):
    products = [
        make_product(item_id="euro", price=40.0, currency="EUR"),
        make_product(item_id="dollar", price=40.0, currency="USD"),
        make_product(item_id="yuan", price=40.0, currency="CNY"),
    ]
    catalogue = catalogue_of(tmp_path, products)
    understander = Understander()
    for query, item_ids in (
        ("mug under $50", {"dollar"}),
        ("mug under 50 euro", {"euro"}),
        ("50元以下的 mug", {"yuan"}),
        ("mug under 50", {"euro", "dollar", "yuan"}),
    ):
        assert shown(understander.understand(query, catalogue), catalogue) == item_ids


def test_attributes_with_odd_names_and_values_can_be_filtered_by(tmp_path):
    products = [
        make_product(item_id="a", title="Vase", attributes={"main colour's": "red\n'wine' \\ red"}),
        make_product(item_id="b", title="Vase", attributes={"main colour's": "blue"}),
    ]
    catalogue = catalogue_of(tmp_path, products)
    understood = Understander().understand("red vase", catalogue)
    assert shown(understood, catalogue) == {"a"}


def test_a_catalogue_without_columns_for_attributes_still_has_prices(tmp_path):
    old = older_catalogue_of(tmp_path, PRODUCTS)
    understood = Understander().understand("red shoes under 50 euro", old)
    assert told(understood) == ("price under 50 euro = <=50",)


def test_an_empty_catalogue_has_prices_too(tmp_path):
    understood = Understander().understand("red shoes under 50 euro", catalogue_of(tmp_path, []))
    assert told(understood) == ("price under 50 euro = <=50",)


def test_the_vocabulary_is_that_of_the_catalogue_asked(tmp_path, catalogue):
    understander = Understander()
    other = catalogue_of(tmp_path, [make_product(title="Mug", attributes={"colour": "pink"})])
    for _ in range(2):
        assert told(understander.understand("pink mug", catalogue)) == ()
        assert told(understander.understand("pink mug", other))[0] == "colour pink = pink"


WORDS = [
    *[
        "red",
        "blue",
        "orange",
        "mug",
        "headphones",
        "under",
        "over",
        "between",
        "and",
        "to",
        "euro",
        "€",
        "$",
        "<",
        "10",
        "20,5",
        "1.299,00",
        "2k",
        "size",
        "M",
        "XL",
        "EU",
        "42",
    ],
    *[
        "24",
        "cm",
        "140x200",
        "in",
        "stock",
        "Apple",
        "The",
        "Who",
        "Aldous",
        "&",
        "Son",
        "not",
        "by",
        "-",
    ],
    *[
        "红色",
        "的",
        "跑鞋",
        "500",
        "元",
        "以下",
        "以上",
        "左右",
        "五百",
        "万",
        "42码",
        "有货",
        "小米",
        "不要",
        "５００",
        "元",
        "İ",
        "ﬁ",
        "ß",
        "é",
        "🎧",
    ],
]
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(QUERIES)
def test_spans_and_what_remains_are_the_whole_query(understand, query):
    understood = understand(query)
    end = 0
    gaps = []
    for part in understood.parts:
        assert end <= part.start < part.end <= len(query)
        assert query[part.start : part.end] == part.text
        gaps.append(query[end : part.start])
        end = part.end
    gaps.append(query[end:])
    assert understood.remaining == " ".join(" ".join(gaps).split())


@settings(max_examples=200, deadline=None)
@given(QUERIES)
def test_what_is_ignored_is_not_understood_and_the_rest_can_be_sent(understand, query):
    understood = understand(query)
    json.dumps([part.expression for part in understood.parts])
    ids = [part.id for part in understood.parts]
    assert not set(ids) & {part.id for part in understand(query, ignore=ids).parts}


@pytest.mark.parametrize(
    "piece",
    ["under 50 euro ", "red ", "24 x ", "1,000", "五百", "size ", "a", "红", " ", "1.", "between 1 and ", "🎧", "'s "],
)  # fmt: skip
def test_long_queries_are_read_in_time(understand, piece):
    """Reading in more than linear time would take minutes, which nobody would wait for."""
    query = piece * (100_000 // len(piece))
    understood = understand(query)
    assert all(part.end <= len(query) for part in understood.parts)
    assert len(understood.parts) <= 16
