"""What a request may say about its list, route by route, and what it is told about a mistake."""

import pytest

from concierge.shop.events import EventType
from concierge.shop.profile import Bought
from recommend.app import make_handler
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.encoder import WordEncoder
from tests.fakes.listing import ShopWithLists
from tests.handlers.calls import call

AT = NOW.timestamp()
IDS = ("bowl", "cup", "jug", "plate", "vase")
ROUTES = {
    "recommend": {"customer_id": "ada"},
    "similar-items": {"item_ids": ["cup"]},
    "rank": {"item_ids": ["cup", "jug", "vase"], "customer_id": "ada"},
}
PLACEMENTS = (
    "for-you", "cart", "trending", "best-sellers", "new", "recently-viewed", "buy-again",
)  # fmt: skip


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    products = [
        make_product(item_id=item_id, title=f"Stoneware {item_id}", created_at=f"2026-11-{4 * at:02}T00:00:00+00:00")
        for at, item_id in enumerate(IDS, 1)
    ]  # fmt: skip
    shop = ShopWithLists(
        tmp_path_factory.mktemp("shop"),
        products,
        {"bowl": 5.0, "cup": 4.0, "jug": 3.0, "plate": 2.0},
        WordEncoder(),
        relations={"together": {"cup": {"plate": 0.5}}, "after": {"cup": {"jug": 0.5}}},
        repeat={"cup": 0.5, "bowl": 0.01},
        trend={"plate": 1.0},
    )
    bought = [make_action(type=EventType.PURCHASE, item_id=i, at=AT - 9e5) for i in ("cup", "bowl")]
    shop.knows(
        make_profile(
            actions=(make_action(item_id="vase"), *bought),
            purchases={"cup": Bought(AT - 9e5), "bowl": Bought(AT - 9e5)},
        )
    )
    handler = make_handler(shop.recommender)
    return lambda route, **body: call(handler, route, ROUTES[route] | body)


def listed(reply):
    assert reply.status == 200, reply
    return [item["item_id"] for item in reply.body["items"]]


@pytest.mark.parametrize(
    ("placement", "customer", "first"),
    [
        ("best-sellers", None, "bowl"),
        ("trending", None, "plate"),
        ("new", None, "vase"),
        ("recently-viewed", "ada", "vase"),
        ("buy-again", "ada", "cup"),
    ],
)
def test_a_placement_is_the_list_that_it_names(ask, placement, customer, first):
    assert listed(ask("recommend", placement=placement, customer_id=customer))[0] == first


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_recommendation_id_tells_the_placement(ask, placement):
    reply = ask("recommend", placement=placement)
    assert reply.body["recommendation_id"].split(".")[:2] == ["learnt", placement]


@pytest.mark.parametrize(
    ("relation", "strict"),
    [("bought-together", ["plate"]), ("also-viewed", ["jug"])],
)
def test_a_strict_relation_is_not_filled_up(ask, relation, strict):
    assert listed(ask("similar-items", relation=relation, strict=True)) == strict
    relaxed = ask("similar-items", relation=relation, strict=False)
    assert listed(relaxed)[:1] == strict
    assert set(listed(relaxed)) == set(IDS) - {"cup"}
    assert relaxed.body["recommendation_id"].split(".")[1] == relation
    assert listed(ask("similar-items", relation=relation)) == listed(relaxed)


@pytest.mark.parametrize(
    ("purchased", "bought"),
    [(None, {"cup"}), ("auto", {"cup"}), ("include", {"cup", "bowl"}), ("exclude", set())],
)
def test_what_was_bought_comes_again_as_asked(ask, purchased, bought):
    assert {"cup", "bowl"} & set(listed(ask("recommend", purchased=purchased))) == bought


@pytest.mark.parametrize("diversity", [0, 0.5, 1])
@pytest.mark.parametrize("route", ["recommend", "similar-items"])
def test_diversity_is_a_part_of_what_it_holds_back(ask, route, diversity):
    reply = ask(route, diversity=diversity, explain=True)
    names = {part["name"] for item in reply.body["items"] for part in item["parts"]}
    assert ("diversity" in names) == (diversity > 0)
    for item in reply.body["items"]:
        assert item["score"] == pytest.approx(
            sum(part["value"] for part in item["parts"]), abs=1e-6
        )


