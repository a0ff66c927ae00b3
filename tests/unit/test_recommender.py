"""Recommendations: what the customer just did decides, and every score says why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.errors import StalePageToken, Unavailable, UnknownItem
from concierge.recommending.asking import Asked
from concierge.recommending.exploration import Exploration
from concierge.recommending.recommender import Recommender
from concierge.recommending.seeds import Context
from concierge.recommending.steering import Merchandising
from concierge.retrieval.filters import Filter
from concierge.shop.events import EventType
from concierge.shop.profile import Actor, Profile, record
from tests.builders import NOW, make_action, make_event, make_product, make_profile
from tests.fakes.encoder import WordEncoder
from tests.fakes.exposures import InMemoryExposures
from tests.fakes.profiles import InMemoryProfiles
from tests.fakes.snapshots import InForce, behaviour_of, catalogue_of

ADA = Actor("customer", "ada")
KITCHEN = ("Kitchen", "Mugs")
PRODUCTS = [
    make_product(item_id="mug-red", title="Red stoneware mug", category=KITCHEN),
    make_product(item_id="mug-blue", title="Blue stoneware mug", category=KITCHEN, price=14.0),
    make_product(item_id="mug-old", title="Old stoneware mug", category=KITCHEN, in_stock=False),
    make_product(
        item_id="tent",
        title="Two person tent",
        description="Light and dry.",
        category=("Outdoor", "Tents"),
        brand="Alder",
        price=180.0,
    ),
    make_product(
        item_id="stove",
        title="Gas camping stove",
        description="Boils fast.",
        category=("Outdoor", "Cooking"),
        brand="Alder",
        price=40.0,
    ),
    make_product(
        item_id="bag",
        title="Down sleeping bag",
        description="Warm when camping.",
        category=("Outdoor", "Sleeping"),
        brand="Alder",
        price=150.0,
    ),
]
POPULARITY = {"tent": 10.0, "mug-blue": 2.0, "stove": 1.0}


class AbsentProfiles:
    """Profiles during an outage."""

    def get(self, actor):
        raise Unavailable("DynamoDB is away")


class Setup:
    def __init__(self, folder):
        encoder = WordEncoder()
        self.catalogue = InForce(catalogue_of(folder / "catalogue", PRODUCTS, encoder))
        self.behaviour = InForce(behaviour_of(folder / "behaviour", POPULARITY))
        self.profiles = InMemoryProfiles()
        self.recommender = Recommender(
            self.catalogue,
            self.behaviour,
            Merchandising(InForce()),
            self.profiles,
            Exploration(InMemoryExposures),
            NOW.timestamp,
        )

    def did(self, *events, actor=ADA):
        """Record events as the recorder does."""
        products = {product.item_id: product for product in PRODUCTS}
        profile = self.profiles.get(actor)
        for event in events:
            profile = record(profile, event, products.get(event.item_id))
        self.profiles.commit(profile, [])

    def ids(self, **asked):
        asked.setdefault("customer_id", "ada")
        return [item.product.item_id for item in self.recommender.recommend(Asked(**asked)).items]


@pytest.fixture
def shop(tmp_path):
    return Setup(tmp_path)


@pytest.fixture(scope="module")
def shared_shop(tmp_path_factory):
    return Setup(tmp_path_factory.mktemp("shop"))


def test_unknown_customer_still_gets_recommendations(shop):
    assert shop.ids(customer_id="nobody")[0] == "tent"
    assert len(shop.ids(customer_id="nobody")) == 5


def test_a_click_changes_the_very_next_list(shop):
    assert shop.ids()[0] == "tent"
    shop.did(make_event(item_id="mug-red"))
    assert shop.ids()[0] == "mug-blue"


def test_the_latest_click_counts_most(shop):
    morning, noon = NOW.replace(hour=9), NOW.replace(hour=11)
    ada = [
        make_event(item_id="mug-red", occurred_at=morning),
        make_event(event_id="2", item_id="stove", occurred_at=noon),
    ]
    eve = [
        make_event(item_id="stove", occurred_at=morning),
        make_event(event_id="2", item_id="mug-red", occurred_at=noon),
    ]
    shop.did(*ada)
    shop.did(*eve, actor=Actor("customer", "eve"))
    assert score_of(shop, "ada", "bag") > score_of(shop, "eve", "bag")
    assert score_of(shop, "ada", "mug-blue") < score_of(shop, "eve", "mug-blue")


def score_of(shop, customer_id, item_id):
    items = shop.recommender.recommend(Asked(customer_id=customer_id)).items
    return next(item.score for item in items if item.product.item_id == item_id)


def test_a_purchase_says_more_than_a_view(shop):
    shop.did(
        make_event(
            item_id="stove", type=EventType.PURCHASE, occurred_at=NOW.replace(hour=11, minute=50)
        ),
        make_event(event_id="2", item_id="mug-red", occurred_at=NOW.replace(hour=11, minute=55)),
    )
    assert shop.ids()[0] in {"bag", "tent"}


def test_bought_viewed_and_sold_out_items_are_left_out(shop):
    shop.did(
        make_event(item_id="tent", type=EventType.PURCHASE),
        make_event(event_id="2", item_id="mug-red"),
    )
    assert set(shop.ids()) == {"mug-blue", "stove", "bag"}


def test_what_left_the_cart_again_counts_against(shop):
    shop.did(
        make_event(item_id="mug-red"),
        make_event(event_id="2", item_id="mug-red", type=EventType.REMOVE_FROM_CART),
    )
    assert shop.ids()[0] == "tent"


def test_a_search_is_remembered(shop):
    shop.did(make_event(type=EventType.SEARCH, item_id="", query="sleeping bag"))
    assert shop.ids()[0] == "bag"


def test_the_caller_excludes_and_filters(shop):
    assert "tent" not in shop.ids(exclude_item_ids=("tent",))
    assert set(shop.ids(filter=Filter(brands=("alder",)))) == {"tent", "stove", "bag"}
    assert set(shop.ids(filter=Filter(price_max=20))) == {"mug-red", "mug-blue"}


def test_context_serves_a_stranger(shop):
    assert shop.ids(customer_id="", context=Context(item_ids=("mug-red",)))[0] == "mug-blue"
    kitchen = shop.ids(customer_id="", context=Context(category="Kitchen"))
    assert set(kitchen[:2]) == {"mug-red", "mug-blue"}
    assert shop.ids(customer_id="", context=Context(query="camping stove"))[0] == "stove"


def test_an_anonymous_session_is_served_like_a_customer(shop):
    session = Actor("session", "s1")
    shop.did(make_event(item_id="mug-red", customer_id="", session_id="s1"), actor=session)
    assert shop.ids(customer_id="", session_id="s1")[0] == "mug-blue"


def test_a_merged_session_is_served_from_its_customer(shop):
    shop.did(make_event(item_id="mug-red"))
    shop.profiles.commit(Profile(Actor("session", "s1"), merged_into="ada"), [])
    assert shop.ids(customer_id="", session_id="s1")[0] == "mug-blue"


@pytest.mark.parametrize("setting", ["request", "profile"])
def test_personalization_off_is_popularity_for_everybody(shop, setting):
    shop.did(make_event(item_id="mug-red"))
    if setting == "profile":
        profile = shop.profiles.get(ADA)
        shop.profiles.commit(replace(profile, personalization="off"), [])
        found = shop.ids()
    else:
        found = shop.ids(personalization="off")
    assert found[0] == "tent"


def test_session_personalization_leaves_long_term_taste_out(shop):
    shop.did(make_event(item_id="mug-red"))
    asked = Asked(customer_id="ada", personalization="session")
    names = {part.name for item in shop.recommender.recommend(asked).items for part in item.parts}
    assert "taste" not in names
    assert "content" in names


def test_muted_items_and_tags_disappear(shop):
    shop.profiles.commit(Profile(ADA, muted=frozenset({"brand:Alder", "item:mug-red"})), [])
    assert shop.ids() == ["mug-blue"]


def test_without_behaviour_recommendations_say_so(shop):
    shop.behaviour.snapshot = None
    found = shop.recommender.recommend(Asked(customer_id="ada"))
    assert found.degraded == ("behaviour",)
    assert len(found.items) == 5


def test_without_the_database_popular_items_are_served_and_it_is_said(shop):
    shop.did(make_event(item_id="mug-red"))
    recommender = Recommender(
        shop.catalogue,
        shop.behaviour,
        Merchandising(InForce()),
        AbsentProfiles(),
        Exploration(InMemoryExposures),
    )
    found = recommender.recommend(Asked(customer_id="ada"))
    assert found.degraded == ("profile",)
    assert found.items[0].product.item_id == "tent"


def test_without_vectors_taste_and_popularity_remain(shop, tmp_path):
    shop.catalogue.snapshot = catalogue_of(tmp_path / "plain", PRODUCTS)
    shop.did(make_event(item_id="mug-red"))
    found = shop.recommender.recommend(Asked(customer_id="ada"))
    assert found.degraded == ("content",)
    assert found.items[0].product.item_id == "mug-blue"


def test_an_item_that_left_the_catalogue_is_no_seed(shop):
    shop.did(make_event(item_id="discontinued"))
    assert shop.ids()[0] == "tent"


def test_reasons_name_the_item_in_the_language_asked_for(shop):
    shop.did(make_event(item_id="mug-red"))
    english = shop.recommender.recommend(Asked(customer_id="ada", limit=1)).items[0]
    chinese = shop.recommender.recommend(Asked(customer_id="ada", limit=1, locale="zh-CN")).items[0]
    assert english.reason == "Because you looked at Red stoneware mug"
    assert chinese.reason == "因为您浏览过“Red stoneware mug”"


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("brand:Alder", "Because you like Alder"),
        ("price:25-50", "In the price range you usually choose"),
    ],
)
def test_reasons_name_a_taste(shop, tag, sentence):
    shop.profiles.commit(Profile(ADA, tags={tag: 3.0}, as_of=NOW.timestamp()), [])
    items = shop.recommender.recommend(Asked(customer_id="ada", filter=Filter(price_max=50))).items
    assert items[0].reason == sentence


def test_what_the_encoder_cannot_read_is_compared_by_words(tmp_path):
    shop = Setup(tmp_path)
    tea = [
        make_product(item_id=item_id, title=title, brand="", category=(), price=None, language="zh")
        for item_id, title in (("zh-1", "茉莉花茶"), ("zh-2", "茉莉绿茶"), ("zh-3", "瑜伽垫"))
    ]
    shop.catalogue.snapshot = catalogue_of(
        tmp_path / "tea", [*PRODUCTS, *tea], WordEncoder(), languages=["en"]
    )
    shop.did(make_event(item_id="zh-1"))
    items = shop.recommender.recommend(Asked(customer_id="ada")).items
    content = {
        item.product.item_id: part.value
        for item in items
        for part in item.parts
        if part.name == "content"
    }
    assert set(content) == {"zh-2"}
    similar = shop.recommender.similar(["zh-1"], Asked(limit=1)).items[0]
    assert similar.product.item_id == "zh-2"


def test_similar_items_are_like_the_given_ones(shop):
    found = shop.recommender.similar(["mug-red"], Asked(limit=1))
    assert found.items[0].product.item_id == "mug-blue"
    with pytest.raises(UnknownItem):
        shop.recommender.similar(["discontinued"], Asked())


def test_rank_reorders_the_callers_list_and_drops_strangers(shop):
    shop.did(make_event(item_id="mug-red"))
    found = shop.recommender.rank(["tent", "mug-old", "discontinued"], Asked(customer_id="ada"))
    assert [item.product.item_id for item in found.items] == ["mug-old", "tent"]


def test_pages_continue_and_a_foreign_token_is_refused(shop):
    first = shop.recommender.recommend(Asked(customer_id="ada", limit=3))
    rest = shop.ids(limit=3, next_token=first.next_token)
    assert sorted([item.product.item_id for item in first.items] + rest) == sorted(shop.ids())
    with pytest.raises(StalePageToken):
        shop.ids(customer_id="eve", next_token=first.next_token)


actions = st.builds(
    make_action,
    type=st.sampled_from(
        [EventType.VIEW, EventType.ADD_TO_CART, EventType.PURCHASE, EventType.SEARCH]
    ),
    item_id=st.sampled_from([product.item_id for product in PRODUCTS]),
    query=st.sampled_from(["", "red mug", "camping"]),
    at=st.floats(NOW.timestamp() - 1e7, NOW.timestamp()),
    weight=st.floats(-2, 5),
)
tags = st.dictionaries(
    st.sampled_from(["category:Kitchen", "category:Outdoor > Tents", "brand:Alder", "price:10-25"]),
    st.floats(-3, 10),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(actions, max_size=12), tags)
def test_parts_and_their_causes_add_up(shared_shop, made, liked):
    profile = make_profile(actions=tuple(made), tags=liked, as_of=NOW.timestamp())
    profiles = InMemoryProfiles(profile)
    recommender = Recommender(
        shared_shop.catalogue,
        shared_shop.behaviour,
        Merchandising(InForce()),
        profiles,
        Exploration(InMemoryExposures),
        NOW.timestamp,
    )
    asked = Asked(customer_id=profile.actor.id, explain="yes")
    for item in recommender.recommend(asked).items:
        assert item.score == pytest.approx(sum(part.value for part in item.parts), abs=1e-6)
        for part in item.parts:
            if part.because:
                causes = sum(because.value for because in part.because)
                assert causes == pytest.approx(part.value, abs=1e-6)
