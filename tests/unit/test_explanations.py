"""Whatever a customer did and a shop rules: lists keep their promises, and explain themselves whole."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.recommending.asking import Asked
from concierge.recommending.placements import PLACEMENTS
from concierge.recommending.seeds import Context
from concierge.retrieval.filters import Filter
from concierge.retrieval.merchandising import Pin, Repetition, Rules
from concierge.shop.events import EventType
from concierge.shop.profile import Bought
from tests.builders import NOW, make_action, make_product, make_profile
from tests.fakes.encoder import WordEncoder
from tests.fakes.listing import ShopWithLists, ids
from tests.fakes.lists import boost, promotion

AT = NOW.timestamp()
# Drawing a situation takes longer than its lists: each has all of them, 2,500 in sum.
SITUATIONS = 250
LISTS = sorted(set(PLACEMENTS) - {"rank", "search"})
CATEGORIES = (("Kitchen", "Mugs"), ("Kitchen", "Pans"), ("Books",), ("Wear", "Warm", "Wear"), ())
BRANDS = ("Alder", "Birch", "")
PRODUCTS = [
    make_product(
        item_id=f"item-{number:02}",
        title=f"{('Red', 'Blue', 'Grey')[number % 3]} {('mug', 'pan', 'novel', 'scarf')[number % 4]}",
        description="",
        category=CATEGORIES[number % 5],
        brand=BRANDS[number % 3],
        price=None if number == 7 else 4.0 * number,
        in_stock=number != 11,
        # What the encoder cannot read is compared by its words.
        language="zh" if number in {5, 10} else "en",
        created_at="" if number % 4 == 3 else f"2026-{1 + number % 12:02}-20T00:00:00+00:00",
    )
    for number in range(16)
]
SOLD = [product.item_id for product in PRODUCTS]
KNOWN = [*SOLD, "gone"]
RELATIONS = {
    name: {
        KNOWN[at]: {
            KNOWN[(at * step + shift) % len(KNOWN)]: weight
            for shift, weight in ((1, 0.5), (4, -0.3), (9, 0.123))
        }
        for at in range(0, len(KNOWN), 2)
    }
    for name, step in (("next", 1), ("together", 2), ("after", 3))
}
ITEMS = st.sampled_from([*KNOWN, "unheard"])
SOME = st.lists(ITEMS, max_size=3).map(tuple)
TAGS = ["category:Kitchen", "category:Kitchen > Mugs", "category:Wear", "category:Wear > Warm > Wear",
        "brand:Alder", "brand:None", "price:10-25", "price:0-10"]  # fmt: skip
CONDITIONS = st.sampled_from(
    ["brand = 'Alder'", "price > 40", "category = 'Kitchen'", "not exists price", "price > 999"]
)
AGES_S = st.sampled_from([-60.0, 0.0, 60.0, 3_600.0, 9e5, 9e6])


@dataclass(frozen=True)
class Situation:
    profile: object
    rules: Rules
    asked: Asked


def actions():
    return st.builds(
        lambda type_, item, query, age, weight: make_action(
            type=type_, item_id=item, query=query, at=AT - age, weight=weight
        ),
        st.sampled_from(
            [EventType.VIEW, EventType.PURCHASE, EventType.ADD_TO_CART, EventType.RATING]
        ),
        ITEMS,
        st.sampled_from(["", "", "red mug", "novel", "zzz"]),
        AGES_S,
        st.sampled_from([1.0, 5.0, 3.0, -2.0, 0.0, 0.3]),
    )


@st.composite
def profiles(draw):
    return make_profile(
        actions=tuple(sorted(draw(st.lists(actions(), max_size=7)), key=lambda each: -each.at)),
        tags=draw(st.dictionaries(st.sampled_from(TAGS), st.floats(-5, 5), max_size=4)),
        as_of=AT - draw(AGES_S),
        purchases={
            item: Bought(AT - draw(AGES_S), memory=draw(st.sampled_from([0.01, 1.0, 40.0])))
            for item in draw(SOME)
        },
        shown={item: (draw(st.integers(1, 9)), AT - draw(AGES_S)) for item in draw(SOME)},
        muted=frozenset(draw(st.lists(st.sampled_from([*TAGS, "item:item-03"]), max_size=1))),
        personalization=draw(st.sampled_from(["full", "full", "full", "session", "off"])),
    )


@st.composite
def rules(draw):
    if draw(st.booleans()):
        return Rules()
    boosts = st.tuples(CONDITIONS, st.sampled_from([0.01, 0.5, 1.3, 100.0]))
    pinned = draw(st.lists(st.sampled_from(SOLD), max_size=2, unique=True))
    return Rules(
        exclude_item_ids=draw(SOME),
        boosts=tuple(boost(*each) for each in draw(st.lists(boosts, max_size=3))),
        promotions=tuple(
            promotion(text, text, 0.3) for text in draw(st.sets(CONDITIONS, max_size=1))
        ),
        pins=tuple(Pin(item, 2 * at + 1) for at, item in enumerate(pinned)),
        most_per_category=draw(st.sampled_from([None, None, 2])),
        diversity=draw(st.sampled_from([0.0, 0.4, 1.0])),
        repetition=draw(st.sampled_from([None, Repetition(after=2)])),
    )


@st.composite
def situations(draw):
    asked = Asked(
        customer_id="ada",
        placement=draw(st.sampled_from(LISTS)),
        context=Context(
            draw(SOME),
            draw(st.sampled_from(["", "Kitchen", "Void"])),
            draw(st.sampled_from(["", "mug"])),
        ),
        filter=draw(st.sampled_from([Filter(), Filter(), Filter(price_max=50.0)])),
        exclude_item_ids=draw(SOME),
        personalization=draw(st.sampled_from(["full", "full", "session", "off"])),
        purchased=draw(st.sampled_from([None, "auto", "exclude", "include"])),
        diversity=draw(st.sampled_from([None, None, 0.0, 0.7])),
        locale=draw(st.sampled_from(["en", "zh-CN"])),
        explain=draw(st.sampled_from(["no", "yes", "full"])),
        limit=draw(st.sampled_from([4, 4, 100])),
    )
    return Situation(draw(profiles()), draw(rules()), asked)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return ShopWithLists(
        tmp_path_factory.mktemp("shop"),
        PRODUCTS,
        {item: 1.0 + at for at, item in enumerate(KNOWN[::2])} | dict.fromkeys(KNOWN[1::2], 0.0),
        WordEncoder(),
        relations=RELATIONS,
        repeat={item: (at % 5) / 10 for at, item in enumerate(KNOWN)},
        trend={item: float(at % 7) for at, item in enumerate(KNOWN)},
    )


def listed(shop, situation, **changes):
    """Return a page for a situation."""
    shop.knows(situation.profile)
    shop.rules(default=situation.rules)
    asked = replace(situation.asked, **changes)
    if asked.placement in {"similar", "bought-together", "also-viewed"}:
        return shop.recommender.similar([SOLD[2], *asked.context.item_ids], asked)
    return shop.recommender.recommend(asked)


def check_sums(item, explain):
    assert item.score == pytest.approx(sum(part.value for part in item.parts), abs=1e-6)
    assert len({part.name for part in item.parts}) == len(item.parts)
    for part in item.parts:
        if part.because:
            given_ = [cause.value for cause in part.because]
            assert sum(given_) == pytest.approx(part.value, abs=1e-6)
            assert [cause.kind for cause in part.because].count("others") <= (explain != "full")
            # No cause is blown up beyond what any weight could give.
            assert max(map(abs, given_)) < 100


def check_places(items, situation):
    found, asked = ids(items), situation.asked
    assert len(found) == len(set(found))
    forbidden = {*asked.exclude_item_ids, *situation.rules.exclude_item_ids, "item-11", "gone"}
    forbidden |= set(asked.context.item_ids)
    if asked.placement not in {"similar", "bought-together", "also-viewed"}:
        muted = situation.profile.muted if asked.personalization != "off" else frozenset()
        forbidden |= {tag.removeprefix("item:") for tag in muted}
        assert not [item for item in items if muted & set(item.product.tags)]
        personal = {asked.personalization, situation.profile.personalization} == {"full"}
        if asked.purchased == "exclude" and personal:
            forbidden |= set(situation.profile.purchases)
    assert not forbidden & set(found)
    if asked.filter.price_max:
        assert all((item.product.price or 0) <= asked.filter.price_max for item in items)


@settings(max_examples=SITUATIONS, deadline=None)
@given(situations())
def test_lists_hold_what_they_may_and_scores_are_the_sums_of_their_causes(shop, situation):
    for placement in LISTS:
        asked = replace(situation.asked, placement=placement)
        items = listed(shop, replace(situation, asked=asked)).items
        for item in items:
            check_sums(item, asked.explain)
            assert item.reason
        check_places(items, replace(situation, asked=asked))


@settings(max_examples=100, deadline=None)
@given(situations(), st.integers(1, 9))
def test_pages_continue_each_other_and_explaining_changes_nothing(shop, situation, limit):
    whole = listed(shop, situation, explain="no", limit=100).items
    found, token, last = [], None, False
    while not last:
        page = listed(shop, situation, explain="full", limit=limit, next_token=token)
        found += page.items
        token, last = page.next_token, page.next_token is None
        assert len(page.items) == limit or last
    assert ids(found) == ids(whole)
    assert [item.score for item in found] == [item.score for item in whole]
    assert [item.reason for item in found] == [item.reason for item in whole]
    assert [(item.pinned, item.promotion) for item in found] == [
        (item.pinned, item.promotion) for item in whole
    ]
