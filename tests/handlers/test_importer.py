import json
from pathlib import Path

import pytest

from concierge.errors import Unavailable
from concierge.ingesting.importer import Notice
from importer.app import make_handler, read_notice

EVENT = json.loads((Path(__file__).parents[1] / "events/import.json").read_bytes())


class Context:
    def get_remaining_time_in_millis(self):
        return 12_500


class Imported(list):
    """Keeps the notices and the seconds left; raises what is set."""

    error = None

    def run(self, notice, remaining_s):
        if self.error:
            raise self.error
        self.append((notice, remaining_s()))


def message(key="inbox/catalogue/a.csv", message_id="m-1", **detail):
    body = {"detail-type": "Object Created", "detail": {"object": {"key": key}} | detail}
    return {"messageId": message_id, "body": json.dumps(body)}


def test_the_file_that_a_message_names_is_imported_in_the_time_that_is_left():
    imported = Imported()
    assert make_handler(imported)(EVENT, Context()) == {"batchItemFailures": []}
    assert imported == [(Notice("inbox/catalogue/products.csv"), 12.5)]


def test_keys_are_taken_as_they_are_and_not_decoded():
    assert (
        read_notice(message("inbox/events/a+b%20c é.csv")["body"]).key
        == "inbox/events/a+b%20c é.csv"
    )


def test_a_folder_is_no_file():
    imported = Imported()
    event = {"Records": [message("inbox/catalogue/")]}
    assert make_handler(imported)(event, Context()) == {"batchItemFailures": []}
    assert imported == []


@pytest.mark.parametrize("body", ["", "not json", "[]", "null", '{"detail": {}}', '{"detail": 3}'])
def test_a_message_that_is_no_event_of_s3_goes_to_the_dead_letters(body):
    event = {"Records": [{"messageId": "bad", "body": body}, message()]}
    imported = Imported()
    reply = make_handler(imported)(event, Context())
    assert reply == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(imported) == 1


def test_an_import_that_failed_is_delivered_again():
    imported = Imported()
    imported.error = Unavailable("S3 is away")
    reply = make_handler(imported)({"Records": [message()]}, Context())
    assert reply == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
