"""Every control of the shop and of the customer over HTTP: what it changes in the very next list."""

import json
from datetime import UTC, datetime

import pytest

from tests.local.small_shop import IDS, KETTLES, NOVELS, json_lines, product
from tests.local.visitors import event, ids, new_id, profile_of, recommended

NAME = "controls.json"
# One file for all tests, since each takes seconds to be in force: every placement has its own rules.
RULES = {
    "for-you": {
        "filter": "category != 'electronics'",
        "exclude": "category = 'books' and price > 15",
        "exclude_item_ids": ["kettle-6"],
        "repetition": {"after": 1, "for_days": 7},
    },
    "best-sellers": {
        "boosts": [
            {"name": "novels", "filter": "category = 'books'", "factor": 100},
            {"name": "fewer tents", "filter": "category = 'outdoor'", "factor": 0.001},
        ]
    },
    "trending": {"promotions": [{"name": "tea week", "filter": "category = 'food'", "share": 0.2}]},
    "cart": {
        "pins": [
            {"item_id": "kettle-2", "position": 1},
            {"item_id": "tent-gone", "position": 2},
            {"item_id": "novel-3", "position": 4},
        ]
    },
    "similar": {"most_per_category": 2, "category_level": 1},
    "search": {"boosts": [{"name": "one", "filter": "item_id = 'novel-5'", "factor": 100}]},
}
NO_RULES = {"format": 1, "placements": {}}


def placed(shop, eventually, document):
    """Drop a configuration in the inbox and wait until lists are made by it."""
    shop.upload("configuration", NAME, json.dumps(document).encode())
    report = shop.wait_for_report("configuration", NAME)
    assert report["status"] == "completed", report

    def is_served():
        versions = shop.request("POST", "/v1/recommendations", {"limit": 1}).body["versions"]
        return versions.get("configuration") == report["snapshot_id"]

    eventually(is_served)


@pytest.fixture(scope="module")
def steered(shop, eventually):
    """The shop with its rules in force, which later tests do not have."""
    placed(shop, eventually, {"format": 1, "placements": RULES})
    yield shop
    placed(shop, eventually, NO_RULES)


@pytest.fixture
def send(shop):
    """Send events over HTTP."""

    def send_(*events):
        reply = shop.request("POST", "/v1/events", {"events": events})
        assert reply.status == 202, reply

    return send_


def listed(shop, placement="for-you", **asked):
    """Return the ids of one list."""
    return ids(recommended(shop, placement=placement, **asked))


def categories(items):
    return [item["product"]["category"].partition(" > ")[0] for item in items]


def names(items):
    return {part["name"] for item in items for part in item["parts"]}


def test_the_shops_filter_and_exclusions_hold_for_everybody_and_only_where_they_are_meant(steered):
    left_out = {"headphones-1", "kettle-6", "novel-6", "tent-gone"}
    assert IDS - set(listed(steered, limit=100)) == left_out
    assert IDS - set(listed(steered, "trending", limit=100)) == {"tent-gone"}
    asked = {"filter": "category in ('books', 'electronics')", "exclude_item_ids": ["novel-1"]}
    expected = {"novel-2", "novel-3", "novel-4", "novel-5"}
    assert set(listed(steered, limit=100, **asked)) == expected


def test_boosts_lift_what_they_match_and_are_told(steered):
    items = recommended(steered, placement="best-sellers", limit=3, explain=True)
    assert categories(items)[0] == "books"
    assert "boost" in names(items[:1])
    assert items[0]["reason"] == "Popular with other customers"


def test_a_promotion_takes_its_share_of_places_and_no_more(steered):
    items = recommended(steered, placement="trending", limit=10)
    promoted = [at for at, item in enumerate(items) if item.get("promotion") == "tea week"]
    assert len(promoted) == 2
    assert len([at for at in promoted if at < 5]) == 1
    assert {items[at]["item_id"] for at in promoted} == {"tea-1", "tea-2"}
    assert all(
        "promotion" not in item for item in recommended(steered, placement="trending", limit=4)
    )


def test_pins_stand_where_they_are_pinned_and_sold_out_ones_do_not(steered):
    context = {"item_ids": ["tent-1"]}
    items = recommended(steered, placement="cart", context=context, limit=6)
    assert [at for at, item in enumerate(items) if item.get("pinned")] == [0, 3]
    assert (ids(items)[0], ids(items)[3]) == ("kettle-2", "novel-3")
    assert not {"tent-gone", "tent-1"} & set(ids(items))
    # What the request excludes, no pin brings back.
    other = listed(steered, "cart", context=context, exclude_item_ids=["kettle-2"], limit=6)
    assert other.index("novel-3") == 3
    assert "kettle-2" not in other


