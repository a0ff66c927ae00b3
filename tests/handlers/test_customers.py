from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from concierge.errors import ProfileChanged, Throttled
from concierge.shop.customers import Customers
from concierge.shop.events import EventType
from concierge.shop.profile import MOST_MUTED, Actor, Bought
from customers.app import make_handler
from tests.builders import NOW, make_action, make_profile, make_session
from tests.fakes.profiles import InMemoryProfiles
from tests.handlers.calls import call

ADA = Actor("customer", "ada")


@pytest.fixture
def profiles():
    return InMemoryProfiles()


@pytest.fixture
def handler(profiles):
    return handler_of(profiles)


def handler_of(profiles):
    return make_handler(Customers(profiles, pause=lambda _: None), lambda: NOW)


def read(handler, customer_id="ada"):
    return call(handler, "customer-read", path=f"/v1/customers/{quote(customer_id, safe='')}")


def correct(handler, body, customer_id="ada"):
    path = f"/v1/customers/{quote(customer_id, safe='')}"
    return call(handler, "customer-correct", body, path=path)


def erase(handler, customer_id="ada"):
    return call(handler, "customer-erase", path=f"/v1/customers/{quote(customer_id, safe='')}")


def test_customer_is_the_same_behind_a_domain_that_maps_the_api_to_a_folder(profiles, handler):
    profiles.commit(make_profile(), [])
    reply = call(handler, "customer-read", path="/shop-api/v1/customers/ada")
    assert (reply.status, reply.body["customer_id"]) == (200, "ada")


def test_all_that_is_kept_can_be_read(profiles, handler):
    at = NOW.timestamp()
    profiles.commit(
        make_profile(
            as_of=at - timedelta(days=30).total_seconds(),
            actions=(
                make_action(type=EventType.SEARCH, at=at - 60, item_id="", query="cup"),
                make_action(at=at - 120),
            ),
            tags={"brand:Hearth": 4.0, "category:Loud": -2.0, "price:10-25": 8.0},
            purchases={"mug-red": Bought(at - 3600)},
            muted=frozenset({"item:b", "brand:a"}),
            personalization="session",
            sessions=("s-1",),
        ),
        [],
    )

    reply = read(handler)

    assert reply.status == 200
    assert reply.body == {
        "customer_id": "ada",
        "personalization": "session",
        "muted": ["brand:a", "item:b"],
        "interests": [
            {"tag": "price:10-25", "score": 4.0},
            {"tag": "brand:Hearth", "score": 2.0},
            {"tag": "category:Loud", "score": -1.0},
        ],
        "recent_actions": [
            {"type": "search", "occurred_at": "2026-11-23T11:59:00Z", "query": "cup"},
            {"type": "view", "occurred_at": "2026-11-23T11:58:00Z", "item_id": "mug-red"},
        ],
        "purchases": [{"item_id": "mug-red", "occurred_at": "2026-11-23T11:00:00Z", "times": 1}],
        "sessions": ["s-1"],
    }


def test_an_unknown_customer_is_a_problem(handler):
    reply = read(handler)

    assert (reply.status, reply.body["code"]) == (404, "unknown_customer")


@pytest.mark.parametrize(
    "customer_id", ["a b", "a/b", "50%", "%41", "红色", "🛒" * 256, "a+b@c.example"]
)
def test_ids_of_any_script_are_found_in_the_path(profiles, handler, customer_id):
    profiles.commit(make_profile(customer_id), [])

    reply = read(handler, customer_id)

    assert (reply.status, reply.body["customer_id"]) == (200, customer_id)


def test_an_id_in_a_path_that_the_gateway_decoded_is_found(profiles, handler):
    profiles.commit(make_profile("🛒 红色"), [])

    assert call(handler, "customer-read", path="/v1/customers/🛒 红色").status == 200


def test_an_id_of_three_hundred_characters_is_refused(handler):
    reply = read(handler, "x" * 300)

    assert reply.status == 422
    assert reply.body["errors"][0]["pointer"] == "/customer_id"


