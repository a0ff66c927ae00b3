"""What every store of drafts does, in memory and in DynamoDB alike."""

from dataclasses import replace

import pytest

from concierge.adapters.drafts_dynamodb import DynamoDrafts
from concierge.errors import DraftChanged, UnknownDraft
from concierge.improving.draft import DRAFT_LIFE, Suggestion
from tests.builders import NOW, make_draft
from tests.contract.tables import create_table
from tests.fakes.drafts import InMemoryDrafts


@pytest.fixture(params=["memory", "dynamodb"])
def stored(request):
    """Return a function that opens the store at a moment."""
    if request.param == "memory":
        store = InMemoryDrafts()

        def open_at(now):
            store.now = now
            return store

        return open_at
    client = request.getfixturevalue("aws")("dynamodb")
    table = create_table(client, "DraftsTable")
    return lambda now: DynamoDrafts(client, table, clock=lambda: now)


@pytest.fixture
def drafts(stored):
    return stored(NOW.timestamp())


def test_a_draft_is_read_as_it_was_kept(drafts):
    draft = make_draft(
        question="能包装礼物吗？🎁",
        suggestion=Suggestion("variant", "wrap", variants=("包礼物",)),
        status="refused",
        middle=(0.5, -0.25),
        model="0" * 64,
        edits={"variants": ["包礼物"]},
        row={"entry_id": "wrap", "variants": ["包礼物"]},
        lost=({"question": "Wrap?", "entry_id": None, "found": "wrap"},),
    )
    kept = drafts.put(draft)
    assert kept == replace(draft, version=1)
    assert drafts.read("draft-1") == kept
    assert list(drafts.all()) == [kept]


def test_a_draft_that_never_was_is_unknown(drafts):
    with pytest.raises(UnknownDraft, match="GET /v1/drafts"):
        drafts.read("never-was")


def test_a_write_needs_the_version_that_was_read(drafts):
    first = drafts.put(make_draft())
    drafts.put(replace(first, status="accepted"))
    with pytest.raises(DraftChanged):
        drafts.put(replace(first, status="rejected"))
    assert drafts.read("draft-1").status == "accepted"


def test_a_draft_is_made_once(drafts):
    drafts.put(make_draft())
    with pytest.raises(DraftChanged):
        drafts.put(make_draft(size=4))


def test_an_expired_draft_is_unknown_before_dynamodb_deletes_it(stored):
    stored(NOW.timestamp()).put(make_draft())
    later = stored(NOW.timestamp() + DRAFT_LIFE.total_seconds() + 1)
    assert list(later.all()) == []
    with pytest.raises(UnknownDraft):
        later.read("draft-1")
