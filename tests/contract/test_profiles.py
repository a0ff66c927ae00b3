"""What every store of profiles must do: the fake and DynamoDB alike."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.errors import DuplicateEvents, ProfileChanged
from concierge.ingesting.visits import MOST_EVENTS
from concierge.shop.profile import Actor, Bought, Profile
from tests.builders import NOW, make_action, make_profile, make_session
from tests.contract.tables import OneAtATime, create_table
from tests.fakes.profiles import InMemoryProfiles

ADA = Actor("customer", "ada")
SESSION = Actor("session", "s-1")


@pytest.fixture(params=["memory", "dynamodb"])
def profiles(request):
    if request.param == "memory":
        return InMemoryProfiles()
    client = request.getfixturevalue("aws")("dynamodb")
    return DynamoProfiles(OneAtATime(client), create_table(client, "ProfilesTable"), lambda: NOW)


def test_an_unknown_actor_has_an_empty_profile_of_version_zero(profiles):
    assert profiles.get(ADA) == Profile(ADA)


def test_what_was_committed_is_read_back(profiles):
    profile = make_profile(
        as_of=1.5,
        actions=(make_action(item_id="🛒 红色"),),
        tags={"brand:Kühl": 0.25},
        purchases={"mug-red": Bought(2.0)},
        muted=frozenset({"brand:Loud"}),
        personalization="session",
        imports=("h-1",),
        sessions=("s-1",),
    )

    profiles.commit(profile, ["event-1"])

    kept = profiles.get(ADA)
    assert kept.version > 0
    assert replace(kept, version=0) == profile


def test_customers_and_sessions_of_one_id_are_different_actors(profiles):
    profiles.commit(make_profile("x", tags={"a": 1.0}), [])

    assert profiles.get(Actor("session", "x")).version == 0


def test_a_profile_written_meanwhile_is_not_overwritten(profiles):
    profiles.commit(make_profile(), [])
    read_by_both = profiles.get(ADA)
    profiles.commit(replace(read_by_both, tags={"first": 1.0}), [])

    with pytest.raises(ProfileChanged):
        profiles.commit(replace(read_by_both, tags={"second": 1.0}), ["event-1"])

    assert profiles.get(ADA).tags == {"first": 1.0}
    profiles.commit(profiles.get(ADA), ["event-1"])  # the event was not marked either


@pytest.mark.parametrize("event_ids", [[], ["event-1"]])
def test_of_two_first_writers_the_second_is_told(profiles, event_ids):
    profiles.commit(make_profile(tags={"first": 1.0}), [])

    with pytest.raises(ProfileChanged):
        profiles.commit(make_profile(tags={"second": 1.0}), event_ids)


def test_an_event_takes_effect_once(profiles):
    profiles.commit(make_profile(tags={"a": 1.0}), ["event-1"])
    again = replace(profiles.get(ADA), tags={"a": 2.0})

    with pytest.raises(DuplicateEvents) as refusal:
        profiles.commit(again, ["event-0", "event-1", "event-2"])

    assert refusal.value.event_ids == {"event-1"}
    assert profiles.get(ADA).tags == {"a": 1.0}
    profiles.commit(again, ["event-0", "event-2"])  # neither was marked by the refused commit
    assert profiles.get(ADA).tags == {"a": 2.0}


def test_a_duplicate_is_reported_even_if_the_profile_changed_too(profiles):
    stale = profiles.get(ADA)
    profiles.commit(make_profile(), ["event-1"])

    with pytest.raises(DuplicateEvents):
        profiles.commit(stale, ["event-1"])


def test_a_session_is_written_with_the_customer_or_not_at_all(profiles):
    profiles.commit(make_session(tags={"a": 1.0}), ["event-1"])
    read = profiles.get(SESSION)
    profiles.commit(replace(read, tags={"a": 2.0}), ["event-2"])

    with pytest.raises(ProfileChanged):
        profiles.commit(make_profile(), ["event-3"], replace(read, merged_into="ada"))
    assert profiles.get(ADA).version == 0

    profiles.commit(make_profile(), ["event-3"], replace(profiles.get(SESSION), merged_into="ada"))
    assert profiles.get(ADA).version > 0
    assert profiles.get(SESSION).merged_into == "ada"


def test_the_largest_visit_fits_one_commit(profiles):
    event_ids = [f"{n:03}{'🛒' * 253}" for n in range(MOST_EVENTS)]

    profiles.commit(make_profile("🛒" * 256), event_ids, make_session("🛒" * 256))

    assert profiles.get(Actor("customer", "🛒" * 256)).version > 0


def test_an_erased_profile_is_unknown(profiles):
    profiles.commit(make_profile(tags={"a": 1.0}), [])

    profiles.erase(ADA)
    profiles.erase(ADA)

    assert profiles.get(ADA) == Profile(ADA)


def test_who_read_before_an_erasure_cannot_bring_the_profile_back(profiles):
    profiles.commit(make_profile(tags={"secret": 1.0}), [])
    read = profiles.get(ADA)
    profiles.erase(ADA)

    with pytest.raises(ProfileChanged):
        profiles.commit(read, ["event-1"])
    assert profiles.get(ADA).version == 0


def test_concurrent_commits_of_one_event_take_effect_once(profiles):
    together = threading.Barrier(5)

    def deliver(_):
        together.wait(timeout=10)
        for _ in range(20):
            read = profiles.get(ADA)
            try:
                return profiles.commit(
                    replace(read, tags={"a": read.tags.get("a", 0.0) + 1}), ["event-1"]
                )
            except ProfileChanged:
                continue
        pytest.fail("never got through")

    def outcome(future):
        with suppress(DuplicateEvents):
            future.result()
            return "took effect"
        return "duplicate"

    with ThreadPoolExecutor(5) as pool:
        outcomes = [outcome(each) for each in [pool.submit(deliver, n) for n in range(5)]]

    assert sorted(outcomes) == ["duplicate"] * 4 + ["took effect"]
    assert profiles.get(ADA).tags == {"a": 1.0}
