"""Which products a filter expression lets through, one by one and against a naive evaluation."""

import operator
import random
import tracemalloc
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.errors import OldSnapshot
from concierge.language.tokens import fold
from concierge.retrieval.attributes import MOST_VALUES, PENDING, Attributes, AttributesWriter
from concierge.retrieval.expressions import parse_expression
from tests.builders import NOW, make_product
from tests.fakes.snapshots import catalogue_of, older_catalogue_of

MB = 1_000_000
PRODUCTS = [
    make_product(
        item_id="cup",
        category=("Kitchen", "Cups"),
        brand="Löam",
        price=4.0,
        language="zh-CN",
        currency="GBP",
        created_at="2026-11-22T23:59:59+00:00",
        attributes={"colour": "Red", "sizes": ["S", "M"], "weight": 0.2, "safe": True},
    ),
    make_product(
        item_id="lamp",
        category=("Living",),
        brand="",
        price=None,
        in_stock=False,
        created_at="2026-11-23T00:00:00+00:00",
        attributes={"colour": "blue", "sizes": [], "weight": [1, 250], "safe": False, "x": {}},
    ),
    make_product(
        item_id="mug",
        price=12.5,
        language="en-GB",
        created_at="2026-01-01T10:00:00+00:00",
        attributes={"colour": ["dark red", "BLUE"], "weight": "0.2", "safe": "true", "x": [None]},
    ),
    make_product(item_id="pot", category=(), price=0.0, language="en", currency=""),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS)


