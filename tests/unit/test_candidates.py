"""Few of many products are scored, and a customer cannot tell."""

import zlib
from datetime import timedelta

import numpy as np
import pytest

from concierge.artifacts.manifest import ModelRef
from concierge.recommending.candidates import LEAST, SCORED_ALL, candidates
from concierge.recommending.laid_out import LaidOut
from concierge.recommending.scoring import Sources
from concierge.recommending.seeds import Interests, Seed
from concierge.recommending.steering import steer
from concierge.retrieval.expressions import parse_expression
from concierge.retrieval.filters import Filter
from concierge.retrieval.merchandising import NO_RULES, Pin, Rules
from concierge.shop.profile import Bought
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.listing import ShopWithLists
from tests.fakes.lists import promotion

MANY = 6_000
AT = NOW.timestamp()
# Far from the first rows and from what is popular.
CORNER = "item-5990"
TARGETS = [f"item-{number}" for number in range(4_000, 4_600)]
SOURCES = [f"item-{number}" for number in range(3_000, 3_060)]
POPULARITY = {f"item-{number:04}": 1.0 / (number + 1) for number in range(1_500)}
KNOWN = POPULARITY | dict.fromkeys([*SOURCES, *TARGETS, CORNER, "item-5991"], 1e-4)
# Sixty sources lead to six hundred targets, each to ten, the first ones more strongly.
NEXT = {
    source: dict.fromkeys(TARGETS[at * 10 : at * 10 + 10], 10.0 - at / 100)
    for at, source in enumerate(SOURCES)
}


