"""The configuration file: what it says, and every mistake at its pointer."""

import json
import re
from pathlib import Path

import pytest

from concierge.errors import BrokenFile, InvalidConfiguration
from concierge.retrieval.configuration_document import read_configuration
from concierge.retrieval.expressions import parse_expression
from concierge.retrieval.merchandising import (
    NO_RULES,
    Boost,
    Configuration,
    Experiment,
    Pin,
    Repetition,
    Rules,
)

DOCS = Path(__file__).parents[2] / "docs"


def read_placements(text):
    return read_configuration(text).placements


def document(placements, **more):
    return json.dumps({"format": 1, "placements": placements} | more)


def rules(**fields):
    return read_placements(document({"default": fields}))["default"]


def mistakes(text):
    with pytest.raises(InvalidConfiguration) as caught:
        read_placements(text)
    return dict(caught.value.mistakes)


def examples(guide):
    text = (DOCS / guide).read_text(encoding="utf-8")
    indented = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    return [block for block in indented if block.lstrip().startswith("{")]


def test_the_examples_of_the_guide_are_valid():
    full, empty = map(read_placements, examples("merchandising.md"))
    assert full["for-you"].promotions[0].share == 0.2
    assert full["for-you"].diversity == 0.3
    assert (full["cart"].diversity, full["cart"].most_per_category) == (0, None)
    assert empty == {}


def test_the_example_of_an_experiment_is_valid():
    (example,) = map(read_configuration, examples("experiments.md"))
    assert example.experiment == Experiment("winter-2026", traditional=0.1, exploring=0.05)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"name": "a", "traditional": 0.5}, Experiment("a", traditional=0.5)),
        ({"name": " a ", "exploring": 1}, Experiment("a", exploring=1.0)),
        ({"name": "a", "traditional": 0.7, "exploring": 0.3}, Experiment("a", 0.7, 0.3)),
        (None, None),
    ],
)
def test_an_experiment_is_read(given, read):
    assert read_configuration(document({}, experiment=given)).experiment == read


def test_without_an_experiment_there_is_none():
    assert read_configuration(document({})).experiment is None


@pytest.mark.parametrize(
    ("given", "pointer", "detail"),
    [
        ([], "", "must be an object, not a list"),
        ({"traditional": 0.5}, "", "needs the field 'name'"),
        ({"name": ""}, "/name", "must not be empty"),
        ({"name": "a\u0000b"}, "/name", "control characters"),
        ({"name": "a" * 101}, "/name", "has 101 characters; at most 100"),
        ({"name": "a", "traditional": 1.1}, "/traditional", "from 0 to 1, not 1.1"),
        ({"name": "a", "exploring": -0.1}, "/exploring", "from 0 to 1, not -0.1"),
        ({"name": "a", "exploring": "all"}, "/exploring", "must be a number, not text"),
        ({"name": "a", "traditional": 0.6, "exploring": 0.5}, "", "add up to 1.1; at most 1"),
        ({"name": "a", "learnt": 0.5}, "/learnt", "there are name, traditional, exploring"),
    ],
)
def test_a_mistake_in_an_experiment_is_named_at_its_pointer(given, pointer, detail):
    found = mistakes(document({}, experiment=given))
    assert list(found) == [f"/experiment{pointer}"]
    assert detail in found[f"/experiment{pointer}"]


def test_a_placement_replaces_the_default_field_by_field():
    found = read_placements(
        document(
            {
                "default": {"diversity": 0.5, "boosts": [boost()], "most_per_category": 2},
                "cart": {"boosts": [], "most_per_category": None},
            }
        )
    )
    assert found["cart"] == Rules(diversity=0.5)
    assert found["default"].boosts == (Boost("new", parse_expression("price > 1"), 1.5),)


def test_a_placement_without_rules_of_its_own_has_those_of_the_default():
    default, cart = Rules(diversity=0.5), Rules(diversity=0.1)
    configuration = Configuration("c1", {"default": default, "cart": cart})
    assert configuration.rules("cart") is cart
    assert configuration.rules("homepage") is default
    assert Configuration("c1", {"cart": cart}).rules("homepage") is NO_RULES
    assert Configuration().rules("cart") is NO_RULES


def test_every_field_is_read():
    found = rules(
        filter="price > 1",
        exclude='brand = "Birch"',
        exclude_item_ids=["a", "b"],
        pins=[{"item_id": "tent", "position": 100}],
        most_per_category=3,
        category_level=2,
        diversity=1,
        repetition={"after": 5},
    )
    assert found.filter == parse_expression("price > 1")
    assert found.exclude == parse_expression('brand = "Birch"')
    assert found.exclude_item_ids == ("a", "b")
    assert found.pins == (Pin("tent", 100),)
    assert (found.most_per_category, found.category_level, found.diversity) == (3, 2, 1.0)
    assert found.repetition == Repetition(after=5, for_days=7)


def boost(**overrides):
    return {"name": "new", "filter": "price > 1", "factor": 1.5} | overrides


def promotion(**overrides):
    return {"name": "sale", "filter": "price > 1", "share": 0.2} | overrides


def pins(*positions):
    return [{"item_id": f"item-{n}", "position": at} for n, at in enumerate(positions)]