def kept(catalogue, text, parameters=None, now=NOW):
    rows = np.flatnonzero(parse_expression(text, parameters).mask(catalogue, now))
    return " ".join(catalogue.product_at(int(row)).item_id for row in rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("item_id = 'cup'", "cup"),
        ("item_id = 'CUP'", ""),
        ("item_id in ('cup', 'gone', 'pot')", "cup pot"),
        ("item_id != 'cup'", "lamp mug pot"),
        ("exists item_id", "cup lamp mug pot"),
        ("category = 'KITCHEN'", "cup mug"),
        ("category = 'kitchen>mugs'", "mug"),
        ("category = 'Kit'", ""),
        ("category in ('kitchen > cups', 'Living')", "cup lamp"),
        ("category != 'Kitchen'", "lamp pot"),
        ("not exists category", "pot"),
        ("brand = 'loam'", "cup"),
        ("brand != 'loam'", "lamp mug pot"),
        ("brand != 'loam' and exists brand", "mug pot"),
        ("language = 'en'", "mug pot"),
        ("language = 'en-gb'", "mug"),
        ("language = 'e'", ""),
        ("language = 'ZH'", "cup"),
        ("not exists language", "lamp"),
        ("currency = 'eur'", "lamp mug"),
        ("not exists currency", "pot"),
        ("price = 12.5", "mug"),
        ("price != 12.5", "cup lamp pot"),
        ("price < 12.5", "cup pot"),
        ("price <= 12.5", "cup mug pot"),
        ("price > 4", "mug"),
        ("price >= 4", "cup mug"),
        ("price between 4 and 12.5", "cup mug"),
        ("price not between 4 and 12.5", "lamp pot"),
        ("price in (0, 4)", "cup pot"),
        ("price >= -0", "cup mug pot"),
        ("exists price", "cup mug pot"),
        ("in_stock = false", "lamp"),
        ("in_stock != false", "cup mug pot"),
        ("in_stock in (true, false)", "cup lamp mug pot"),
        ("exists in_stock", "cup lamp mug pot"),
        ("created_at = 2026-11-22", "cup"),
        ("created_at != 2026-11-22", "lamp mug pot"),
        ("created_at < 2026-11-23", "cup mug"),
        ("created_at <= 2026-11-22", "cup mug"),
        ("created_at > 2026-11-22", "lamp"),
        ("created_at >= 2026-11-22", "cup lamp"),
        ("created_at between 2026-01-01 and 2026-11-22", "cup mug"),
        ("created_at in (2026-01-01, 2026-11-23)", "lamp mug"),
        ("created_at = 2026-01-01T11:00:00+01:00", "mug"),
        ("created_at > 2026-01-01T10:00:00Z", "cup lamp"),
        ("created_at >= 2026-01-01T10:00Z", "cup lamp mug"),
        ("created_at < 2026-01-01T10:00:00.5Z", "mug"),
        ("created_at >= -12h", "lamp"),
        ("created_at > -12h", ""),
        ("created_at >= -1d", "cup lamp"),
        ("created_at between -52w and -1d", "mug"),
        ("not exists created_at", "pot"),
        ("attributes.colour = 'red'", "cup"),
        ("attributes.colour = 'blue'", "lamp mug"),
        ("attributes.colour != 'blue'", "cup pot"),
        ("attributes.colour in ('RED', 'dark red')", "cup mug"),
        ("attributes.Colour = 'red'", ""),
        ("attributes.sizes = 'm'", "cup"),
        ("exists attributes.sizes", "cup"),
        ("exists attributes.x", ""),
        ("exists attributes.colour", "cup lamp mug"),
        ("attributes.weight = 0.2", "cup"),
        ("attributes.weight = '0.2'", "mug"),
        ("attributes.weight in (250, 'x', 0.2)", "cup lamp"),
        ("attributes.weight > 0.2", "lamp"),
        ("attributes.weight >= 0.2", "cup lamp"),
        ("attributes.weight < 1", "cup"),
        ("attributes.weight <= 1", "cup lamp"),
        ("attributes.weight between 2 and 249", ""),
        ("attributes.safe = true", "cup"),
        ("attributes.safe = 'true'", "mug"),
        ("attributes.safe in (false, 'true')", "lamp mug"),
        ("attributes.weight = true", ""),
        ("price < 5 or price > 10 and brand = 'loam'", "cup pot"),
        ("(price < 5 or price > 10) and brand = 'loam'", "cup"),
        ("not (price < 5 or brand = 'hearth')", "lamp"),
    ],
)
def test_expressions_keep_what_they_say(catalogue, text, expected):
    assert kept(catalogue, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("brand in $none", ""), ("brand not in $none", "cup lamp mug pot"), ("price in $none", ""),
     ("created_at in $none", ""), ("attributes.colour in $none", ""), ("item_id in $none", "")],
)  # fmt: skip
def test_an_empty_list_has_nothing_in_it(catalogue, text, expected):
    assert kept(catalogue, text, {"none": []}) == expected


def test_ages_move_on_with_the_clock(catalogue):
    expression = parse_expression("created_at >= -1d")
    assert expression.mask(catalogue, NOW).sum() == 2
    assert expression.mask(catalogue, NOW + timedelta(days=9)).sum() == 0
    assert expression.mask(catalogue).sum() == expression.mask(catalogue, datetime.now(UTC)).sum()


def test_an_empty_catalogue_passes_nothing(tmp_path):
    empty = catalogue_of(tmp_path, [])
    for text in ("brand = 'a'", "not exists price", "attributes.x > 3", "created_at < -1d",
                 "item_id in ('a', 'b')", "currency != 'EUR'", "exists category"):  # fmt: skip
        assert parse_expression(text).mask(empty).tolist() == []


def test_a_snapshot_without_the_columns_opens_and_names_what_it_lacks(tmp_path):
    old = older_catalogue_of(tmp_path, [make_product()])
    assert parse_expression("brand = 'hearth' and price < 20").mask(old).tolist() == [True]
    for field in ("created_at", "currency", "attributes"):
        name = "attributes.x" if field == "attributes" else field
        with pytest.raises(OldSnapshot, match=f"before {field} could be filtered by; import"):
            parse_expression(f"exists {name}").mask(old)


