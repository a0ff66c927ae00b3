from dataclasses import replace
from datetime import timedelta

import pytest

from concierge.ingesting import history_import
from concierge.shop.events import EventType
from concierge.shop.profile import Actor
from tests.builders import NOW, make_session
from tests.fakes.importing import Shop, event_row
from tests.fakes.profiles import InMemoryProfiles

ADA = Actor("customer", "ada")
FILE = "events/history.jsonl"


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    mugs = [{"item_id": "mug-red", "title": "Red mug", "category": "Kitchen > Mugs"}]
    shop.bring("catalogue/mugs.jsonl", mugs)
    return shop


def ago(**time):
    return (NOW - timedelta(**time)).isoformat()


def rows(number, **overrides):
    return [event_row(event_id=f"e-{n}", **overrides) for n in range(number)]


def test_history_becomes_the_profile_of_the_customer(shop):
    old = event_row(event_id="old", type="purchase", occurred_at=ago(days=90))
    report = shop.bring(FILE, [event_row(), old])
    profile = shop.profiles.get(ADA)
    assert [action.type for action in profile.actions] == [EventType.VIEW, EventType.PURCHASE]
    assert set(profile.purchases) == {"mug-red"}
    # A view a day ago, and a purchase of five times its weight 89 days before that.
    expected = 1.0 + 5.0 * 0.5 ** (89 / 30)
    assert profile.tags["category:Kitchen"] == pytest.approx(expected)
    assert report["counts"]["customers"] == 1


def test_history_joins_the_archive_in_the_order_of_the_file(shop):
    shop.bring(FILE, rows(5))
    assert [event["event_id"] for event in shop.archive.events()] == [f"e-{n}" for n in range(5)]


def test_the_same_event_twice_in_a_file_counts_once(shop):
    report = shop.bring(FILE, [event_row(), event_row(), event_row(event_id="e-2")])
    assert (report["accepted"], report["duplicates"]) == (2, 1)
    assert len(shop.profiles.get(ADA).actions) == 2


def test_two_events_of_one_id_are_a_mistake_of_the_second(shop):
    shop.bring(FILE, [event_row(), event_row(type="purchase")])
    (bad,) = shop.quarantined(FILE)
    assert (bad["line"], bad["reason"]) == (2, "line 1 gives another event the same id")


def test_the_same_file_again_counts_once_whatever_its_name(shop):
    history = [event_row(), event_row(event_id="old", occurred_at=ago(days=90))]
    shop.bring(FILE, history)
    before = shop.profiles.get(ADA)
    shop.bring(FILE, history)
    shop.bring("events/copy.jsonl", history)
    assert shop.profiles.get(ADA) == before
    assert len(shop.archive.parts) == 1


def test_an_event_that_was_delivered_live_is_not_counted_again(shop):
    shop.profiles.marked.add("e-1")
    shop.bring(FILE, [event_row(), event_row(event_id="e-2", type="purchase")])
    assert [action.type for action in shop.profiles.get(ADA).actions] == [EventType.PURCHASE]


def test_an_event_of_history_is_not_counted_again_when_it_is_delivered_live(shop):
    shop.bring(FILE, [event_row()])
    assert shop.profiles.marked == {"e-1"}


def test_events_older_than_any_marker_leave_none(shop):
    shop.bring(FILE, [event_row(occurred_at=ago(days=36))])
    assert shop.profiles.marked == set()


def test_a_busy_customer_is_written_in_several_transactions_and_counts_once(shop):
    busy = rows(200, type="purchase")
    shop.bring(FILE, busy)
    assert shop.profiles.commits == 3
    tags = shop.profiles.get(ADA).tags
    assert tags["category:Kitchen"] == pytest.approx(200 * 5.0)
    shop.bring(FILE, busy)
    assert shop.profiles.get(ADA).tags == tags


