import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.errors import ProfileChanged, Throttled, Warming
from concierge.ingesting.recorder import Message, Recorder
from concierge.ingesting.visits import MOST_EVENTS, Delivery, visits
from concierge.shop.events import EventType
from concierge.shop.profile import Actor
from concierge.shop.profiles import ATTEMPTS
from tests.builders import NOW, make_event, make_product, make_profile, make_session
from tests.fakes.archive import InMemoryArchive
from tests.fakes.products import InMemoryProducts
from tests.fakes.profiles import InMemoryProfiles

ADA = Actor("customer", "ada")
BOB = Actor("customer", "bob")
SESSION = Actor("session", "s-1")


def recorder(profiles, archive=None, catalogue=None):
    products = InMemoryProducts(make_product())
    return Recorder(
        profiles,
        catalogue or (lambda: products),
        archive or InMemoryArchive(),
        now=lambda: NOW,
        pause=lambda _: None,
    )


def messages(*events):
    return [Message(f"m-{n}", event.to_json()) for n, event in enumerate(events)]


def anonymous(event_id, **overrides):
    return make_event(event_id=event_id, customer_id="", session_id="s-1", **overrides)


def login(event_id, customer_id="ada", **overrides):
    return make_event(event_id=event_id, customer_id=customer_id, session_id="s-1", **overrides)


def after(minutes):
    return NOW - timedelta(minutes=60 - minutes)


class Wrapped:
    """Profiles that do something else at a commit."""

    def __init__(self, profiles):
        self._profiles = profiles

    def get(self, actor):
        return self._profiles.get(actor)

    def erase(self, actor):
        self._profiles.erase(actor)


class OftenChanged(Wrapped):
    """Somebody else writes every profile just before us, so many times."""

    def __init__(self, profiles, times):
        super().__init__(profiles)
        self.times = times

    def commit(self, profile, event_ids, session=None):
        if self.times > 0:
            self.times -= 1
            self._profiles.commit(self._profiles.get(profile.actor), [])
        self._profiles.commit(profile, event_ids, session)


class FailingFor(Wrapped):
    """The commit of one customer fails."""

    def __init__(self, profiles, customer_id, error):
        super().__init__(profiles)
        self._customer_id = customer_id
        self._error = error

    def commit(self, profile, event_ids, session=None):
        if profile.actor.id == self._customer_id:
            raise self._error
        self._profiles.commit(profile, event_ids, session)


def test_an_event_changes_the_profile_and_reaches_the_archive():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    event = make_event()

    assert recorder(profiles, archive).record(messages(event)) == []

    profile = profiles.get(ADA)
    assert [action.item_id for action in profile.actions] == ["mug-red"]
    assert profile.tags["brand:Hearth"] == 1.0
    assert archive.events == [event]


def test_one_actor_is_committed_once_a_batch():
    profiles = InMemoryProfiles()
    events = [make_event(event_id=f"e-{n}") for n in range(10)]

    recorder(profiles).record(messages(*events))

    assert profiles.commits == 1
    assert len(profiles.get(ADA).actions) == 10


def test_an_event_delivered_five_times_counts_once():
    profiles = InMemoryProfiles()
    batch = messages(make_event())

    for _ in range(5):
        assert recorder(profiles).record(batch) == []

    assert len(profiles.get(ADA).actions) == 1


def test_an_event_twice_in_one_batch_counts_once_and_both_messages_are_done():
    profiles = InMemoryProfiles()

    assert recorder(profiles).record(messages(make_event(), make_event())) == []

    assert len(profiles.get(ADA).actions) == 1


def test_new_events_count_beside_one_that_took_effect_before():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(make_event(event_id="old")))

    recorder(profiles).record(messages(make_event(event_id="old"), make_event(event_id="new")))

    assert len(profiles.get(ADA).actions) == 2


def test_concurrent_deliveries_of_five_events_count_each_of_them_once():
    profiles = InMemoryProfiles()
    batch = messages(*(make_event(event_id=f"e-{n}") for n in range(5)))
    together = threading.Barrier(5)

    def deliver(_):
        together.wait(timeout=10)
        return recorder(profiles).record(batch)

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(deliver, range(5))) == [[]] * 5

    assert len(profiles.get(ADA).actions) == 5
    assert profiles.get(ADA).tags["brand:Hearth"] == pytest.approx(5.0)


