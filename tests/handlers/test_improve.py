import json

import pytest

from concierge.improving.draft_desk import DraftDesk
from concierge.improving.improver import Improvement
from concierge.improving.outcomes import Outcomes
from improve.app import make_handler
from tests.builders import NOW, make_draft
from tests.fakes.drafts import InMemoryDrafts
from tests.fakes.importing import InMemoryInbox
from tests.fakes.snapshots import InForce
from tests.handlers.calls import Context, call, event


class Improved:
    def improve(self):
        return Improvement(questions=7, new=1, waiting=4, outcomes=Outcomes(confirmed=2, assumed=9))


@pytest.fixture
def drafts():
    return InMemoryDrafts(make_draft(), make_draft(draft_id="done", status="rejected"))


@pytest.fixture
def inbox():
    return InMemoryInbox()


@pytest.fixture
def handler(drafts, inbox):
    return make_handler(Improved(), DraftDesk(drafts, InForce(), inbox, NOW.timestamp))


def test_open_drafts_are_listed(handler):
    reply = call(handler, "drafts")
    assert (reply.status, reply.body["total"]) == (200, 1)
    (draft,) = reply.body["drafts"]
    assert draft["question"] == "Do you wrap gifts?"
    assert draft["suggestion"] == {"kind": "entry", "variants": ["Is gift wrapping possible?"]}
    assert "members" not in draft
    assert "next_token" not in reply.body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"status": "rejected"}, 200),
        ({"status": "lost"}, 422),
        ({"limit": "0"}, 422),
        ({"colour": "red"}, 422),
        ({"next_token": "nonsense"}, 400),
    ],
)
def test_what_is_listed_is_asked_for_in_words_that_are_known(handler, query, status):
    assert call(handler, "drafts", queryStringParameters=query).status == status


def test_drafts_are_made_on_demand_with_assumed_and_confirmed_apart(handler):
    reply = call(handler, "drafts-make")
    assert (reply.status, reply.body["new"]) == (200, 1)
    assert (reply.body["outcomes"]["confirmed"], reply.body["outcomes"]["assumed"]) == (2, 9)


def test_a_draft_is_read_and_an_unknown_one_told(handler):
    assert call(handler, "draft-read").body["draft_id"] == "draft-1"
    reply = call(handler, "draft-read", path="/v1/drafts/never-was")
    assert (reply.status, reply.body["code"]) == (404, "unknown_draft")


def test_a_draft_is_accepted_once_and_in_one_way(handler, inbox):
    reply = call(handler, "draft-accept")
    assert (reply.status, reply.body["status"]) == (200, "accepted")
    assert reply.body["row"]["answer"] == "Yes, for two euro."
    (sent,) = inbox.objects.values()
    assert json.loads(sent) == reply.body["row"]
    assert call(handler, "draft-accept").status == 200
    again = call(handler, "draft-accept", {"answer": "No."})
    assert (again.status, again.body["code"]) == (409, "draft_settled")


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/answer"),
        ({"answer": "  "}, 422, "/answer"),
        ({"answer": "Yes.", "question": ""}, 422, "/question"),
        ({"answer": "Yes.", "variants": ["x"] * 21}, 422, "/variants"),
        ({"answer": "Yes.", "entry_id": "a\nb"}, 422, "/entry_id"),
        ({"answer": "Yes.", "tone": "kind"}, 422, "/tone"),
        ("{", 400, None),
    ],
)
def test_an_acceptance_that_makes_no_row_is_pointed_at(handler, drafts, body, status, pointer):
    reply = call(handler, "draft-accept", body)
    assert reply.status == status
    if pointer:
        assert reply.body["errors"][0]["pointer"] == pointer
    assert drafts.read("draft-1").status == "open"


def test_a_draft_is_rejected_with_and_without_a_reason(handler):
    assert call(handler, "draft-reject", body="").body["status"] == "rejected"
    assert call(handler, "draft-reject").status == 200
    assert call(handler, "draft-accept").status == 409


@pytest.mark.parametrize("name", ["improve", "train-schedule"])
def test_a_schedule_or_a_wish_makes_drafts(handler, name):
    assert handler(event(name), Context())["new"] == 1


def test_the_end_of_an_import_settles_its_draft(handler, inbox):
    call(handler, "draft-accept")
    report = {"status": "completed", "snapshot_id": "snapshot-1"}
    sent = event("improve-imported")
    inbox.put(sent["detail"]["report_key"], json.dumps(report).encode())
    assert handler(sent, Context()) == {"draft_id": "draft-1", "status": "published"}
    assert call(handler, "draft-read").body["snapshot_id"] == "snapshot-1"
    assert handler(sent, Context()) == {}
