from concierge.ingesting.recorder import Recorder
from concierge.shop.profile import Actor
from record.app import make_handler
from tests.builders import NOW
from tests.fakes.archive import InMemoryArchive
from tests.fakes.products import InMemoryProducts
from tests.fakes.profiles import InMemoryProfiles
from tests.handlers.calls import Context, event


def handle(batch, profiles, archive=None):
    recorder = Recorder(profiles, InMemoryProducts, archive or InMemoryArchive(), lambda: NOW)
    return make_handler(recorder)(batch, Context())


def test_a_batch_is_recorded():
    profiles = InMemoryProfiles()

    assert handle(event("record"), profiles) == {"batchItemFailures": []}

    actions = profiles.get(Actor("customer", "customer-1")).actions
    assert [action.item_id for action in actions] == ["item-2", "item-1"]


def test_only_the_messages_that_failed_come_again():
    profiles, batch = InMemoryProfiles(), event("record")
    batch["Records"][0]["body"] = "not an event"

    failed = handle(batch, profiles)

    assert failed == {"batchItemFailures": [{"itemIdentifier": batch["Records"][0]["messageId"]}]}
    assert len(profiles.get(Actor("customer", "customer-1")).actions) == 1


def test_messages_that_the_archive_did_not_take_come_again():
    batch = event("record")

    failed = handle(batch, InMemoryProfiles(), InMemoryArchive(refusing={"event-2"}))

    assert failed == {"batchItemFailures": [{"itemIdentifier": batch["Records"][1]["messageId"]}]}
