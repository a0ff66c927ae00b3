"""What only the table does: expiry, and how DynamoDB refuses."""

from datetime import timedelta

import pytest
from botocore.exceptions import ConnectTimeoutError

from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.errors import DuplicateEvents, ProfileChanged, Throttled, Unavailable
from concierge.shop.profile import Actor, Profile
from tests.builders import NOW, make_profile, make_session
from tests.contract.tables import create_table

SESSION = Actor("session", "s-1")


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def client(aws):
    return aws("dynamodb")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def profiles(client, clock):
    return DynamoProfiles(client, create_table(client, "ProfilesTable"), clock)


def item(client, key):
    return client.get_item(TableName="ProfilesTable", Key={"pk": {"S": key}})["Item"]


def refuse(client, operation, code, reasons=()):
    """Let DynamoDB answer an operation with an error; moto knows neither conflicts nor throttling."""

    class Http:
        status_code = 400

    parsed = {
        "Error": {"Code": code, "Message": ""},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    client.meta.events.register(f"before-call.dynamodb.{operation}", lambda **_: (Http(), parsed))


def test_a_session_expires_thirty_days_after_its_last_activity(client, profiles, clock):
    profiles.commit(make_session(tags={"a": 1.0}), ["event-1"])
    assert item(client, "session#s-1")["expires_at"]["N"] == str(
        int((NOW + timedelta(days=30)).timestamp())
    )

    clock.now = NOW + timedelta(days=29)
    profiles.commit(profiles.get(SESSION), ["event-2"])
    clock.now = NOW + timedelta(days=31)
    assert profiles.get(SESSION).tags == {"a": 1.0}


def test_an_expired_session_that_is_still_there_is_forgotten_and_can_begin_anew(profiles, clock):
    profiles.commit(make_session(tags={"a": 1.0}), ["event-1"])
    clock.now = NOW + timedelta(days=30)

    expired = profiles.get(SESSION)
    assert expired == Profile(SESSION, expired.version)

    profiles.commit(expired, ["event-2"])
    assert profiles.get(SESSION).version > expired.version


def test_a_customer_does_not_expire(client, profiles):
    profiles.commit(make_profile(), ["event-1"])

    assert "expires_at" not in item(client, "customer#ada")


def test_a_marker_holds_an_event_id_and_an_expiry_alone(client, profiles):
    profiles.commit(make_profile(), ["event-1"])

    expiry = str(int((NOW + timedelta(days=35)).timestamp()))
    assert item(client, "event#event-1") == {
        "pk": {"S": "event#event-1"},
        "expires_at": {"N": expiry},
    }


def test_no_version_comes_twice_even_after_an_erasure(profiles, clock):
    profiles.commit(make_profile(), [])
    read = profiles.get(Actor("customer", "ada"))
    profiles.erase(read.actor)
    clock.now += timedelta(milliseconds=1)
    profiles.commit(make_profile(), [])

    with pytest.raises(ProfileChanged):
        profiles.commit(read, [])


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (["None", "TransactionConflict"], ProfileChanged),
        (["TransactionConflict", "None"], ProfileChanged),
        (["None", "ConditionalCheckFailed"], ProfileChanged),
        (["ConditionalCheckFailed", "TransactionConflict"], DuplicateEvents),
        (["None", "ThrottlingError"], Throttled),
        (["None", "ProvisionedThroughputExceeded"], Throttled),
        (["None", "ValidationError"], Unavailable),
    ],
)
def test_a_cancelled_transaction_says_why(client, profiles, reasons, error):
    refuse(client, "TransactWriteItems", "TransactionCanceledException", reasons)

    with pytest.raises(error) as refusal:
        profiles.commit(make_profile(), ["event-1"])
    assert type(refusal.value) is error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("TransactionConflictException", ProfileChanged),
        ("ProvisionedThroughputExceededException", Throttled),
        ("InternalServerError", Unavailable),
    ],
)
def test_a_refused_put_says_why(client, profiles, code, error):
    refuse(client, "PutItem", code)

    with pytest.raises(error):
        profiles.commit(make_profile(), [])


def test_a_network_that_fails_is_unavailable(client, profiles):
    def fail(**_):
        raise ConnectTimeoutError(endpoint_url="https://dynamodb")

    client.meta.events.register("before-call.dynamodb", fail)

    with pytest.raises(Unavailable, match="reading a profile"):
        profiles.get(SESSION)
    with pytest.raises(Unavailable, match="writing a profile"):
        profiles.commit(make_profile(), ["event-1"])
    with pytest.raises(Unavailable, match="erasing a profile"):
        profiles.erase(SESSION)
