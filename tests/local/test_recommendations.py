"""A customer's way through the shop: what was done shows in the very next recommendations."""

from tests.local.small_shop import IDS, TENTS
from tests.local.visitors import event, ids, names, new_id, profile_of, recommended


def test_click_over_http_shows_in_the_next_recommendations_and_is_their_reason(shop, act):
    customer = new_id("clicks")
    before = recommended(shop, customer_id=customer, limit=3)
    act(customer, event(customer_id=customer, item_id="kettle-1"))
    after = recommended(shop, customer_id=customer, limit=3, explain=True)
    assert ids(after) != ids(before)
    assert all(item["item_id"].startswith("kettle-") for item in after)
    assert after[0]["reason"] == "Because you looked at Green kettle"
    for item in after:
        assert abs(sum(part["value"] for part in item["parts"]) - item["score"]) < 1e-5


def test_click_over_the_bus_shows_in_the_next_recommendations(shop, eventually):
    customer = new_id("bus")
    shop.put_events([event(customer_id=customer, item_id="novel-2")])
    eventually(lambda: profile_of(shop, customer).status == 200)
    assert names(recommended(shop, customer_id=customer, limit=3), "Blue crime novel")


def test_reasons_come_in_chinese_on_demand(shop, act):
    customer = new_id("reads-chinese")
    act(customer, event(customer_id=customer, item_id="kettle-1"))
    items = recommended(shop, customer_id=customer, limit=3, locale="zh-CN")
    assert items[0]["reason"] == "因为您浏览过“Green kettle”"


def test_session_is_recommended_from_and_becomes_the_customers_at_login(shop, act, eventually):
    customer, session = new_id("logs-in"), new_id("session")
    clicked = event(session_id=session, item_id="tent-1")
    assert shop.request("POST", "/v1/events", {"events": [clicked]}).status == 202
    eventually(lambda: names(recommended(shop, session_id=session, limit=3), "Green tent"))
    # The login names both: what the session did is the customer's from now on.
    act(customer, event(customer_id=customer, session_id=session, item_id="tent-2"))
    profile = profile_of(shop, customer).body
    assert {action["item_id"] for action in profile["recent_actions"]} == {"tent-1", "tent-2"}
    assert profile["sessions"] == [session]
    # What is done elsewhere shows in the session, too.
    act(customer, event("add_to_cart", customer_id=customer, item_id="kettle-3"))
    served = recommended(shop, session_id=session, limit=5)
    assert names(served, "Red kettle")
    assert ids(served) == ids(recommended(shop, customer_id=customer, limit=5))


def test_bought_and_sold_out_items_are_never_recommended(shop, act):
    customer = new_id("buys")
    act(customer, event("purchase", customer_id=customer, item_id="tent-3", value=13.0))
    everything = ids(recommended(shop, customer_id=customer, limit=100))
    assert not {"tent-3", "tent-gone"} & set(everything)
    assert IDS - {"tent-3", "tent-gone"} <= set(everything)


def test_filter_and_exclusions_hold_on_every_page_and_nothing_comes_twice(shop):
    asked = {
        "filter": {"category": [TENTS], "price": {"max": 15}},
        "exclude_item_ids": ["tent-2"],
        "limit": 2,
    }
    pages = []
    token = {}
    while token is not None:
        reply = shop.request("POST", "/v1/recommendations", asked | token).body
        pages.append(ids(reply["items"]))
        token = {"next_token": reply["next_token"]} if "next_token" in reply else None
    assert [len(page) for page in pages] == [2, 2]
    assert {item for page in pages for item in page} == {"tent-1", "tent-3", "tent-4", "tent-5"}


def test_customer_who_switches_personalization_off_is_served_like_a_stranger_at_once(shop, act):
    customer = new_id("objects")
    act(customer, event(customer_id=customer, item_id="novel-1"))
    assert names(recommended(shop, customer_id=customer, limit=3), "Green crime novel")
    assert profile_of(shop, customer, "PATCH", {"personalization": "off"}).status == 200
    served = recommended(shop, customer_id=customer, limit=5)
    assert ids(served) == ids(recommended(shop, customer_id=new_id("stranger"), limit=5))


def test_muted_brand_is_gone_from_the_next_recommendations(shop):
    customer = new_id("mutes")
    profile_of(shop, customer, "PATCH", {"muted": {"add": ["brand:Birch"]}})
    items = recommended(shop, customer_id=customer, limit=100)
    brands = {item["product"].get("brand") for item in items}
    assert "Alder" in brands
    assert "Birch" not in brands


def test_erased_customer_is_a_stranger_again(shop, act):
    customer = new_id("leaves")
    act(customer, event(customer_id=customer, item_id="kettle-2"))
    assert profile_of(shop, customer, "DELETE").status == 204
    assert profile_of(shop, customer).status == 404
    assert not names(recommended(shop, customer_id=customer, limit=5), "Blue kettle")


def test_stranger_gets_what_others_bought(shop):
    (first,) = recommended(
        shop, customer_id=new_id("stranger"), filter={"category": [TENTS]}, limit=1
    )
    assert (first["item_id"], first["reason"]) == ("tent-6", "Popular with other customers")


def test_similar_items_are_of_the_same_kind(shop):
    reply = shop.request("POST", "/v1/similar-items", {"item_ids": ["novel-4"], "limit": 3})
    assert {item.rpartition("-")[0] for item in ids(reply.body["items"])} == {"novel"}


def test_list_of_the_caller_is_put_in_the_customers_order(shop, act):
    customer = new_id("ranked")
    act(customer, event(customer_id=customer, item_id="kettle-4"))
    listed = {"customer_id": customer, "item_ids": ["novel-1", "tent-1", "kettle-1", "no-such"]}
    ranked = ids(shop.request("POST", "/v1/rank", listed).body["items"])
    assert ranked[0] == "kettle-1"
    assert set(ranked) == {"novel-1", "tent-1", "kettle-1"}


def test_likeness_reaches_across_languages(shop):
    wanted = {"item_ids": ["tea-1"], "filter": {"language": ["en"]}, "limit": 3, "explain": True}
    items = shop.request("POST", "/v1/similar-items", wanted).body["items"]
    # What is for tea is most like tea, whatever language it is described in.
    assert all(item["item_id"].startswith("kettle-") for item in items)
    assert all(part["name"] == "content" for item in items for part in item["parts"][:1])