def test_no_category_fills_a_list_that_is_capped(steered):
    asked = {"item_ids": ["novel-4"], "limit": 8}
    items = steered.request("POST", "/v1/similar-items", asked).body["items"]
    counted = categories(items)
    assert len(counted) == 8
    assert max(counted.count(each) for each in counted) == 2


def test_diversity_of_a_request_spreads_its_list(steered, act):
    customer = new_id("diverse")
    act(customer, event(customer_id=customer, item_id="kettle-1"))
    asked = {"customer_id": customer, "limit": 4, "explain": True}
    plain = recommended(steered, diversity=0, **asked)
    diverse = recommended(steered, diversity=1, **asked)
    assert set(categories(plain)) == {"kitchen"}
    assert len(set(categories(diverse))) > 1
    assert "diversity" in names(diverse)
    assert "diversity" not in names(plain)


def test_what_was_shown_in_vain_steps_back(steered, act, send, eventually):
    customer = new_id("unmoved")
    act(customer, event(customer_id=customer, item_id="kettle-1"))
    asked = {"customer_id": customer, "limit": 100, "explain": True}
    reply = steered.request("POST", "/v1/recommendations", asked).body
    first = reply["items"][0]["item_id"]
    seen = {"item_id": first, "recommendation_id": reply["recommendation_id"]}
    send(event("impression", customer_id=customer, **seen))

    def stepped_back():
        items = recommended(steered, **asked)
        return items if ids(items)[0] != first else None

    items = eventually(stepped_back)
    [again] = [item for item in items if item["item_id"] == first]
    assert "repetition" in names([again])
    # An interest ends the count.
    send(event("purchase", customer_id=customer, item_id=first))
    eventually(
        lambda: "repetition" not in names(recommended(steered, purchased="include", **asked))
    )


def test_a_page_of_search_hits_has_the_rules_of_search(steered):
    asked = {"item_ids": ["tent-6", "kettle-1", "novel-5"], "context": {"query": "crime novel"}}
    first = {}
    for placement in ("rank", "search"):
        reply = steered.request(
            "POST", "/v1/rank", asked | {"placement": placement, "explain": True}
        )
        assert set(ids(reply.body["items"])) == set(asked["item_ids"])
        first[placement] = reply.body["items"][0]
    assert first["search"]["item_id"] == "novel-5"
    assert "boost" in names([first["search"]])
    assert "boost" not in names([first["rank"]])


def test_the_report_names_what_is_in_force_and_a_mistake_leaves_the_lists(steered):
    before = steered.request("GET", "/v1/info").body["versions"]["configuration"]
    wrong = RULES | {"for-you": {"filter": "price > 'many'"}}
    steered.upload("configuration", NAME, json.dumps({"format": 1, "placements": wrong}).encode())
    report = steered.wait_for_report("configuration", NAME)
    assert report["status"] == "rejected"
    [error] = report["errors"]
    assert error["pointer"] == "/placements/for-you/filter"
    assert steered.request("GET", "/v1/info").body["versions"]["configuration"] == before
    assert "kettle-6" not in listed(steered, limit=100)


@pytest.mark.parametrize("way", ["request", "profile"])
def test_personalization_is_off_of_this_visit_or_full(shop, act, way):
    customer = new_id("limits")
    act(
        customer,
        event("purchase", customer_id=customer, item_id="kettle-1"),
        event(customer_id=customer, item_id="kettle-3"),
    )

    def shown(setting):
        asked = {"customer_id": customer, "limit": 5, "explain": True}
        if way == "profile":
            changed = profile_of(shop, customer, "PATCH", {"personalization": setting})
            assert changed.body["personalization"] == setting
            return recommended(shop, **asked)
        return recommended(shop, personalization=setting, **asked)

    assert {"content", "taste"} <= names(shown("full"))
    assert "content" in names(shown("session"))
    assert "taste" not in names(shown("session"))
    assert names(shown("off")) <= {"popularity", "trend"}
    stranger = listed(shop, customer_id=new_id("stranger"), limit=5)
    assert ids(shown("off")) == stranger
    if way == "profile":
        # Switched off, nothing is told from before either.
        assert listed(shop, "recently-viewed", customer_id=customer) == []
        assert names(shown("full")) > {"content"}


def test_muted_tags_and_items_are_gone_at_once_and_come_back_at_once(shop):
    customer = new_id("mutes")
    muted = ["category:outdoor > camping", "item:kettle-2"]
    assert profile_of(shop, customer, "PATCH", {"muted": {"add": muted}}).status == 200
    for placement in ("for-you", "best-sellers", "trending", "cart"):
        found = recommended(shop, placement=placement, customer_id=customer, limit=100)
        assert "outdoor" not in categories(found)
        assert "kettle-2" not in ids(found)
        assert {"kettle-1", "novel-1"} <= set(ids(found))
    profile_of(shop, customer, "PATCH", {"muted": {"remove": muted}})
    found = listed(shop, customer_id=customer, limit=100)
    assert {"tent-6", "kettle-2"} <= set(found)