# A naive evaluation: a condition is its text and what it says of one product.
COLOURS, NUMBERS = ["red", "blue", "Grün", "black"], [-3.0, 0.0, 0.5, 2.0, 1e300]
MOMENTS = ["2025-12-31", "2026-01-01", "2026-06-15"]
ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
          "=": operator.eq}  # fmt: skip


def shop(count=80):
    chance = random.Random(5)

    def values():
        return chance.choice(
            [
                chance.choice(COLOURS).upper(),
                chance.choice(NUMBERS),
                chance.choice([True, False]),
                chance.choices([*COLOURS, *NUMBERS, True, None, {}, 2], k=3),
            ]
        )

    for n in range(count):
        yield make_product(
            item_id=f"item-{n:02}",
            brand=chance.choice(["", *COLOURS]),
            category=tuple(chance.choices(COLOURS, k=chance.randrange(4))),
            price=chance.choice([None, 0.0, 0.5, 2.0, 7.25]),
            in_stock=chance.choice([True, False]),
            created_at=chance.choice(["", *(f"{day}T23:59:59+00:00" for day in MOMENTS)]),
            attributes={name: values() for name in "abc" if chance.random() < 0.7},
        )


SHOP = list(shop())


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("large"), SHOP)


def quoted(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(value):
    if isinstance(value, str):
        return quoted(value)
    return str(value).lower()


def same(one, other):
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    return not isinstance(one, str) and one == other


def listed(product, name):
    value = product.attributes.get(name)
    each = value if isinstance(value, list) else [value]
    return [item for item in each if isinstance(item, str | int | float)]


def attribute_is(name, value):
    return f"attributes.{name} = {literal(value)}", lambda p: any(
        same(value, each) for each in listed(p, name)
    )


def attribute_order(name, sign, number):
    return f"attributes.{name} {sign} {number!r}", lambda p: any(
        ORDERS[sign](each, number) for each in listed(p, name)
        if isinstance(each, int | float) and not isinstance(each, bool)
    )  # fmt: skip


def attribute_in(name, values):
    inside = ", ".join(map(literal, values))
    return f"attributes.{name} IN ({inside})", lambda p: any(
        same(value, each) for each in listed(p, name) for value in values
    )


def attribute_exists(name):
    return f"exists attributes.{name}", lambda p: bool(listed(p, name))


def brand_in(values, negated):
    inside = ",".join(map(quoted, values))
    known = {fold(value) for value in values}
    word = "not in" if negated else "in"
    return f"brand {word} ({inside})", lambda p: (fold(p.brand) in known) != negated


def category_is(levels):
    path = [fold(level) for level in levels]
    return (
        f"category = {quoted('>'.join(levels))}",
        lambda p: [fold(level) for level in p.category][: len(path)] == path,
    )


def price_order(sign, number):
    return (
        f"price {sign} {number!r}",
        lambda p: p.price is not None and ORDERS[sign](p.price, number),
    )


def price_between(low, high):
    low, high = sorted((low, high))
    return (
        f"price between {low!r} and {high!r}",
        lambda p: p.price is not None and low <= p.price <= high,
    )


def created(sign, day):
    return (
        f"created_at {sign} {day}",
        lambda p: bool(p.created_at) and ORDERS[sign](p.created_at[:10], day),
    )


def in_stock(value):
    return f"in_stock != {literal(value)}", lambda p: p.in_stock is not value


def item_in(numbers):
    ids = [f"item-{n:02}" for n in numbers]
    return f"item_id in ({', '.join(map(quoted, ids))})", lambda p: p.item_id in ids


names, colours, numbers = (
    st.sampled_from("abcd"),
    st.sampled_from(COLOURS),
    st.sampled_from(NUMBERS),
)
scalars = colours | numbers | st.booleans()
signs = st.sampled_from(list(ORDERS))
leaves = st.one_of(
    st.builds(attribute_is, names, scalars),
    st.builds(attribute_order, names, signs, numbers),
    st.builds(attribute_in, names, st.lists(scalars, min_size=1, max_size=4)),
    st.builds(attribute_exists, names),
    st.builds(brand_in, st.lists(colours, min_size=1, max_size=3), st.booleans()),
    st.builds(category_is, st.lists(colours, min_size=1, max_size=3)),
    st.builds(price_order, signs, numbers),
    st.builds(price_between, numbers, numbers),
    st.builds(created, signs, st.sampled_from(MOMENTS)),
    st.builds(in_stock, st.booleans()),
    st.builds(item_in, st.lists(st.integers(0, 99), min_size=1, max_size=30)),
)


def joined(word, parts):
    holds = any if word == "or" else all
    text = f" {word} ".join(f"({text})" for text, _ in parts)
    return text, lambda p: holds(part(p) for _, part in parts)


def refused(part):
    text, holds = part
    return f"not ({text})", lambda p: not holds(p)


trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4))
        | st.builds(refused, inner)
    ),
    max_leaves=12,
)


