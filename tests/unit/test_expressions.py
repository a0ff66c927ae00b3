"""The grammar of filter expressions: what is read, and which character breaks which rule."""

import pytest

from concierge.errors import InvalidExpression
from concierge.retrieval.expression_parser import DEEPEST, Parser
from concierge.retrieval.expression_tree import Field, Kind, Not, OneOf
from concierge.retrieval.expression_values import FIELDS, MOST_VALUES
from concierge.retrieval.expressions import parse_expression
from concierge.retrieval.filters import LONGEST_EXPRESSION
from concierge.retrieval.paging import request_key


def tree(text, parameters=None):
    return Parser(text, parameters or {}).tree()


def error(text, parameters=None):
    with pytest.raises(InvalidExpression) as raised:
        parse_expression(text, parameters)
    return raised.value


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 1, "expected a field, `not`, `exists` or `(`, found the end"),
        ("  ", 3, "found the end"),
        ("brand", 6, "expected =, !=, <, <=, >, >=, `in`, `not in` or `between`"),
        ("brand = ", 9, "expected a value"),
        ("brand = Hearth", 9, "found `Hearth`"),
        ("brand = and", 9, "found `and`"),
        ("brand == 'a'", 8, "found `=`"),
        ("and = 3", 1, "expected a field"),
        ("exists 3", 8, "expected a field, found `3`"),
        ("colour = 'red'", 1, "no field `colour`; known are item_id, category"),
        ("attributes = 3", 1, "attributes.<name>"),
        ("price = 1 price = 2", 11, "expected `and`, `or` or the end, found `price`"),
        ("price % 3", 7, "found `%`"),
        ("price = 30days", 9, "found `30days`"),
        ("price = -30days", 9, "found `-30days`"),
        ("price 10..20", 7, "found `10`"),
        ("price between 10..20", 17, "expected `and` and the upper end"),
        ("price between 10 20", 18, "expected `and` and the upper end"),
        ("price between 20 and 10", 22, "the upper end is below the lower one"),
        ("created_at between -7d and -30d", 28, "the upper end is below the lower one"),
        ("created_at between 2026-01-02 and 2026-01-01", 35, "the upper end is below"),
        ("price = 1e999", 9, "too large"),
        ("price = 'cheap'", 9, "price is compared with a number, not text"),
        ("price = true", 9, "price is compared with a number, not true or false"),
        ("price = 2026-01-01", 9, "not a moment"),
        ("in_stock = 1", 12, "in_stock is compared with true or false, not a number"),
        ("brand = 1", 9, "brand is compared with text, not a number"),
        ("brand < 'x'", 7, "brand has no order"),
        ("brand between 'a' and 'b'", 15, "brand has no order"),
        ("in_stock > false", 10, "in_stock has no order"),
        ("attributes.size < 'L'", 19, "text has no order"),
        ("attributes.size = -30d", 19, "not a moment"),
        ("brand = ''", 9, "empty text is no brand; write `not exists brand`"),
        ("category = ' > '", 12, "empty text is no category"),
        ("brand = 'x", 9, "this quote is never closed"),
        ('brand = "x', 9, "this quote is never closed"),
        (r"brand = 'x\'", 9, "this quote is never closed"),
        (r"brand = 'x\q'", 11, r"`\q` is no escape"),
        (r"attributes.'x\q' = 3", 14, r"`\q` is no escape"),
        ("brand in 'a'", 10, "expected `(` or a $parameter"),
        ("brand in ()", 11, "expected a value"),
        ("brand in ('a' 'b')", 15, "expected `,` or `)`"),
        ("brand not = 'a'", 11, "expected `in` or `between`"),
        ("(price = 1", 11, "expected `)` for the `(` at character 1, found the end"),
        ("price = 1)", 10, "found `)`"),
        ("created_at > 'soon'", 14, "'soon' is not a date"),
        ("created_at > 2026-13-01", 14, "is not a date"),
        ("created_at > 2026-01-01T10:00:00", 14, "needs an offset"),
        ("created_at > 2026-01-01T25:00:00Z", 14, "is not a date"),
        ("created_at > 3", 14, "created_at is compared with a date"),
        ("price = $", 9, "found `$`"),
        ("brand = '\ud83c'", 10, "half a surrogate pair"),
        (
            "x" * (LONGEST_EXPRESSION + 1),
            LONGEST_EXPRESSION + 1,
            "has 10,001 characters; at most 10,000",
        ),
        ("(" * (DEEPEST + 1), DEEPEST + 1, "is nested more than 50 deep"),
        ("not " * (DEEPEST + 1), 4 * DEEPEST + 1, "is nested more than 50 deep"),
        ("not(" * 2_000, 4 * DEEPEST // 2 + 1, "is nested more than 50 deep"),
    ],
)
def test_an_error_names_the_character_and_what_was_expected(text, position, reason):
    raised = error(text)
    assert (raised.position, raised.parameter) == (position, None)
    assert reason in raised.reason
    assert str(raised).startswith(f"character {position:,}: ")


