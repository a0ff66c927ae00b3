"""Each list of a shop holds what it is for, in the order that it promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from concierge.errors import StalePageToken, UnknownItem
from concierge.recommending.asking import Asked
from concierge.recommending.placements import PLACEMENTS
from concierge.recommending.seeds import Context
from concierge.retrieval.filters import Filter
from concierge.retrieval.merchandising import Repetition, Rules
from concierge.shop.events import EventType
from concierge.shop.profile import Bought
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.encoder import WordEncoder
from tests.fakes.listing import ShopWithLists, ids
from tests.fakes.lists import boost

AT = NOW.timestamp()
DAY_S = 86_400.0


def product(item_id, title, category, days_old=400, **more):
    created_at = (NOW - timedelta(days=days_old)).isoformat()
    values = {"description": "", "brand": "", "created_at": created_at} | more
    return make_product(item_id=item_id, title=title, category=category, **values)


PRODUCTS = [
    product("beans", "Roasted coffee beans", ("Food", "Coffee"), price=9.0),
    product("decaf", "Roasted decaf coffee beans", ("Food", "Coffee"), price=8.0),
    product("filter", "Paper filter", ("Kitchen", "Coffee"), price=3.0),
    product("grinder", "Burr grinder", ("Kitchen", "Machines"), price=60.0),
    product("kettle", "Steel kettle", ("Kitchen", "Machines"), price=40.0),
    product("novel", "Harbour novel", ("Books",), days_old=2),
    product("poems", "Harbour poems", ("Books",), days_old=12, language="en"),
    product("gone", "Old kettle", ("Kitchen", "Machines"), days_old=1, in_stock=False),
    # Nobody dealt with it, and its category comes twice on its own path.
    product("scarf", "Wool scarf", ("Wear", "Warm", "Wear"), days_old=5, brand="Loom"),
]
POPULARITY = {
    "beans": 10.0, "grinder": 6.0, "kettle": 5.0, "filter": 4.0, "novel": 1.0, "poems": 0.5,
    "decaf": 0.4, "tea-gone": 8.0, "gone": 7.0,
}  # fmt: skip
TREND = {"poems": 4.0, "kettle": 2.0, "beans": 1.0, "gone": 9.0}
RELATIONS = {
    "next": {"grinder": {"beans": 0.5, "filter": 0.2}, "beans": {"beans": 0.6, "filter": 0.3},
             "tea-gone": {"kettle": 0.7}},
    "together": {"grinder": {"filter": 0.6}, "beans": {"filter": 0.4, "grinder": 0.2}},
    "after": {"grinder": {"kettle": 0.5, "gone": 0.5}, "kettle": {"grinder": 0.4}},
}  # fmt: skip
REPEAT = {"beans": 0.7, "filter": 0.3, "grinder": 0.01, "kettle": 0.0}
IN_STOCK = {each.item_id for each in PRODUCTS} - {"gone"}


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    return ShopWithLists(
        tmp_path_factory.mktemp("shop"),
        PRODUCTS,
        POPULARITY,
        WordEncoder(),
        relations=RELATIONS,
        repeat=REPEAT,
        trend=TREND,
    )


@pytest.fixture
def shop(stocked):
    """The shop with a customer of whom nothing is known, and without rules."""
    stocked.knows(make_profile())
    stocked.rules()
    return stocked


def bought(*item_ids, days_ago=20, **more):
    """Return a customer who bought some items and looked at nothing since."""
    at = AT - days_ago * DAY_S
    actions = [make_action(type=EventType.PURCHASE, at=at, weight=5.0, item_id=i) for i in item_ids]
    purchases = {item_id: Bought(at) for item_id in item_ids}
    return make_profile(actions=tuple(actions), purchases=purchases, **more)


def looked_at(*item_ids, **more):
    """Return a customer who looked at some items, the first one last."""
    actions = [make_action(item_id=i, at=AT - 60 * n) for n, i in enumerate(item_ids, 1)]
    return make_profile(actions=tuple(actions), **more)


def test_consumables_come_back_and_durables_do_not(shop):
    shop.knows(bought("beans", "grinder"))
    found = shop.items()
    assert ids(found)[0] == "beans"
    assert found[0].reason == "Because you bought Roasted coffee beans"
    assert "grinder" not in ids(found)


@pytest.mark.parametrize(
    ("purchased", "left_out"),
    [(None, {"grinder"}), ("auto", {"grinder"}), ("exclude", {"grinder", "beans"}),
     ("include", set())],
)  # fmt: skip
@pytest.mark.parametrize("personalization", ["full", "session"])
def test_the_request_says_whether_what_was_bought_may_come_again(
    shop, purchased, left_out, personalization
):
    shop.knows(bought("beans", "grinder"))
    found = shop.ids(purchased=purchased, personalization=personalization)
    assert IN_STOCK - set(found) == left_out


def test_what_was_bought_minutes_ago_is_not_offered_again_unless_asked_for(shop):
    shop.knows(bought("beans", days_ago=10 / 1_440))
    assert "beans" not in shop.ids()
    assert "beans" in shop.ids(purchased="include")
    assert shop.ids("buy-again") == ["beans"]
    shop.knows(bought("beans", days_ago=1))
    assert "beans" in shop.ids()


def test_what_the_cart_holds_decides_what_goes_with_it(shop):
    found = shop.items("cart", customer_id="", context=Context(item_ids=("grinder",)))
    assert ids(found)[0] == "filter"
    assert found[0].reason == "Because it goes with Burr grinder"
    assert "grinder" not in ids(found)


def test_best_sellers_and_trends_are_the_same_for_everybody(shop):
    shop.knows(bought("beans"))
    assert shop.ids("best-sellers")[:4] == ["beans", "grinder", "kettle", "filter"]
    found = shop.items("trending")
    assert ids(found)[:3] == ["poems", "kettle", "beans"]
    assert found[0].reason == "Many customers want this now"
    stranger = shop.ids("trending", customer_id="")
    assert stranger == ids(found)


def test_new_items_come_though_nobody_dealt_with_them(shop):
    found = shop.items("new", customer_id="", limit=3)
    assert [item.product.item_id for item in found] == ["novel", "scarf", "poems"]
    assert found[1].reason == "New in our shop"
    assert {part.name for part in found[1].parts} == {"newness"}


def test_among_new_items_those_that_a_customer_would_take_come_first(shop):
    shop.knows(looked_at("poems"))
    assert shop.ids("new")[0] == "novel"
    shop.knows(make_profile(tags={"brand:Loom": 5.0}, as_of=AT))
    assert shop.ids("new")[0] == "scarf"


def test_recently_viewed_holds_just_that_the_latest_first(shop):
    shop.knows(looked_at("scarf", "grinder", "scarf", "gone", "never-sold", "beans"))
    found = shop.items("recently-viewed")
    assert ids(found) == ["scarf", "grinder", "beans"]
    assert [item.reason for item in found] == ["You looked at this lately"] * 3
    assert shop.ids("recently-viewed", customer_id="stranger") == []


def test_buy_again_holds_what_was_bought_the_regular_first(shop):
    shop.knows(bought("filter", "grinder", "beans", "scarf"))
    found = shop.items("buy-again")
    assert ids(found) == ["beans", "filter", "grinder"]
    assert shop.ids("buy-again", customer_id="stranger") == []


def test_buy_again_says_that_it_is_bought_regularly(shop):
    profile = replace(bought(), purchases={"filter": Bought(AT, times=9, memory=9.0)})
    shop.knows(profile)
    assert shop.items("buy-again")[0].reason == "You buy this regularly"


def test_similar_items_are_alike_and_strict_ones_hold_nothing_else(shop):
    assert shop.related("similar", "beans")[0] == "decaf"
    assert set(shop.related("similar", "beans")) == IN_STOCK - {"beans"}
    strict = shop.related("similar", "beans", strict=True)
    assert strict[0] == "decaf"
    assert not {"novel", "poems"} & set(strict)


@pytest.mark.parametrize(
    ("relation", "given", "expected"),
    [
        ("bought-together", ["grinder"], ["filter"]),
        ("bought-together", ["grinder", "beans"], ["filter"]),
        ("bought-together", ["scarf"], []),
        ("also-viewed", ["grinder"], ["kettle"]),
        ("also-viewed", ["grinder", "never-sold"], ["kettle"]),
    ],
)
def test_strict_lists_hold_what_customers_showed_and_others_are_filled_up(
    shop, relation, given, expected
):
    assert shop.related(relation, *given, strict=True) == expected
    relaxed = shop.related(relation, *given)
    assert relaxed[: len(expected)] == expected
    assert set(relaxed) == IN_STOCK - set(given)


def test_items_that_are_all_unknown_are_an_error(shop):
    with pytest.raises(UnknownItem, match="none of the 2 items"):
        shop.related("also-viewed", "never-sold", "tea-gone")


def test_related_items_follow_filter_and_exclusions(shop):
    found = shop.related("similar", "beans", filter=Filter(price_max=10.0))
    assert set(found) == {"decaf", "filter"}
    assert "decaf" not in shop.related("similar", "beans", exclude_item_ids=("decaf",))


def test_ranking_keeps_the_callers_items_and_no_others(shop):
    shop.knows(bought("grinder", muted=frozenset({"item:gone"})))
    given = ["gone", "scarf", "grinder", "filter", "beans", "never-sold", "scarf"]
    found = shop.ranked(given)
    assert set(found) == set(given) - {"never-sold"}
    assert len(found) == 5
    assert found[0] == "beans"


def test_a_page_of_search_hits_is_ranked_by_the_rules_of_search(shop):
    given = ["novel", "kettle", "scarf"]
    assert shop.ranked(given, "search", customer_id="")[0] == "kettle"
    shop.rules(search=Rules(boosts=(boost("item_id = 'novel'", 50.0),)))
    assert shop.ranked(given, "search", customer_id="")[0] == "novel"
    assert shop.ranked(given, "rank", customer_id="")[0] == "kettle"


def test_nothing_to_rank_is_an_empty_list(shop):
    assert shop.ranked(["never-sold"]) == []


@pytest.mark.parametrize("placement", ["for-you", "cart", "best-sellers", "trending", "new"])
def test_what_is_muted_is_in_no_list(shop, placement):
    muted = frozenset({"category:Kitchen > Machines", "item:poems", "brand:Loom"})
    shop.knows(make_profile(muted=muted))
    assert not {"grinder", "kettle", "poems", "scarf"} & set(shop.ids(placement))
    assert "grinder" in shop.ids("best-sellers", customer_id="stranger")


def test_muting_a_category_twice_on_one_path_mutes_what_is_below(shop):
    shop.knows(make_profile(muted=frozenset({"category:Wear > Warm > Wear"})))
    assert "scarf" not in shop.ids()
    shop.knows(make_profile(tags={"category:Wear": 1.0, "category:Wear > Warm": 1.0}, as_of=AT))
    assert shop.ids()[0] == "scarf"


def test_a_page_of_a_category_leads_with_it_whatever_the_customer_dislikes(shop):
    shop.knows(make_profile(tags={"brand:Loom": -3.0}, as_of=AT))
    assert shop.ids(context=Context(category="Books"))[0] in {"novel", "poems"}


def test_items_shown_in_vain_step_back_and_return_with_time(shop):
    shop.rules(default=Rules(repetition=Repetition(after=2, for_days=10)))

    def place_of_beans(shown):
        shop.knows(make_profile(shown=shown))
        return shop.ids().index("beans")

    assert place_of_beans({}) == 0
    assert place_of_beans({"beans": (1, AT)}) == 0
    assert place_of_beans({"beans": (2, AT)}) > 0
    assert place_of_beans({"beans": (2, AT), "never-sold": (9, AT)}) > 0
    assert place_of_beans({"beans": (9, AT)}) >= place_of_beans({"beans": (2, AT)})
    assert place_of_beans({"beans": (9, AT - 10 * DAY_S)}) == 0


def test_the_requests_diversity_stands_for_that_of_the_rules(shop):
    kitchen = Filter(categories=("Food", "Kitchen"))
    shop.knows(make_profile(tags={"category:Food": 3.0, "category:Food > Coffee": 3.0}, as_of=AT))
    plain = shop.ids(filter=kitchen)
    assert set(plain[:2]) == {"beans", "decaf"}
    diverse = shop.ids(filter=kitchen, diversity=1.0)
    assert set(diverse[:2]) != {"beans", "decaf"}
    shop.rules(default=Rules(diversity=1.0))
    assert shop.ids(filter=kitchen) == diverse
    assert shop.ids(filter=kitchen, diversity=0.0) == plain


ALL = sorted(set(PLACEMENTS) - {"rank", "search", "similar", "bought-together", "also-viewed"})


@pytest.mark.parametrize("placement", ALL)
def test_a_customer_who_switched_personalization_off_is_a_stranger(shop, placement):
    shop.rules(default=Rules(repetition=Repetition(after=1)))
    full = replace(
        looked_at("scarf", "novel"),
        purchases={"beans": Bought(AT)},
        tags={"brand:Loom": 5.0},
        shown={"grinder": (9, AT)},
        as_of=AT,
    )
    shop.knows(replace(full, personalization="off"))
    stranger = shop.ids(placement, customer_id="")
    assert shop.ids(placement) == stranger
    shop.knows(full)
    assert shop.ids(placement, personalization="off") == stranger


def test_the_narrower_of_request_and_customer_holds(shop):
    tastes = {"tags": {"brand:Loom": 5.0}, "as_of": AT, "purchases": {"beans": Bought(AT)}}
    shop.knows(replace(looked_at("novel", **tastes), personalization="session"))

    def names(**asked):
        return {part.name for item in shop.items(**asked) for part in item.parts}

    for asked in ({}, {"personalization": "full"}, {"personalization": "session"}):
        assert "content" in names(**asked)
        assert not {"taste", "repeat"} & names(**asked)
    assert names(personalization="off") == {"popularity", "trend"}


def test_an_item_that_left_the_catalogue_leads_on_and_is_not_named(shop):
    shop.knows(bought("tea-gone"))
    found = shop.items(explain="full")
    assert ids(found)[0] == "kettle"
    assert found[0].reason == "Because of what you chose before"
    [next_part] = [part for part in found[0].parts if part.name == "next"]
    assert [cause.id for cause in next_part.because] == ["tea-gone"]


def test_a_boost_does_not_take_the_reason_away(shop):
    shop.knows(looked_at("beans"))
    shop.rules(default=Rules(boosts=(boost("item_id = 'decaf'", 100.0),)))
    first = shop.items(limit=1)[0]
    assert first.product.item_id == "decaf"
    assert first.reason == "Because you looked at Roasted coffee beans"


def test_each_query_gave_what_it_found(shop):
    searches = [
        make_action(type=EventType.SEARCH, item_id="", query=query, weight=0.5, at=AT - n)
        for n, query in enumerate(["poems", "kettle"])
    ]
    shop.knows(make_profile(actions=tuple(searches)))
    found = {item.product.item_id: item for item in shop.items(explain="full")}
    for item_id, query in (("poems", "poems"), ("kettle", "kettle")):
        [part] = [part for part in found[item_id].parts if part.name == "search"]
        assert [cause.id for cause in part.because] == [query]
        assert found[item_id].reason == f"Because you searched for “{query}”"


def test_causes_of_likes_and_dislikes_that_cancel_out_stay_what_they_are(shop):
    tags = {"category:Wear": 1.0, "brand:Loom": -0.999, "category:Books": 2.0}
    shop.knows(make_profile(tags=tags, as_of=AT))
    found = {item.product.item_id: item for item in shop.items(explain="full")}
    [part] = [part for part in found["scarf"].parts if part.name == "taste"]
    causes = {cause.id: cause.value for cause in part.because}
    # A quarter of each tag's share of all that the customer feels about.
    assert causes["category:Wear"] == pytest.approx(0.25 / 3.999, abs=1e-5)
    assert causes["brand:Loom"] == pytest.approx(-0.25 * 0.999 / 3.999, abs=1e-5)


def test_full_explanations_name_every_cause_and_others_sum_the_rest_up(shop):
    seen = ["beans", "filter", "grinder", "kettle", "novel", "poems", "scarf"]
    shop.knows(looked_at(*seen))

    def causes(explain):
        items = shop.items("best-sellers", explain=explain)
        assert all(not part.because for item in items for part in item.parts)
        item = shop.items(explain=explain)[0]
        [part] = [part for part in item.parts if part.name == "content"]
        assert sum(each.value for each in part.because) == pytest.approx(part.value, abs=1e-6)
        return part.because

    full, brief = causes("full"), causes("yes")
    assert {each.id for each in full} == set(seen)
    assert brief[:5] == full[:5]
    assert (brief[5].kind, brief[5].id) == ("others", "")


def test_a_token_of_a_strict_list_is_none_of_a_relaxed_one(shop):
    first = shop.recommender.similar(["beans"], Asked(placement="similar", limit=1), strict=True)
    with pytest.raises(StalePageToken):
        shop.recommender.similar(
            ["beans"], Asked(placement="similar", limit=1, next_token=first.next_token)
        )


@pytest.mark.parametrize("placement", ALL)
@pytest.mark.parametrize("popularity", [None, {}, {"never-sold": 1.0}])
def test_small_shops_have_lists_with_and_without_events(tmp_path, placement, popularity):
    empty = ShopWithLists(tmp_path / "empty", [], popularity, WordEncoder())
    assert empty.ids(placement) == []
    single = ShopWithLists(tmp_path / "single", PRODUCTS[:1], popularity, WordEncoder())
    always = placement not in {"recently-viewed", "buy-again"}
    assert single.ids(placement) == (["beans"] if always else [])
    single.knows(looked_at("beans"))
    shows_it = placement in {"trending", "best-sellers", "recently-viewed"}
    assert single.ids(placement) == (["beans"] if shows_it else [])


@pytest.mark.parametrize("relation", ["similar", "bought-together", "also-viewed"])
@pytest.mark.parametrize("strict", [True, False])
def test_an_only_item_has_no_related_ones(tmp_path, relation, strict):
    single = ShopWithLists(tmp_path, PRODUCTS[:1], {}, WordEncoder())
    assert single.related(relation, "beans", strict=strict) == []
    assert single.ranked(["beans"]) == ["beans"]


@pytest.mark.parametrize("placement", ALL)
def test_before_anything_was_learnt_lists_say_so(tmp_path, placement):
    shop = ShopWithLists(tmp_path, PRODUCTS, None, WordEncoder())
    found = shop.recommender.recommend(Asked(placement=placement))
    assert found.degraded == ("behaviour",)
    if placement == "buy-again":
        assert found.items == ()
