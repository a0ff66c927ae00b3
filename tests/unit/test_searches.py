"""What came of searches, and which of them may be told."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.artifacts.manifest import read_manifest
from concierge.retrieval.behaviour_snapshot import write_behaviour
from concierge.retrieval.popularity import Popularity
from concierge.searching.suggesting import Suggester, Suggestion
from concierge.training.event_log import read_log
from concierge.training.queries import QueryNotes, is_harmless, written
from concierge.training.searches import FOLLOWED_WITHIN_S, LEAST_PEOPLE, searches
from concierge.training.searches_page import searches_page
from tests.builders import NOW, make_product
from tests.fakes.importing import InMemoryEventParts
from tests.fakes.logs import told
from tests.fakes.snapshots import catalogue_of, model_of

PEOPLE = [f"person-{number}" for number in range(8)]


def asked(query, who="ada", hours=0.0, results=None, **fields):
    values = {"item": "", "query": query, "results": results, "event_id": f"{query}-{who}-{hours}"}
    return told("search", who=who, hours=hours, **(values | fields))


def viewed(who="ada", hours=0.0, event_type="view"):
    return told(event_type, who=who, hours=hours)


def report(*events):
    notes = QueryNotes()
    lines = "".join(f"{event.to_json()}\n" for event in events)
    log, _ = read_log(InMemoryEventParts(part=lines.encode()), NOW, notes.note)
    return searches(log, notes.queries())


def by_many(query, *, follow=0, results=None, people=LEAST_PEOPLE, start=0.0):
    """Yield a search of each of some people, which the first of them follow by a view."""
    for number, who in enumerate(PEOPLE[:people]):
        yield asked(query, who, start, results)
        if number < follow:
            yield viewed(who, start + 0.1)


def test_nothing_is_told_of_no_searches():
    assert report().searches == 0
    assert report(viewed()).popular == ()
    assert "0 searches" in searches_page(report())


def test_a_query_is_counted_with_people_however_it_is_written():
    found = report(
        *by_many("Red Mug", follow=2),
        *(asked("ＲＥＤ   mug", who, 50.0) for who in PEOPLE[:3]),
    )
    (mug,) = found.popular
    assert (mug.query, mug.searches, mug.people) == ("red mug", 8, 5)
    assert mug.followed == 2 / 8
    assert mug.without_results is None
    assert (found.searches, found.people, found.followed) == (8, 5, 0.25)


def test_a_query_of_few_people_is_not_told_but_counted():
    found = report(*by_many("wedding ring for eve", people=LEAST_PEOPLE - 1, follow=4))
    assert (found.popular, found.suggested) == ((), ())
    assert found.searches == LEAST_PEOPLE - 1


@pytest.mark.parametrize("event_type", ["view", "add_to_cart", "purchase"])
def test_what_follows_a_search_within_half_an_hour_counts(event_type):
    late = FOLLOWED_WITHIN_S / 3_600 + 0.01
    assert report(asked("mug"), viewed(hours=0.4, event_type=event_type)).followed == 1
    assert report(asked("mug"), viewed(hours=late, event_type=event_type)).followed == 0
    assert report(asked("mug"), viewed("eve", 0.1, event_type)).followed == 0
    assert report(viewed(hours=0.0), asked("mug", hours=0.1)).followed == 0


def test_another_search_in_between_takes_what_follows():
    found = report(asked("mug"), asked("cup", hours=0.1), viewed(hours=0.2))
    assert (found.searches, found.followed) == (2, 0.5)


def test_a_next_page_is_the_same_search():
    found = report(asked("mug"), asked("MUG", hours=0.1), viewed(hours=0.2))
    assert (found.searches, found.followed) == (1, 1.0)
    assert report(asked("mug"), asked("mug", hours=5.0)).searches == 2


def test_queries_that_find_nothing_and_those_that_nobody_follows_are_told():
    found = report(
        *by_many("kettle", follow=5, results=12),
        *by_many("kayak", results=0, start=10.0),
        *by_many("teapot", results=3, start=20.0),
        *by_many("mug", follow=4, start=30.0),
    )
    assert [each.query for each in found.popular] == ["kayak", "kettle", "mug", "teapot"]
    assert [each.query for each in found.finding_nothing] == ["kayak"]
    assert found.finding_nothing[0].without_results == 1.0
    assert [each.query for each in found.rarely_followed] == ["teapot"]
    assert [text for text, _ in found.suggested] == ["kettle", "mug"]
    assert (found.with_known_results, found.without_results) == (15, 5)


def test_suggested_queries_have_shares_of_the_most_popular():
    found = report(*by_many("kettle", follow=8, people=8), *by_many("mug", follow=5, start=10.0))
    assert found.suggested == (("kettle", 1.0), ("mug", 0.625))


def test_what_was_asked_long_ago_is_not_told():
    old = [asked("kettle", who, -24 * 40.0) for who in PEOPLE]
    assert report(*old, *by_many("mug", start=24 * 59.0)).popular[0].query == "mug"
    assert len(report(*old, *by_many("mug", start=24 * 59.0)).popular) == 1


def test_an_event_that_came_twice_is_counted_once():
    events = list(by_many("mug", follow=5))
    assert report(*events, *events) == report(*events)


@pytest.mark.parametrize(
    "query",
    ["red mug", "蓝牙耳机", "27 inch monitor", "iphone 15", "usb-c 100w", "levi's 501", "120x200 cm", "kettle 1.7l",
     "500元以下的耳机", "windows 11"],
)  # fmt: skip
def test_a_plain_query_may_be_told(query):
    assert is_harmless(written(query))


@pytest.mark.parametrize(
    "query",
    ["ada@example.org", "mail ada (at) example (dot) org", "order 123456", "ab-1234", "AB1234", "#4711", "+49 170 1234567",
     "call me 0170 123 45 67", "13812345678", "订单12345", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "you deserve to die",
     "a" * 61, "１３８１２３４５６７８", "20000 mah"],
)  # fmt: skip
def test_what_may_say_who_somebody_is_or_attacks_people_is_not(query):
    assert not is_harmless(written(query))
    found = report(*(asked(query, who) for who in PEOPLE))
    assert (found.popular, found.suggested) == ((), ())
    assert found.searches == len(PEOPLE)


@pytest.mark.parametrize("query", ["", "x\x07y", "\u202emug"])
def test_what_cannot_be_shown_is_not_told(query):
    assert not is_harmless(query)


def test_the_report_is_json_and_a_page(tmp_path):
    found = report(
        *by_many("mug | cup", follow=1, results=2), *by_many("杯子", results=0, start=10.0)
    )
    record = json.loads(json.dumps(found.to_record()))
    assert [each["query"] for each in record["popular"]] == ["mug | cup", "杯子"]
    assert record["least_people"] == LEAST_PEOPLE
    page = searches_page(found)
    assert "| mug \\| cup | 5 | 5 | 20% | 0% |" in page
    assert "50.0% of those that tell their results found nothing." in page
    assert "send `results`" in searches_page(report(asked("mug")))


def test_popular_queries_are_suggested_from_the_snapshot(tmp_path):
    queries = report(*by_many("mug for tea", follow=5)).suggested
    behaviour = tmp_path / "behaviour"
    behaviour.mkdir()
    write_behaviour(behaviour, model_of({"mug-red": 1.0}), queries=queries)
    popularity = Popularity.open(behaviour)
    assert popularity.queries() == [("mug for tea", 1.0)]
    catalogue = catalogue_of(tmp_path / "catalogue", [make_product()])
    found = Suggester().suggest("mug fo", 5, catalogue, popularity)
    assert found == [Suggestion("mug for tea", "query")]
    assert read_manifest(behaviour).kind == "behaviour"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["search", "search", "view", "purchase", "impression"]),
            st.sampled_from(PEOPLE[:3]),
            st.sampled_from(["mug", "cup", "ada@example.org"]),
            st.integers(0, 60),
        ),
        max_size=25,
        unique_by=lambda each: (each[1], each[3]),
    )
)
def test_searches_are_followed_as_one_reads_them_off_a_list(drawn):
    events = [
        asked(query, who, at / 10) if kind == "search" else told(kind, who=who, hours=at / 10)
        for kind, who, query, at in drawn
    ]
    expected = [0, 0]
    for who in PEOPLE[:3]:
        own = sorted((at, kind, query) for kind, actor, query, at in drawn if actor == who)
        own = [each for each in own if each[1] != "impression"]
        for (at, kind, query), after in zip(own, [*own[1:], None], strict=False):
            if kind != "search":
                continue
            soon = after is not None and (after[0] - at) * 360 <= FOLLOWED_WITHIN_S
            if soon and after[1] == "search" and after[2] == query != "ada@example.org":
                continue
            expected[0] += 1
            expected[1] += soon and after[1] != "search"
    found = report(*events)
    assert found.searches == expected[0]
    assert found.followed * found.searches == pytest.approx(expected[1])