@given(trees)
def test_a_mask_says_of_every_row_what_a_naive_evaluation_says(large, condition):
    text, holds = condition
    mask = parse_expression(text).mask(large, NOW)
    assert mask.tolist() == [holds(product) for product in SHOP]


def written(folder, rows):
    """Write and open attributes alone: one list of pairs for each row."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = ArraysWriter(folder)
    writer = AttributesWriter(folder, arrays)
    count = 0
    for row, pairs in enumerate(rows):
        writer.add(row, pairs)
        count = row + 1
    writer.finish()
    arrays.finish()
    return Attributes(Arrays.open(folder), count)


@given(
    st.lists(st.floats(allow_nan=False, width=64) | st.integers(-(2**70), 2**70), min_size=1),
    st.floats(allow_nan=False),
    st.floats(allow_nan=False),
    st.booleans(),
    st.booleans(),
)
def test_numbers_sort_as_numbers_do(tmp_path_factory, numbers, low, high, low_open, high_open):
    attributes = written(tmp_path_factory.mktemp("numbers"), ([("n", n)] for n in numbers))
    mask = attributes.between("n", low, high, low_open=low_open, high_open=high_open)
    above = operator.gt if low_open else operator.ge
    below = operator.lt if high_open else operator.le
    assert mask.tolist() == [above(float(n), low) and below(float(n), high) for n in numbers]
    assert attributes.equal("n", numbers[:1])[0]


def test_hundreds_of_names_over_many_spills_are_kept_apart(tmp_path):
    count = PENDING // 100
    rows = [[(f"name-{n}", (row + n) % 7) for n in range(300)] for row in range(count)]
    attributes = written(tmp_path, rows)
    for n in (0, 7, 150, 299):
        expected = [(row + n) % 7 == 3 for row in range(count)]
        assert attributes.equal(f"name-{n}", [3]).tolist() == expected
    assert not attributes.present("name-300").any()


def test_a_number_too_large_for_a_float_is_the_largest(tmp_path):
    attributes = written(tmp_path, [[("n", 10**400)], [("n", -(10**400))], [("n", 3)]])
    above = attributes.between("n", 3, float("inf"), low_open=True, high_open=False)
    assert above.tolist() == [True, False, False]


def test_of_a_long_list_the_first_values_are_kept(tmp_path):
    attributes = written(tmp_path, [[("n", list(range(MOST_VALUES + 1)))]])
    assert attributes.equal("n", [MOST_VALUES - 1]).tolist() == [True]
    assert attributes.equal("n", [MOST_VALUES]).tolist() == [False]


def test_long_texts_that_are_different_in_every_row_take_little_memory(tmp_path):
    rows = ([("note", f"{row} " + "x" * 1_000)] for row in range(10_000))
    tracemalloc.start()
    attributes = written(tmp_path, rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert attributes.equal("note", ["7 " + "X" * 1_000]).sum() == 1
    # The texts are ten megabytes.
    assert peak < 2 * MB
