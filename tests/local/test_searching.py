"""Search over HTTP: facets, sorting, pages, what is understood, personal order, and bad input."""

import pytest

from tests.local.small_shop import NOVELS, PRODUCTS, TENTS, json_lines, product
from tests.local.visitors import event, ids

LAMPS = "home > lamps"
FACETS = ["brand", "category", "price", "in_stock", "attributes.colour"]


def ask(shop, **body):
    return shop.request("POST", "/v1/search", body)


def found(shop, **body):
    reply = ask(shop, **body)
    assert reply.status == 200, reply
    return reply.body


@pytest.fixture(scope="module")
def lamp_rows():
    return [
        product(
            f"lamp-{n}",
            f"{colour.title()} desk lamp",
            "Shines.",
            LAMPS,
            brand="Lumen" if n < 3 else "Birch",
            price=20.0 * n,
            attributes={"colour": colour, "watts": 4 + n},
            created_at=f"2026-0{n}-01T00:00:00Z",
        )
        for n, colour in enumerate(("red", "blue", "red", "green"), 1)
    ]


@pytest.fixture
def lamps(shop, bring, lamp_rows):
    """Four lamps that have attributes and dates, gone again afterwards."""
    bring("catalogue", "lamps.delta.jsonl", json_lines(lamp_rows))
    yield lamp_rows
    gone = [{"item_id": row["item_id"], "deleted": True} for row in lamp_rows]
    bring("catalogue", "lamps-gone.delta.jsonl", json_lines(gone))


def test_facets_sort_and_pages_are_of_one_set(shop, lamps):
    asked = {"query": "desk lamp", "facets": FACETS, "sort": "price_desc", "limit": 2}
    first = found(shop, **asked)
    hits, page = first["hits"], first
    while "next_token" in page:
        page = found(shop, **asked, next_token=page["next_token"])
        assert (page["total"], page["facets"]) == (first["total"], first["facets"])
        hits = [*hits, *page["hits"]]
    assert len({hit["item_id"] for hit in hits}) == len(hits) == first["total"]
    assert ids(hits)[:4] == ["lamp-4", "lamp-3", "lamp-2", "lamp-1"]
    counts = {each["value"]: each["count"] for each in first["facets"]["brand"]}
    for brand, count in counts.items():
        assert count == sum(hit["product"]["brand"] == brand for hit in hits)
    assert {"value": "red", "count": 2} in first["facets"]["attributes.colour"]
    prices = [hit["product"]["price"] for hit in hits]
    assert first["facets"]["price"]["min"] == min(prices)
    assert sum(part["count"] for part in first["facets"]["price"]["ranges"]) == len(prices)


def test_without_a_text_a_category_is_browsed(shop, lamps):
    page = found(shop, filter={"category": ["home"]}, sort="newest", facets=["category"])
    assert ids(page["hits"]) == ["lamp-4", "lamp-3", "lamp-2", "lamp-1"]
    assert page["facets"]["category"][0] == {"value": "home", "count": 4, "level": 1}


def test_a_price_and_a_colour_are_understood_and_undone(shop, lamps):
    page = found(shop, query="red desk lamp under 40 euro")
    assert ids(page["hits"]) == ["lamp-1"]
    understood = {part["kind"]: part for part in page["understood"]}
    assert {"price", "colour"} <= set(understood)
    undone = found(shop, query="red desk lamp under 40 euro", ignore=[understood["price"]["id"]])
    assert {"lamp-1", "lamp-3"} <= set(ids(undone["hits"]))
    assert "price" not in {part["kind"] for part in undone["understood"]}


def test_a_misspelt_word_is_corrected(shop):
    page = found(shop, query="crime noveel", semantic_ratio=0)
    assert page["corrected"] == "crime novel"
    assert {hit["product"]["category"] for hit in page["hits"]} == {NOVELS}