def test_an_event_is_archived_again_when_it_is_delivered_again():
    archive, profiles = InMemoryArchive(), InMemoryProfiles()

    for _ in range(2):
        recorder(profiles, archive).record(messages(make_event()))

    assert archive.events == [make_event()] * 2


def test_an_event_that_the_archive_refuses_is_delivered_again_and_still_counts_once():
    profiles = InMemoryProfiles()
    batch = messages(make_event(event_id="a"), make_event(event_id="b"))

    assert recorder(profiles, InMemoryArchive(refusing={"b"})).record(batch) == ["m-1"]
    assert recorder(profiles).record(batch[1:]) == []

    assert len(profiles.get(ADA).actions) == 2


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 100_000,
        "[]",
        "null",
        '"event"',
        "{}",
        json.dumps(make_event(occurred_at=NOW + timedelta(days=1)).to_record()),
        json.dumps(make_event().to_record() | {"event_id": ""}),
    ],
)
def test_an_invalid_message_fails_alone(body):
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    batch = [Message("bad", body), *messages(make_event())]

    assert recorder(profiles, archive).record(batch) == ["bad"]

    assert len(profiles.get(ADA).actions) == 1
    assert archive.events == [make_event()]


def test_the_log_says_what_is_wrong_and_not_with_whom(caplog):
    wrong = make_event(customer_id="ada@shop.example").to_record() | {"value": "ada@shop.example"}

    with caplog.at_level(logging.DEBUG):
        recorder(InMemoryProfiles()).record([Message("bad", json.dumps(wrong))])

    logged = " ".join(str(vars(line)) for line in caplog.records)
    assert "is not a number" in logged
    assert "ada@shop.example" not in logged


def test_an_unknown_item_is_recorded_without_tags():
    profiles = InMemoryProfiles()

    assert recorder(profiles).record(messages(make_event(item_id="gone"))) == []

    assert profiles.get(ADA).actions[0].item_id == "gone"
    assert profiles.get(ADA).tags == {}


def test_events_before_the_first_catalogue_are_recorded_without_tags():
    def nothing_yet():
        raise Warming("no catalogue has been published yet")

    profiles = InMemoryProfiles()

    assert recorder(profiles, catalogue=nothing_yet).record(messages(make_event())) == []
    assert len(profiles.get(ADA).actions) == 1


def test_a_profile_written_meanwhile_is_read_again():
    profiles = InMemoryProfiles()
    contended = OftenChanged(profiles, times=ATTEMPTS - 1)

    assert recorder(contended).record(messages(make_event())) == []
    assert len(profiles.get(ADA).actions) == 1


def test_a_profile_that_never_rests_fails_its_messages_so_that_they_come_again():
    profiles = InMemoryProfiles()
    contended = OftenChanged(profiles, times=ATTEMPTS)

    assert recorder(contended).record(messages(make_event())) == ["m-0"]
    assert recorder(contended).record(messages(make_event())) == []


@pytest.mark.parametrize(
    "error", [Throttled("slow down"), ProfileChanged("again"), KeyError("bob")]
)
def test_a_customer_who_cannot_be_recorded_does_not_stop_the_others(error, caplog):
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    events = [make_event(event_id="1", customer_id="bob"), make_event(event_id="2")]

    failed = recorder(FailingFor(profiles, "bob", error), archive).record(messages(*events))

    assert failed == ["m-0"]
    assert len(profiles.get(ADA).actions) == 1
    assert archive.events == events[1:]
    assert "'bob'" not in " ".join(str(vars(line)) for line in caplog.records)


def test_an_anonymous_session_has_its_own_profile():
    profiles = InMemoryProfiles()

    recorder(profiles).record(messages(anonymous("1")))

    assert len(profiles.get(SESSION).actions) == 1


def test_a_login_moves_the_session_to_the_customer():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(anonymous("1"), anonymous("2")))

    recorder(profiles).record(messages(login("3", type=EventType.ADD_TO_CART)))

    customer, session = profiles.get(ADA), profiles.get(SESSION)
    assert len(customer.actions) == 3
    assert customer.tags["brand:Hearth"] == pytest.approx(5.0)
    assert customer.sessions == ("s-1",)
    assert session == make_session(version=session.version, merged_into="ada")