@pytest.mark.parametrize(
    ("text", "parameters", "position", "name", "reason"),
    [
        ("price = $top", {}, 9, "top", "$top is not among the parameters"),
        ("price = 1", {"top": 1}, None, "top", "$top is not used in the expression"),
        ("price = $top", {"top": "x"}, 9, "top", "price is compared with a number, not text"),
        ("price = $top", {"top": [1]}, 9, "top", "write `in $top`"),
        ("price = $top", {"top": None}, 9, "top", "must be text, a number, true, false or a list"),
        ("price = $top", {"top": {"a": 1}}, 9, "top", "must be text, a number"),
        ("price in $top", {"top": [[1]]}, 10, "top", "must be text, a number"),
        ("price = $top", {"top": float("nan")}, 9, "top", "too large, or none"),
        ("price = $top", {"top": 10**400}, 9, "top", "too large, or none"),
        ("brand in $top", {"top": ["a", 3]}, 10, "top", "brand is compared with text"),
        ("brand in $top", {"top": ["a"] * (MOST_VALUES + 1)}, 10, "top", "10,001 values"),
        ("brand = $top", {"top": "\ud83c"}, 9, "top", "half a surrogate pair"),
        ("created_at > $top", {"top": "soon"}, 14, "top", "'soon' is not a date"),
    ],
)
def test_an_error_names_the_parameter_to_blame(text, parameters, position, name, reason):
    raised = error(text, parameters)
    assert (raised.position, raised.parameter) == (position, name)
    assert reason in raised.reason


def test_as_deep_as_allowed_is_read():
    assert tree("(" * DEEPEST + "price = 1" + ")" * DEEPEST) == tree("price = 1")
    assert tree("not " * DEEPEST + "price = 1") == tree("price = 1")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("price = 1 OR brand = 'a' AND NOT exists brand", "price=1 or(brand='a'and(not exists brand))"),
        ("not price = 1 and brand = 'a'", "(not price = 1) and brand = 'a'"),
        ("not (price = 1 and brand = 'a')", "not (price = 1 and (brand = 'a'))"),
        ("price != 1", "not price = 1"),
        ("brand not in ('a', 'b')", "not brand in ('a', 'b')"),
        ("price Not Between 1 And 2", "not price between 1 and 2"),
        ("attribute.colour = 'red'", "attributes.colour = 'red'"),
        ("attributes.'colour' = 'red'", "attributes.colour = 'red'"),
        ("ATTRIBUTES.colour = 'red'", "attributes.colour = 'red'"),
        ('brand = "a"', "brand = 'a'"),
        ("price = 1.50e1", "price = 15"),
        ("created_at > '2026-01-01'", "created_at > 2026-01-01"),
        ("created_at > 2026-01-01T01:00:00+01:00", "created_at > 2026-01-01t00:00:00z"),
        ("created_at > -1W", "created_at > -7d"),
        ("created_at > -2d", "created_at > '-48h'"),
        ("price\n>\t3", "price>3"),
    ],
)  # fmt: skip
def test_two_ways_to_say_the_same(text, same):
    assert tree(text) == tree(same)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"'it\'s'", "it's"),
        ('"it\'s"', "it's"),
        (r'"a \"b\" \\ \n\t"', 'a "b" \\ \n\t'),
        ("'日本語 🎧'", "日本語 🎧"),
        ("'and or $x ('", "and or $x ("),
    ],
)
def test_quotes_and_escapes(written, meant):
    assert tree(f"brand = {written}") == OneOf(FIELDS["brand"], (meant,))


@pytest.mark.parametrize("name", ["colour", "screen-size", "3d", "größe", "in", "颜色", "_x"])
def test_an_attribute_may_have_any_name_of_letters_digits_and_hyphens(name):
    assert tree(f"attributes.{name} = 3") == OneOf(Field(name, Kind.ANYTHING), (3.0,))


def test_an_attribute_with_any_other_name_is_quoted():
    assert tree('attributes."a.b c\'" = 3') == OneOf(Field("a.b c'", Kind.ANYTHING), (3.0,))


def test_parameters_stand_for_values_and_lists():
    bound = {"one": "a", "more": ["b", "c"], "top": 3, "yes": True}
    assert tree("brand in $more", bound) == tree("brand in ('b', 'c')")
    assert tree("brand in ('x', $one, $more)", bound) == tree("brand in ('x', 'a', 'b', 'c')")
    assert tree("brand in $one", bound) == tree("brand = 'a'")
    assert tree("price < $top", bound) == tree("price < 3")
    assert tree("in_stock = $yes", bound) == tree("in_stock = true")


def test_the_text_of_a_parameter_is_never_read_as_an_expression():
    bound = {"one": "x' or price > 0 or brand = 'x"}
    assert tree("brand = $one", bound) == OneOf(FIELDS["brand"], (bound["one"],))


def test_a_parameter_may_be_used_twice():
    twice = tree("brand = $x or category = $x", {"x": "a"})
    assert twice == tree("brand = 'a' or category = 'a'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" or ".join(f"brand = 'b{n}'" for n in range(600)), OneOf),
        (" and ".join(f"brand != 'b{n}'" for n in range(600)), Not),
    ],
)
def test_hundreds_of_equalities_become_one_set(text, expected):
    found = tree(text)
    assert isinstance(found, expected)
    joined = found.condition if isinstance(found, Not) else found
    assert len(joined.values) == 600


def test_expressions_are_equal_where_text_and_parameters_are():
    one, same, other = (parse_expression("price < $x", {"x": value}) for value in (1, 1, 2))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other


def test_the_repr_tells_every_expression_apart_and_is_stable():
    expressions = [
        parse_expression("attributes.a = $x", {"x": 1}),
        parse_expression("attributes.a = $x", {"x": True}),
        parse_expression("attributes.a = $x", {"x": "1"}),
        parse_expression("attributes.a in $x", {"x": ["1"]}),
        parse_expression("attributes.a in $x", {"x": ["2"]}),
        parse_expression("attributes.a in ('1')"),
    ]
    assert len({request_key(each) for each in expressions}) == len(expressions)
    assert len(set(expressions)) == len(expressions)
    swapped = [
        parse_expression("price > $a and price < $b", bound)
        for bound in ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    ]
    assert repr(swapped[0]) == repr(swapped[1])
    assert repr(swapped[0]) == (
        """Expression(text='price > $a and price < $b', parameters='{"a": 1, "b": 2}')"""
    )