def test_filters_of_the_text_are_given_up_and_said(shop):
    page = found(shop, query="green tent under 2 euro")
    assert ids(page["hits"])[0] == "tent-1"
    assert (page["relaxed"], page["relaxed_by"]) == (True, ["filters"])
    assert [part["kind"] for part in page["not_understood"]][-1] == "price"
    assert found(shop, query="green tent under 2 euro", relax=False)["total"] == 0


def test_pages_go_on_after_an_import_and_say_so(shop, bring, lamps, lamp_rows):
    asked = {
        "query": "desk lamp",
        "filter": {"category": ["home"]},
        "sort": "price_asc",
        "limit": 2,
    }
    first = found(shop, **asked)
    newer = [row | {"description": "Shines anew."} for row in lamp_rows[2:]]
    bring("catalogue", "lamps-again.delta.jsonl", json_lines(newer))
    second = found(shop, **asked, next_token=first["next_token"])
    assert second["catalogue_changed"]
    assert ids([*first["hits"], *second["hits"]]) == ["lamp-1", "lamp-2", "lamp-3", "lamp-4"]


def test_a_customer_who_looked_at_a_tent_sees_its_like_first(shop, act):
    customer = "searches personally"
    act(customer, event(customer_id=customer, item_id="tent-2"))
    asked = {"query": "tent", "limit": 100, "explain": True}
    plain, personal = found(shop, **asked), found(shop, **asked, customer_id=customer)
    assert sorted(ids(plain["hits"])) == sorted(ids(personal["hits"]))
    parts = [{part["name"]: part["value"] for part in hit["parts"]} for hit in personal["hits"]]
    assert any(each.get("personal", 0) > 0 for each in parts)
    by_id = dict(zip(ids(personal["hits"]), parts, strict=True))
    assert by_id["tent-2"]["personal"] == max(each.get("personal", 0) for each in parts)
    off = found(shop, **asked, customer_id=customer, personalization="off")
    assert ids(off["hits"]) == ids(plain["hits"])


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"query": "x" * 10_000}, 422, "/query"),
        ({"facets": ["brand", "color"]}, 422, "/facets/1"),
        ({"sort": "cheap"}, 422, "/sort"),
        ({"filter": {"price": {"min": 9, "max": 5}}}, 422, "/filter/price"),
        ({"query": "tent", "next_token": "bm9uc2Vuc2U"}, 400, None),
        ({"query": "tent", "unknown": 1}, 422, "/unknown"),
    ],
)
def test_bad_input_is_pointed_at(shop, body, status, pointer):
    reply = ask(shop, **body)
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    if pointer:
        assert reply.body["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("query", ["?!…", "🎧", "...", "《》"])
def test_punctuation_finds_nothing(shop, query):
    assert found(shop, query=query)["total"] == 0


@pytest.mark.parametrize(
    "query", ["the of and", "的了吗", "tent 帐篷 палатка", "te\x00nt", "\u200b", "ｔｅｎｔ", "   "]
)
def test_any_text_gets_an_answer(shop, query):
    page = found(shop, query=query, facets=["brand"])
    assert page["total"] >= len(page["hits"])


def test_a_token_of_another_search_is_refused(shop):
    token = found(shop, query="tent", limit=1)["next_token"]
    reply = ask(shop, query="kettle", limit=1, next_token=token)
    assert (reply.status, reply.body["code"]) == (400, "stale_page_token")


def test_conditions_that_contradict_each_other_find_nothing(shop):
    page = found(shop, query="tent", filter="price < 5 and price > 30", facets=["brand", "price"])
    assert (page["total"], page["facets"]) == (0, {"brand": [], "price": {"ranges": []}})


def test_everything_can_be_counted_by_category(shop):
    page = found(shop, facets=["category"], limit=1)
    levels = {each["value"]: each["count"] for each in page["facets"]["category"]}
    assert page["total"] >= len(PRODUCTS)
    assert levels[TENTS] == sum(row["category"] == TENTS for row in PRODUCTS)