def test_personalization_can_be_limited_before_the_first_event(profiles, handler):
    reply = correct(handler, {"personalization": "off"})

    assert (reply.status, reply.body["personalization"]) == (200, "off")
    assert profiles.get(ADA).personalization == "off"


def test_tags_are_muted_and_unmuted_and_the_rest_stays(profiles, handler):
    profiles.commit(
        make_profile(muted=frozenset({"brand:a", "brand:b"}), tags={"brand:a": 1.0}), []
    )

    reply = correct(
        handler, {"muted": {"add": ["category:A > B", "item:x"], "remove": ["brand:a"]}}
    )

    assert reply.body["muted"] == ["brand:b", "category:A > B", "item:x"]
    assert profiles.get(ADA).tags == {"brand:a": 1.0}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/"),
        ({"personalization": "some"}, "/personalization"),
        ({"personalisation": "off"}, "/personalisation"),
        ({"muted": ["brand:a"]}, "/muted"),
        ({"muted": {"add": "brand:a"}}, "/muted/add"),
        ({"muted": {"add": [""]}}, "/muted/add/0"),
        ({"muted": {"add": ["brand:" + "x" * 300]}}, "/muted/add/0"),
        ({"muted": {"add": ["colour:red"]}}, "/muted/add"),
        ({"muted": {"add": ["red"]}}, "/muted/add"),
        ({"muted": {"add": ["price:abc"]}}, "/muted/add"),
        ({"muted": {"add": ["category:>"]}}, "/muted/add"),
        ({"muted": {"set": []}}, "/muted/set"),
    ],
)
def test_a_wrong_correction_is_refused_naming_the_place(profiles, handler, body, pointer):
    reply = correct(handler, body)

    assert reply.status == 422
    assert pointer in [error["pointer"] for error in reply.body["errors"]]
    assert profiles.get(ADA).version == 0


def test_no_customer_mutes_without_end(profiles, handler):
    full = frozenset(f"item:{n}" for n in range(MOST_MUTED))
    profiles.commit(make_profile(muted=full), [])

    reply = correct(handler, {"muted": {"add": ["item:more"]}})

    assert reply.status == 422
    assert profiles.get(ADA).muted == full


def test_a_correction_meets_an_event_and_both_take_effect(profiles):
    class EventComesFirst(InMemoryProfiles):
        def commit(self, profile, event_ids, session=None):
            if self.commits == 0:
                super().commit(replace(self.get(ADA), tags={"brand:a": 1.0}), ["event-1"])
            super().commit(profile, event_ids, session)

    profiles = EventComesFirst()

    assert correct(handler_of(profiles), {"personalization": "session"}).status == 200
    assert profiles.get(ADA).tags == {"brand:a": 1.0}
    assert profiles.get(ADA).personalization == "session"


def test_a_profile_that_never_rests_is_a_conflict():
    class AlwaysChanged(InMemoryProfiles):
        def commit(self, profile, event_ids, session=None):
            raise ProfileChanged("a customer was written since it was read")

    assert correct(handler_of(AlwaysChanged()), {"personalization": "off"}).status == 409


def test_a_table_that_is_too_busy_says_when_to_come_again():
    class Busy(InMemoryProfiles):
        def get(self, actor):
            raise Throttled("reading a profile: SlowDown")

    reply = read(handler_of(Busy()))

    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")


def test_an_erased_customer_is_unknown_and_so_are_their_sessions(profiles, handler):
    profiles.commit(make_profile(sessions=("s-1", "s-2", "s-3"), tags={"a": 1.0}), [])
    profiles.commit(make_session("s-1", merged_into="ada"), [])
    profiles.commit(make_session("s-2", merged_into="bob"), [])

    reply = erase(handler)

    assert (reply.status, reply.body) == (204, None)
    assert read(handler).status == 404
    assert profiles.get(Actor("session", "s-1")).version == 0
    assert profiles.get(Actor("session", "s-2")).merged_into == "bob"


def test_erasing_twice_succeeds_twice(handler):
    assert [erase(handler).status, erase(handler).status] == [204, 204]