def test_sessions_of_the_last_month_get_a_profile_and_older_ones_do_not(shop):
    anonymous = {"customer_id": None}
    history = [
        event_row(event_id="1", session_id="new", **anonymous),
        event_row(event_id="2", session_id="new", **anonymous, occurred_at=ago(days=40)),
        event_row(event_id="3", session_id="old", **anonymous, occurred_at=ago(days=31)),
    ]
    report = shop.bring(FILE, history)
    assert len(shop.profiles.get(Actor("session", "new")).actions) == 2
    assert shop.profiles.get(Actor("session", "old")).version == 0
    assert (report["counts"]["sessions"], report["counts"]["sessions_with_profile"]) == (2, 1)
    assert len(shop.archive.events()) == 3


def test_a_session_that_logged_in_counts_for_its_customer(tmp_path):
    session = replace(make_session("s-1"), merged_into="ada")
    shop = Shop(tmp_path, profiles=InMemoryProfiles(session))
    history = [event_row(event_id="1"), event_row(event_id="2", customer_id=None, session_id="s-1")]
    shop.bring(FILE, history)
    shop.bring(FILE, history)
    assert len(shop.profiles.get(ADA).actions) == 2


def test_a_customer_who_wants_no_profile_gets_none(tmp_path):
    from tests.builders import make_profile

    shop = Shop(tmp_path, profiles=InMemoryProfiles(make_profile(personalization="off")))
    shop.bring(FILE, [event_row(), event_row(event_id="old", occurred_at=ago(days=90))])
    assert shop.profiles.get(ADA).actions == ()


def seconds(number, every_s, **overrides):
    """Return views of many items at equal distances, a year ago."""
    start = NOW - timedelta(days=365, seconds=7)
    return [
        event_row(
            event_id=f"s-{n}",
            item_id=f"item-{n}",
            occurred_at=(start + timedelta(seconds=every_s * n)).isoformat(),
            **overrides,
        )
        for n in range(number)
    ]


def test_a_flood_in_history_is_archived_and_leaves_the_profile_to_the_customer(shop):
    later = event_row(event_id="later", item_id="mug-red", occurred_at=ago(days=90))
    shop.bring(FILE, [*seconds(100, 0.1), later])
    assert len(shop.archive.events()) == 101
    kept = [action.item_id for action in shop.profiles.get(ADA).actions]
    # What a person could have done comes first; then the flood shows.
    assert kept[0] == "mug-red"
    assert 25 < len(kept) < 35


def test_a_profile_is_made_of_an_invoice_of_any_length(shop):
    shop.bring(FILE, seconds(200, 0, type="purchase"))
    assert len(shop.profiles.get(ADA).purchases) == 200


def test_unknown_items_are_counted_and_kept(shop):
    report = shop.bring(FILE, [event_row(), event_row(event_id="2", item_id="gone")])
    assert (report["accepted"], report["unknown_items"]) == (2, 1)
    assert len(shop.profiles.get(ADA).actions) == 2


def test_history_without_a_catalogue_is_imported(tmp_path):
    report = Shop(tmp_path).bring(FILE, [event_row()])
    assert (report["status"], report["unknown_items"]) == ("completed", 1)


def test_out_of_time_the_import_goes_on_behind_the_last_customer(shop, monkeypatch):
    monkeypatch.setattr(history_import, "WINDOW_ACTORS", 2)
    history = [event_row(event_id=f"e-{n}", customer_id=f"c-{n}") for n in range(5)]
    left = iter([900.0, 900.0, 5.0])
    report = shop.bring(FILE, history, remaining_s=lambda: next(left))
    assert report["status"] == "continuing"
    (notice,) = shop.continuations
    assert (notice.after, notice.attempt) == ("customer:c-3", 2)
    assert shop.profiles.commits == 4
    report = shop.run(FILE, after=notice.after, attempt=notice.attempt)
    assert (report["status"], report["accepted"]) == ("completed", 5)
    assert shop.profiles.commits == 5


def test_an_import_that_never_ends_is_given_up(shop):
    with pytest.raises(Exception, match="not done after 50 calls; split the file"):
        shop.bring(FILE, [event_row()], remaining_s=lambda: 0.0, attempt=50)
    assert shop.report(FILE)["status"] == "failed"
    assert shop.continuations == []
