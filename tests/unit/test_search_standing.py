"""Small parts of a score: what is popular, new or liked goes ahead of what is as relevant."""

from dataclasses import replace
from itertools import pairwise

import pytest

from concierge.errors import Unavailable
from concierge.retrieval.popularity import Popularity
from concierge.searching.aids import Aids
from concierge.searching.asking import SearchQuery
from concierge.searching.personal import PERSONAL_SHARE, ProfileLiking
from concierge.searching.searcher import Searcher
from concierge.searching.standing import FRESHNESS_SHARE, POPULARITY_SHARE
from tests.builders import NOW, make_action, make_product, make_profile, make_session
from tests.fakes.encoder import EncodersOf, WordEncoder
from tests.fakes.profiles import InMemoryProfiles
from tests.fakes.snapshots import InForce, catalogue_of, model_of, write_behaviour

ENCODER = WordEncoder()
PRODUCTS = [
    make_product(item_id="a", title="Tea mug", brand="Hearth", created_at="2020-01-01T00:00:00Z"),
    make_product(item_id="b", title="Tea mug", brand="Löam", created_at="2020-01-01T00:00:00Z"),
    make_product(item_id="c", title="Tea mug", brand="Ember", created_at="2020-01-01T00:00:00Z"),
    make_product(item_id="far", title="Lamp", description="Shines on a mug of cocoa."),
]
# By words alone, the first three are exactly as relevant.
MUGS = SearchQuery("tea mug", semantic_ratio=0)
LIKES_EMBER = {"brand:Ember": 5.0, "brand:Hearth": -1.0}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS, ENCODER)


class CountedProfiles(InMemoryProfiles):
    """Counts what is read."""

    reads = 0

    def get(self, actor):
        self.reads += 1
        return super().get(actor)


class NoProfiles:
    """Profiles that cannot be read at present."""

    def get(self, actor):
        raise Unavailable("no table")


def searcher_of(catalogue, popularity=None, profiles=None):
    liking = ProfileLiking(profiles) if profiles else None
    return Searcher(
        InForce(catalogue),
        EncodersOf(ENCODER),
        Aids(lambda: popularity, lambda: liking),
        NOW.timestamp,
    )


def popularity_of(folder, by_item):
    folder.mkdir()
    write_behaviour(folder, model_of(by_item))
    return Popularity.open(folder)


def ids(result):
    return [hit.product.item_id for hit in result.hits]


def part(hit, name):
    return next((part.value for part in hit.parts if part.name == name), 0.0)


def test_the_popular_comes_first_of_what_is_as_relevant(catalogue, tmp_path):
    popularity = popularity_of(tmp_path / "behaviour", {"b": 10, "c": 2, "gone": 20})
    result = searcher_of(catalogue, popularity).search(MUGS)
    assert ids(result)[:3] == ["b", "c", "a"]
    for hit in result.hits:
        assert 0 <= part(hit, "popularity") <= POPULARITY_SHARE * hit.relevance + 1e-6
        assert hit.score == pytest.approx(sum(each.value for each in hit.parts), abs=1e-9)


def test_a_new_behaviour_snapshot_is_followed(catalogue, tmp_path):
    held = [popularity_of(tmp_path / "first", {"b": 1})]
    searcher = Searcher(InForce(catalogue), EncodersOf(ENCODER), Aids(lambda: held[0]))
    assert ids(searcher.search(MUGS))[0] == "b"
    held[0] = popularity_of(tmp_path / "second", {"c": 1})
    assert ids(searcher.search(MUGS))[0] == "c"


def test_the_new_comes_first_of_what_is_as_relevant(tmp_path):
    products = [*PRODUCTS[:2], replace(PRODUCTS[2], created_at="2026-01-01T00:00:00Z")]
    result = searcher_of(catalogue_of(tmp_path, products, ENCODER)).search(MUGS)
    assert ids(result)[0] == "c"
    assert part(result.hits[0], "freshness") <= FRESHNESS_SHARE * result.hits[0].relevance + 1e-6


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        (make_profile(tags=LIKES_EMBER, as_of=NOW.timestamp()), {"customer_id": "ada"}),
        (
            make_session(actions=(make_action(item_id="c"),), as_of=NOW.timestamp()),
            {"session_id": "s-1", "personalization": "session"},
        ),
    ],
)
def test_what_a_customer_likes_comes_first_of_what_is_as_relevant(catalogue, profile, asked):
    searcher = searcher_of(catalogue, profiles=InMemoryProfiles(profile))
    plain, personal = searcher.search(MUGS), searcher.search(replace(MUGS, **asked))
    assert ids(plain)[0] == "a"
    assert ids(personal)[0] == "c"
    assert sorted(ids(personal)) == sorted(ids(plain))
    assert personal.total == plain.total
    for hit in personal.hits:
        assert abs(part(hit, "personal")) <= PERSONAL_SHARE * hit.relevance + 1e-6
        assert hit.score == pytest.approx(sum(each.value for each in hit.parts), abs=1e-9)


def test_liking_never_lifts_a_product_over_what_is_much_more_relevant(catalogue):
    fan = make_profile(tags={"category:Kitchen": -3.0}, actions=(make_action(item_id="far"),))
    searcher = searcher_of(catalogue, profiles=InMemoryProfiles(fan))
    hits = searcher.search(SearchQuery("tea mug", customer_id="ada", semantic_ratio=0)).hits
    strength = (1 + PERSONAL_SHARE) / (1 - PERSONAL_SHARE)
    for first, second in pairwise(hits):
        assert first.relevance * strength >= second.relevance


@pytest.mark.parametrize(
    "asked", [{"personalization": "off", "customer_id": "ada"}, {"personalization": "full"}]
)
def test_without_personalization_or_a_name_no_profile_is_read(catalogue, asked):
    profiles = CountedProfiles()
    searcher = searcher_of(catalogue, profiles=profiles)
    assert ids(searcher.search(replace(MUGS, **asked)))[0] == "a"
    assert profiles.reads == 0


def test_a_customer_who_switched_personalization_off_gets_the_plain_order(catalogue):
    profile = make_profile(tags=LIKES_EMBER, as_of=NOW.timestamp(), personalization="off")
    searcher = searcher_of(catalogue, profiles=InMemoryProfiles(profile))
    assert ids(searcher.search(replace(MUGS, customer_id="ada")))[0] == "a"


def test_profiles_that_cannot_be_read_are_missed_and_said(catalogue):
    searcher = searcher_of(catalogue, profiles=NoProfiles())
    result = searcher.search(replace(MUGS, customer_id="ada"))
    assert ids(result)[0] == "a"
    assert result.degraded == ("profile",)