def test_each_placement_is_what_it_says(shop, act):
    customer = new_id("visits")
    act(
        customer,
        event("purchase", customer_id=customer, item_id="kettle-5"),
        event(customer_id=customer, item_id="novel-4"),
    )
    act(customer, event(customer_id=customer, item_id="tent-2"))
    mine = {"customer_id": customer}
    seen = recommended(shop, placement="recently-viewed", **mine)
    assert ids(seen) == ["tent-2", "novel-4"]
    assert seen[0]["reason"] == "You looked at this lately"
    assert set(listed(shop, "buy-again", **mine)) <= {"kettle-5"}
    for placement in ("best-sellers", "trending"):
        assert listed(shop, placement, limit=1, **mine) == listed(shop, placement, limit=1)
    assert listed(shop, "best-sellers", limit=1, filter="category = 'outdoor'") == ["tent-6"]
    cart = recommended(shop, placement="cart", context={"item_ids": ["novel-2"]}, limit=3)
    assert set(categories(item for item in cart if "pinned" not in item)) == {"books"}
    assert "kettle-5" not in listed(shop, limit=100, **mine)
    assert "kettle-5" in listed(shop, limit=100, purchased="include", **mine)


def test_related_items_are_filled_up_unless_the_list_is_strict(shop):
    asked = {"item_ids": ["novel-4"], "limit": 5, "relation": "bought-together"}
    relaxed = shop.request("POST", "/v1/similar-items", asked)
    assert len(relaxed.body["items"]) == 5
    strict = shop.request("POST", "/v1/similar-items", asked | {"strict": True})
    assert (strict.status, strict.body["items"]) == (200, [])


def test_full_explanations_name_every_cause(shop, act):
    customer = new_id("asks-why")
    looked = [f"{kind}-{n}" for kind in ("kettle", "novel") for n in range(1, 5)]
    act(customer, *(event(customer_id=customer, item_id=item) for item in looked))
    mine = {"customer_id": customer, "filter": {"category": [KETTLES, NOVELS]}, "limit": 3}
    brief, full = (recommended(shop, explain=explain, **mine) for explain in (True, "full"))
    assert ids(brief) == ids(full)
    for item in full:
        assert item["score"] == pytest.approx(
            sum(part["value"] for part in item["parts"]), abs=1e-6
        )
        [content] = [part for part in item["parts"] if part["name"] == "content"]
        causes = {cause["id"]: cause["value"] for cause in content["because"]}
        assert set(causes) == set(looked)
        assert sum(causes.values()) == pytest.approx(content["value"], abs=1e-6)
    [content] = [part for part in brief[0]["parts"] if part["name"] == "content"]
    assert len(content["because"]) == 6
    assert content["because"][-1]["kind"] == "others"


def test_what_a_stranger_did_shows_at_once_and_goes_along_at_login(shop, send, eventually):
    customer, session = new_id("comes-back"), new_id("stranger")
    before = listed(shop, session_id=session, limit=3)
    send(event(session_id=session, item_id="kettle-3"))
    seen = {"placement": "recently-viewed"}
    eventually(lambda: listed(shop, session_id=session, **seen) == ["kettle-3"])
    after = recommended(shop, session_id=session, limit=3)
    assert ids(after) != before
    assert set(categories(after)) == {"kitchen"}
    assert listed(shop, customer_id=customer, **seen) == []
    send(event(customer_id=customer, session_id=session, item_id="tent-5"))
    eventually(lambda: listed(shop, customer_id=customer, **seen) == ["tent-5", "kettle-3"])
    assert listed(shop, session_id=session, **seen) == ["tent-5", "kettle-3"]


def test_a_new_item_is_recommended_right_after_its_import(shop, act, bring):
    customer = new_id("campers")
    act(customer, event(customer_id=customer, item_id="tent-1"))
    made = datetime.now(UTC).isoformat(timespec="seconds")
    lamp = product(
        "lamp-new", "Green tent lamp", "For two people who camp in the mountains",
        "outdoor > camping", created_at=made,
    )  # fmt: skip
    bring("catalogue", "lamp.jsonl", json_lines([lamp]))
    new = recommended(shop, placement="new", limit=1)
    assert (ids(new), new[0]["reason"]) == (["lamp-new"], "New in our shop")
    items = recommended(shop, customer_id=customer, limit=8)
    assert "lamp-new" in ids(items)
    removed = [{"item_id": "lamp-new", "deleted": True}]
    bring("catalogue", "lamp.delta.jsonl", json_lines(removed))
    assert listed(shop, "new") == []