@pytest.mark.parametrize(
    ("fields", "pointer", "detail"),
    [
        ({"boosts": [boost(factor=-1)]}, "/boosts/0/factor", "above 0 and at most 100, not -1"),
        ({"boosts": [boost(factor=0)]}, "/boosts/0/factor", "above 0"),
        ({"boosts": [boost(factor=101)]}, "/boosts/0/factor", "at most 100, not 101"),
        ({"boosts": [boost(factor=10**400)]}, "/boosts/0/factor", "at most 100, not 1000"),
        ({"boosts": [boost(factor=float("inf"))]}, "/boosts/0/factor", "must be a finite number"),
        ({"boosts": [boost(factor=float("nan"))]}, "/boosts/0/factor", "must be a finite number"),
        ({"boosts": [boost(factor="2")]}, "/boosts/0/factor", "must be a number, not text"),
        ({"boosts": [boost(factor=True)]}, "/boosts/0/factor", "not a truth value"),
        ({"boosts": [boost(factor=None)]}, "/boosts/0/factor", "not null"),
        ({"boosts": [boost(name=" ")]}, "/boosts/0/name", "must not be empty"),
        (
            {"boosts": [boost(), boost()]},
            "/boosts/1",
            "has the name of /placements/default/boosts/0",
        ),
        ({"boosts": [{"name": "x", "factor": 2}]}, "/boosts/0", "needs the field 'filter'"),
        ({"boosts": [boost(weight=2)]}, "/boosts/0/weight", "there are name, filter, factor"),
        ({"boosts": [2]}, "/boosts/0", "must be an object, not a number"),
        ({"boosts": {}}, "/boosts", "must be a list, not an object"),
        ({"boosts": [boost()] * 51}, "/boosts", "has 51 items; at most 50"),
        ({"promotions": [promotion(share=1.01)]}, "/promotions/0/share", "from 0 to 1, not 1.01"),
        ({"promotions": [promotion(share=-0.1)]}, "/promotions/0/share", "from 0 to 1"),
        ({"pins": pins(0)}, "/pins/0/position", "from 1 to 100, not 0"),
        ({"pins": pins(1.5)}, "/pins/0/position", "must be a whole number, not 1.5"),
        ({"pins": pins(1, 2, 1)}, "/pins/2", "has the position of /placements/default/pins/0"),
        ({"pins": [*pins(1), pins(2)[0]]}, "/pins/1", "has the item_id of"),
        ({"pins": pins(*range(1_000))}, "/pins", "has 1,000 items; at most 100"),
        ({"pins": [{"position": 1}]}, "/pins/0", "needs the field 'item_id'"),
        ({"exclude_item_ids": ["a", 7]}, "/exclude_item_ids/1", "must be text, not a number"),
        ({"exclude_item_ids": ["a\u0000"]}, "/exclude_item_ids/0", "control characters"),
        ({"most_per_category": 0}, "/most_per_category", "from 1 to 100, not 0"),
        ({"category_level": 9}, "/category_level", "from 1 to 8, not 9"),
        ({"diversity": 1.5}, "/diversity", "from 0 to 1, not 1.5"),
        ({"repetition": {"for_days": 0}}, "/repetition/for_days", "above 0"),
        ({"repetition": 3}, "/repetition", "must be an object, not a number"),
        ({"filters": "price > 1"}, "/filters", "is no known field; there are filter, exclude"),
        ({"filter": "price > 1 and"}, "/filter", "character "),
        ({"filter": ""}, "/filter", "must not be empty"),
        ({"exclude": "x" * 10_001}, "/exclude", "has 10,001 characters; at most 10,000"),
    ],
)
def test_a_mistake_is_named_at_its_pointer(fields, pointer, detail):
    found = mistakes(document({"default": fields}))
    assert list(found) == [f"/placements/default{pointer}"]
    assert detail in found[f"/placements/default{pointer}"]


def test_a_mistake_in_a_filter_names_its_character():
    found = mistakes(document({"default": {"filter": "price > 1 and price >"}}))
    position = int(re.search(r"character (\d+)", found["/placements/default/filter"])[1])
    assert 11 <= position <= 22


def test_all_mistakes_are_found_at_once():
    found = mistakes(
        document(
            {"default": {"diversity": 2, "boosts": [boost(factor=0)]}, "for you/~": {"pins": 1}}
        )
    )
    assert list(found) == [
        "/placements/default/diversity",
        "/placements/default/boosts/0/factor",
        "/placements/for you~1~0",
        "/placements/for you~1~0/pins",
    ]


@pytest.mark.parametrize(
    ("text", "pointer", "detail"),
    [
        ("[]", "", "must be an object, not a list"),
        ('{"format": 1}', "", "needs the field 'placements'"),
        (document({}, format=2), "/format", "must be 1"),
        (document({}, format=True), "/format", "must be 1"),
        (document({}, version=3), "/version", "is no known field"),
        (document([]), "/placements", "must be an object, not a list"),
        (document({f"p{n}": {} for n in range(51)}), "/placements", "at most 50"),
        (document({"default": []}), "/placements/default", "must be an object"),
        (
            '{"format": 1, "placements": {"cart": {"diversity": 0, "diversity": 1}}}',
            "/placements/cart/diversity",
            "is given twice",
        ),
    ],
)
def test_a_document_of_another_shape_is_told_so(text, pointer, detail):
    found = mistakes(text)
    assert list(found) == [pointer]
    assert detail in found[pointer]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1, column 1: not valid JSON"),
        ('{"format": 1,\n "placements" {}}', "line 2, column 15: not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("9" * 5_000, "not valid JSON"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text, reason):
    with pytest.raises(BrokenFile, match=reason):
        read_placements(text)