def test_after_a_login_what_the_session_does_counts_for_the_customer():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(login("1")))

    recorder(profiles).record(messages(anonymous("2")))

    assert len(profiles.get(ADA).actions) == 2
    assert profiles.get(SESSION).actions == ()


def test_a_session_and_its_login_may_come_in_one_batch_in_any_order():
    profiles = InMemoryProfiles()
    events = [
        login("3", occurred_at=after(2)),
        anonymous("4", occurred_at=after(3)),
        anonymous("1", occurred_at=after(1)),
    ]

    assert recorder(profiles).record(messages(*events)) == []

    assert len(profiles.get(ADA).actions) == 3
    assert profiles.get(SESSION).merged_into == "ada"


def test_the_next_customer_of_a_session_gets_nothing_of_the_last():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(anonymous("1"), login("2", "ada")))

    recorder(profiles).record(messages(login("3", "bob"), anonymous("4")))

    assert len(profiles.get(ADA).actions) == 2
    assert len(profiles.get(BOB).actions) == 2
    assert profiles.get(SESSION).merged_into == "bob"


def test_two_customers_of_a_session_in_one_batch_each_get_their_own():
    profiles = InMemoryProfiles()
    events = [
        anonymous("1", occurred_at=after(1)),
        login("2", "ada", occurred_at=after(2)),
        anonymous("3", occurred_at=after(3)),
        login("4", "bob", occurred_at=after(4)),
        anonymous("5", occurred_at=after(5)),
    ]

    recorder(profiles).record(messages(*reversed(events)))

    assert len(profiles.get(ADA).actions) == 3
    assert len(profiles.get(BOB).actions) == 2


def test_a_login_repeated_by_the_queue_merges_once():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(anonymous("1")))

    for _ in range(3):
        recorder(profiles).record(messages(login("2")))

    assert len(profiles.get(ADA).actions) == 2


def test_a_session_that_went_on_during_a_login_loses_nothing():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(anonymous("1")))

    class SessionGoesOn(Wrapped):
        done = False

        def commit(self, profile, event_ids, session=None):
            if not self.done:
                self.done = True
                recorder(self._profiles).record(messages(anonymous("meanwhile")))
            self._profiles.commit(profile, event_ids, session)

    assert recorder(SessionGoesOn(profiles)).record(messages(login("2"))) == []

    assert len(profiles.get(ADA).actions) == 3
    assert profiles.get(SESSION).actions == ()


def test_a_customer_who_switched_off_is_marked_and_archived_but_not_profiled():
    profiles, archive = InMemoryProfiles(make_profile(personalization="off")), InMemoryArchive()

    assert recorder(profiles, archive).record(messages(login("1"))) == []

    assert profiles.get(ADA).actions == ()
    assert "1" in profiles.marked
    assert len(archive.events) == 1


def flood(count, name="f"):
    """Return views of many items by the session, one a millisecond."""
    start = after(10) + timedelta(seconds=3)
    return [
        anonymous(f"{name}-{n}", item_id=f"item-{n}", occurred_at=start + timedelta(milliseconds=n))
        for n in range(count)
    ]


def test_a_flood_is_archived_with_a_mark_and_its_neighbours_are_recorded():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()

    assert recorder(profiles, archive).record(messages(*flood(100), make_event())) == []

    assert profiles.get(SESSION).actions == ()
    assert profiles.get(SESSION).tags == {}
    assert len(profiles.get(ADA).actions) == 1
    marks = {event.event_id: event.quarantined for event in archive.events}
    assert marks == {f"f-{n}": "burst" for n in range(100)} | {"event-1": ""}


def test_a_flood_in_small_batches_is_recorded_no_further_than_a_person_could_get():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    events = flood(400)

    for at in range(0, 400, 10):
        assert recorder(profiles, archive).record(messages(*events[at : at + 10])) == []

    assert len(profiles.get(SESSION).actions) == 20
    assert [event.quarantined for event in archive.events] == [""] * 20 + ["burst"] * 380


def test_whoever_floods_is_heard_again_once_it_has_stopped():
    profiles = InMemoryProfiles()
    recorder(profiles).record(messages(*flood(80)))

    recorder(profiles).record(messages(anonymous("calm", occurred_at=after(11))))

    assert len(profiles.get(SESSION).actions) == 1