class Speckled:
    """Encodes a text as a few numbers that its checksum draws: cheap, and alike for alike texts alone."""

    model = ModelRef("speckled", "0" * 64)
    dimensions = 16

    def encode(self, texts, kind="passage"):
        seeds = [zlib.crc32(text.split(".")[0].encode()) for text in texts]
        drawn = np.array([np.random.default_rng(seed).standard_normal(16) for seed in seeds])
        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def product(number):
    return make_product(
        item_id=f"item-{number:04}",
        # Two products in the far corner are alike.
        title="Twin" if number in (5_990, 5_992) else f"Thing {number}",
        description="zither" if number == 5_993 else "",
        category=("Music",) if number == 1_400 else ("Things",),
        brand="",
        price=float(number),
        created_at=(NOW - timedelta(days=number / 10)).isoformat(),
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return ShopWithLists(
        tmp_path_factory.mktemp("shop"),
        [product(number) for number in range(MANY)],
        KNOWN,
        Speckled(),
        relations={"next": NEXT, "together": {CORNER: {"item-5991": 0.5}}},
        trend={"item-5991": 1.0},
        repeat={CORNER: 0.5},
    )


@pytest.fixture(autouse=True)
def _without_history_and_rules(shop):
    shop.knows(make_profile())
    shop.rules()


@pytest.fixture(scope="module")
def laid_out(shop):
    return LaidOut.over(shop.catalogue.snapshot, shop.behaviour.snapshot)


@pytest.fixture(scope="module")
def chosen(shop, laid_out):
    """Return the candidates for some interests."""

    def choose(interests=None, allowed=None, rules=NO_RULES, behaviour=laid_out, **more):
        catalogue = shop.catalogue.snapshot
        allowed = np.ones(MANY, np.bool_) if allowed is None else allowed
        sources = Sources(catalogue, behaviour, interests or Interests(now=AT))
        return candidates(sources, allowed, steer(rules, catalogue), **more)

    return choose


def first(count):
    return np.arange(MANY) < count


def test_as_many_as_can_be_scored_are_all_candidates_and_of_more_only_some(chosen):
    assert chosen(allowed=first(SCORED_ALL)).tolist() == list(range(SCORED_ALL))
    some = chosen(allowed=first(SCORED_ALL + 1))
    assert LEAST <= len(some) < SCORED_ALL
    assert some.tolist() == sorted({*some.tolist()} & set(range(SCORED_ALL + 1)))


@pytest.mark.parametrize("allowed", [SCORED_ALL, SCORED_ALL + 1, MANY])
def test_a_stranger_sees_the_same_beginning_on_both_sides_of_the_bound(shop, allowed):
    found = shop.ids(customer_id="", filter=Filter(price_max=allowed - 1.0), limit=51)
    # What everybody wants this week comes third, where the bound lets it in.
    bestsellers = [item for item in found if item != "item-5991"]
    assert bestsellers[:50] == [f"item-{number:04}" for number in range(50)]


@pytest.mark.parametrize(
    ("interests", "brought"),
    [
        (Interests((Seed(CORNER, 1.0, "view"),)), 5_992),
        (Interests((Seed(CORNER, 1.0, "view"),)), 5_991),
        (Interests(queries={"zither": 1.0}), 5_993),
        (Interests(memory={SOURCES[0]: 1.0}), 4_000),
        (Interests(owned={CORNER: Bought(AT)}), 5_990),
        (Interests(tags={"category:Music": 1.0}), 1_400),
        (Interests(), 5_991),
        (Interests(), 0),
    ],
    ids=["content", "together", "search", "next", "owned", "taste", "trend", "popularity"],
)
def test_every_part_brings_its_best(chosen, interests, brought):
    assert brought in chosen(interests)


def test_what_nothing_speaks_for_is_no_candidate(chosen):
    assert 5_992 not in chosen()
    assert 1_400 not in chosen()


def test_what_is_not_allowed_takes_no_place_of_what_is(chosen):
    memory = dict.fromkeys(SOURCES, 1.0)
    allowed = np.ones(MANY, np.bool_)
    allowed[4_000:4_500] = False
    found = chosen(Interests(memory=memory), allowed)
    assert set(range(4_500, 4_600)) <= set(found.tolist())
    assert not set(range(4_000, 4_500)) & set(found.tolist())


def test_pins_promotions_and_what_the_placement_brings_are_scored_where_allowed(chosen):
    rules = Rules(
        pins=(Pin("item-5900", 1), Pin("item-5901", 2)),
        promotions=(promotion("late", "price >= 3000 and price < 5000", 0.1),),
    )
    allowed = np.ones(MANY, np.bool_)
    allowed[[5_901, 5_903]] = False
    allowed[3_000:3_900] = False
    found = set(chosen(allowed=allowed, rules=rules, besides=np.array([5_902, 5_903])).tolist())
    assert {5_900, 5_902} <= found
    assert not {5_901, 5_903} & found
    # Of the promotion, what is allowed: the first are not.
    assert set(range(3_900, 4_400)) <= found


def test_without_behaviour_content_and_the_first_are_scored(chosen):
    found = chosen(Interests((Seed(CORNER, 1.0, "view"),)), behaviour=None)
    assert 5_992 in found
    assert set(range(LEAST)) <= set(found.tolist())


def test_a_list_is_the_same_page_by_page(shop):
    shop.knows(make_profile(actions=(make_action(item_id=CORNER),)))
    shop.rules(
        for_you=Rules(
            pins=(Pin("item-5900", 7), Pin("item-5901", 30)),
            promotions=(promotion("late", "price >= 5500", 0.2),),
            most_per_category=40,
        )
    )
    whole = shop.items(limit=200)
    pages = shop.pages(limit=45)
    found = [item for page in pages for item in page]
    assert found[:200] == [item.product.item_id for item in whole]
    assert len(found) == len(set(found))
    assert [len(page) for page in pages[:-1]] == [45] * (len(pages) - 1)
    assert (found[6], found[29]) == ("item-5900", "item-5901")
    promoted = [item.promotion for item in whole[:100]].count("late")
    assert promoted == 20


def test_filters_hold_in_a_large_catalogue(shop):
    condition = parse_expression("price >= 100 and price < 5900")
    pages = shop.pages(filter=condition, exclude_item_ids=("item-0150",), limit=100)
    found = {item for page in pages for item in page}
    assert found <= {f"item-{number:04}" for number in range(100, 5_900)} - {"item-0150"}
    assert pages[0][0] == "item-0100"


def test_the_newest_are_found_though_nobody_dealt_with_them(shop):
    condition = Filter(price_min=900.0)
    assert shop.ids("new", filter=condition, limit=3) == ["item-0900", "item-0901", "item-0902"]
    assert shop.ids("new", filter=Filter(price_min=10.0), limit=1) == ["item-0010"]


def test_what_was_looked_at_is_found_whatever_else_speaks_for_it(shop):
    actions = tuple(
        make_action(item_id=f"item-{5_000 + number}", at=AT - number * 60) for number in range(30)
    )
    shop.knows(make_profile(actions=actions))
    assert shop.ids("recently-viewed", limit=50) == [action.item_id for action in actions]


def test_what_everybody_wants_this_week_leads_though_it_sold_little_before(shop):
    assert shop.ids("trending", limit=1) == ["item-5991"]