@pytest.mark.parametrize("route", ROUTES)
def test_explanations_come_short_whole_or_not_at_all(ask, route):
    assert all("parts" not in item for item in ask(route, explain=False).body["items"])
    for explain in (True, "full"):
        for item in ask(route, explain=explain).body["items"]:
            for part in item["parts"]:
                causes = part.get("because", [])
                if causes:
                    whole = sum(cause["value"] for cause in causes)
                    assert whole == pytest.approx(part["value"], abs=1e-6)
                assert explain is True or "others" not in {cause["kind"] for cause in causes}


@pytest.mark.parametrize(
    ("route", "body", "pointer"),
    [
        ("recommend", {"placement": "cat"}, "/placement"),
        ("recommend", {"placement": "similar"}, "/placement"),
        ("recommend", {"placement": ""}, "/placement"),
        ("recommend", {"purchased": "maybe"}, "/purchased"),
        ("recommend", {"purchased": True}, "/purchased"),
        ("recommend", {"diversity": 1.1}, "/diversity"),
        ("recommend", {"diversity": -0.1}, "/diversity"),
        ("recommend", {"diversity": "much"}, "/diversity"),
        ("recommend", {"explain": "all"}, "/explain"),
        ("recommend", {"explain": 2}, "/explain"),
        ("recommend", {"relation": "similar"}, "/relation"),
        ("recommend", {"strict": True}, "/strict"),
        ("recommend", {"context": {"item_ids": ["a"] * 21}}, "/context/item_ids"),
        ("recommend", {"exclude_item_ids": ["a"] * 501}, "/exclude_item_ids"),
        ("similar-items", {"relation": "best-sellers"}, "/relation"),
        ("similar-items", {"strict": "yes"}, "/strict"),
        ("similar-items", {"diversity": 2}, "/diversity"),
        ("similar-items", {"explain": "Full"}, "/explain"),
        ("similar-items", {"purchased": "auto"}, "/purchased"),
        ("similar-items", {"item_ids": []}, "/item_ids"),
        ("similar-items", {"item_ids": ["a"] * 21}, "/item_ids"),
        ("rank", {"placement": "for-you"}, "/placement"),
        ("rank", {"diversity": 0.5}, "/diversity"),
        ("rank", {"explain": "some"}, "/explain"),
        ("rank", {"item_ids": []}, "/item_ids"),
    ],
)
def test_a_mistake_is_pointed_at(ask, route, body, pointer):
    reply = ask(route, **body)
    assert (reply.status, reply.body["code"]) == (422, "invalid_request")
    [error] = reply.body["errors"]
    assert error["pointer"] == pointer
    assert error["detail"]


def test_what_is_wrong_and_what_may_be_said_is_told(ask):
    detail = ask("recommend", diversity=1.5).body["detail"]
    assert "<= 1" in detail
    assert "cat" in ask("recommend", placement="cat").body["detail"]


def test_ranking_takes_the_rules_of_search_where_it_is_told(ask):
    for placement in ("rank", "search"):
        reply = ask("rank", placement=placement)
        assert set(listed(reply)) == {"cup", "jug", "vase"}
        assert reply.body["recommendation_id"].split(".")[1] == placement


@pytest.mark.parametrize("route", ["recommend", "similar-items"])
@pytest.mark.parametrize("change", ["diversity", "list"])
def test_a_page_token_is_of_one_list(ask, route, change):
    other = {"recommend": {"placement": "trending"}, "similar-items": {"strict": True}}[route]
    changed = other if change == "list" else {"diversity": 0.5}
    token = ask(route, limit=1).body["next_token"]
    assert ask(route, limit=1, next_token=token).status == 200
    reply = ask(route, limit=1, next_token=token, **changed)
    assert (reply.status, reply.body["code"]) == (400, "stale_page_token")