def test_a_flood_delivered_again_is_marked_again_and_counts_once():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    batch = messages(*flood(40))

    for _ in range(2):
        assert recorder(profiles, archive).record(batch) == []

    assert profiles.commits == 1
    assert [event.quarantined for event in archive.events] == ["burst"] * 80


def test_a_repeated_delivery_of_what_a_person_did_is_no_flood():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    batch = messages(*flood(20))

    for _ in range(5):
        assert recorder(profiles, archive).record(batch) == []

    assert not any(event.quarantined for event in archive.events)
    assert len(profiles.get(SESSION).actions) == 20


def test_far_over_the_limit_nothing_is_written_at_all():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    recorder(profiles, archive).record(messages(*flood(80)))

    recorder(profiles, archive).record(messages(*flood(10, "more")))

    assert profiles.commits == 1
    assert archive.events[-1].quarantined == "burst"


def test_a_flood_that_meets_itself_at_its_profile_is_not_tried_again():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    contended = OftenChanged(profiles, times=1)

    assert recorder(contended, archive).record(messages(*flood(40))) == []

    assert profiles.commits == 1
    assert archive.events[0].quarantined == "burst"


def test_an_invoice_of_a_thousand_lines_is_recorded():
    profiles, archive = InMemoryProfiles(), InMemoryArchive()
    lines = [
        make_event(event_id=f"e-{n}", item_id=f"item-{n}", type=EventType.PURCHASE)
        for n in range(1_112)
    ]

    for at in range(0, len(lines), 10):
        assert recorder(profiles, archive).record(messages(*lines[at : at + 10])) == []

    assert not any(event.quarantined for event in archive.events)
    assert profiles.get(ADA).purchases


def test_the_log_counts_what_is_quarantined_and_names_nobody(caplog):
    with caplog.at_level(logging.DEBUG):
        recorder(InMemoryProfiles()).record(messages(*flood(40)))

    [line] = [line for line in caplog.records if line.getMessage() == "events quarantined"]
    assert (line.rule, line.count) == ("burst", 40)
    assert "s-1" not in " ".join(str(vars(each)) for each in caplog.records)


def test_a_sender_cannot_mark_events():
    archive = InMemoryArchive()

    recorder(InMemoryProfiles(), archive).record(messages(make_event(quarantined="burst")))

    assert archive.events == [make_event()]


def test_a_visit_never_outgrows_a_transaction():
    deliveries = [Delivery(f"m-{n}", anonymous(f"e-{n}")) for n in range(2 * MOST_EVENTS + 1)]

    assert [len(visit.deliveries) for visit in visits(deliveries)] == [MOST_EVENTS, MOST_EVENTS, 1]


@st.composite
def deliveries(draw):
    """Events of two customers and two sessions, delivered in batches, some again and again."""
    who = st.tuples(st.sampled_from(["", "ada", "bob"]), st.sampled_from(["", "s-1", "s-2"]))
    drawn = draw(st.lists(st.tuples(who.filter(any), st.integers(0, 59)), min_size=1, max_size=12))
    events = [
        make_event(
            event_id=f"e-{n}",
            customer_id=customer_id,
            session_id=session_id,
            occurred_at=after(minutes),
            item_id=f"item-{n}",
        )
        for n, ((customer_id, session_id), minutes) in enumerate(drawn)
    ]
    repeated = st.lists(st.lists(st.sampled_from(events), max_size=10), max_size=4)
    return [*draw(repeated), draw(st.permutations(events)), *draw(repeated)]


@settings(deadline=None)
@given(deliveries())
def test_however_events_are_delivered_each_is_in_exactly_one_profile(batches):
    profiles = InMemoryProfiles()

    for batch in batches:
        assert recorder(profiles).record(messages(*batch)) == []

    events = {event.event_id: event for batch in batches for event in batch}
    actors = [ADA, BOB, SESSION, Actor("session", "s-2")]
    kept = {actor: [each.item_id for each in profiles.get(actor).actions] for actor in actors}
    assert sorted(item for items in kept.values() for item in items) == sorted(
        event.item_id for event in events.values()
    )
    for event in events.values():
        if event.customer_id:
            assert event.item_id in kept[Actor("customer", event.customer_id)]
