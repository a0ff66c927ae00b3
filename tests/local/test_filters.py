"""Filter expressions over HTTP: on every column, on attributes of an import, and what is said of bad ones."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.local.small_shop import IDS, KETTLES, PRODUCTS, json_lines, product
from tests.local.visitors import ids

HANDLES = "doors > handles"
ROUTES = {
    "/v1/recommendations": {},
    "/v1/similar-items": {"item_ids": ["tent-1"]},
    "/v1/search": {"query": "kettle tent novel", "semantic_ratio": 0},
}


def ask(shop, path, **asked):
    return shop.request("POST", path, ROUTES[path] | {"limit": 100} | asked)


def kept(shop, path, expression, **parameters):
    reply = ask(shop, path, filter=expression, filter_parameters=parameters)
    assert reply.status == 200, reply
    return sorted(ids(reply.body.get("items") or reply.body.get("hits") or []))


@pytest.fixture
def handles(shop, bring):
    """Three products that have attributes and dates, gone again afterwards."""
    now = datetime.now(UTC)
    rows = [
        product(
            f"handle-{n}",
            f"Door handle {n}",
            "Turns.",
            HANDLES,
            created_at=(now - timedelta(days=days)).isoformat(timespec="seconds"),
            attributes=attributes,
        )
        for n, (days, attributes) in enumerate(
            [
                (1, {"finish": "Brass", "width mm": 120, "fire rated": True}),
                (40, {"finish": ["steel", "brass"], "width mm": 95.5}),
                (400, {"finish": "nylon", "fire rated": False}),
            ],
            1,
        )
    ]
    bring("catalogue", "handles.jsonl", json_lines(rows))
    yield rows
    gone = [{"item_id": row["item_id"], "deleted": True} for row in rows]
    bring("catalogue", "handles.delta.jsonl", json_lines(gone))


@pytest.mark.parametrize("path", ROUTES)
def test_expressions_keep_what_they_say_on_every_route(shop, path):
    expected = sorted(
        each["item_id"]
        for each in PRODUCTS
        if each["category"] == KETTLES and (each["brand"] == "Birch" or each["price"] < 12)
    )
    expression = "category = $category and (brand in $brands or price < 12)"
    assert kept(shop, path, expression, category="KITCHEN", brands=["birch"]) == expected
    assert kept(shop, path, "item_id in ('kettle-1', 'gone')") == ["kettle-1"]


def test_attributes_and_dates_of_an_import_are_filtered_by(shop, handles):
    def numbers(expression, **parameters):
        inside = f"category = 'doors' and ({expression})"
        return [item[-1] for item in kept(shop, "/v1/recommendations", inside, **parameters)]

    assert numbers("attributes.finish = $finish", finish="BRASS") == ["1", "2"]
    assert numbers("attributes.'width mm' between 90 and 100") == ["2"]
    assert numbers("attributes.'fire rated' != true") == ["2", "3"]
    assert numbers("not exists attributes.'width mm'") == ["3"]
    assert numbers("created_at >= -30d") == ["1"]
    assert numbers("created_at < -30d and attributes.finish not in ('nylon')") == ["2"]


def test_a_list_of_a_thousand_leaves_out_what_is_not_in_it(shop):
    wanted = ["novel-3", *(f"no-such-{n}" for n in range(1_000))]
    assert kept(shop, "/v1/search", "item_id in $wanted", wanted=wanted) == ["novel-3"]
    left = kept(shop, "/v1/recommendations", "not (item_id in $wanted)", wanted=wanted)
    assert "novel-3" not in left
    assert set(left) < IDS


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("asked", "pointer", "detail"),
    [
        ({"filter": "price < 12 and"}, "/filter", "character 15: expected a field"),
        ({"filter": "price < $p"}, "/filter_parameters/p", "$p is not among the parameters"),
        (
            {"filter": "price < 1", "filter_parameters": {"p": 1}},
            "/filter_parameters/p",
            "not used",
        ),
    ],
)
def test_bad_expressions_are_pointed_at(shop, path, asked, pointer, detail):
    reply = ask(shop, path, **asked)
    assert reply.status == 422
    [error] = reply.body["errors"]
    assert error["pointer"] == pointer
    assert detail in error["detail"]
