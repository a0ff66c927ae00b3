"""An operator decides on drafts once, and the import says what came of it."""

import json

import pytest

from concierge.errors import DraftChanged, DraftSettled, InvalidRecord, UnknownDraft
from concierge.improving.draft import Suggestion
from concierge.improving.draft_desk import DraftDesk
from concierge.improving.learnt_row import Edits
from concierge.shop.passages import cut_markdown
from tests.builders import NOW, make_draft, make_entry
from tests.fakes.drafts import InMemoryDrafts
from tests.fakes.importing import InMemoryInbox, Shop
from tests.fakes.snapshots import InForce, knowledge_of

WRAP = make_entry(
    entry_id="wrap",
    question="Gift wrapping",
    variants=("Wrap it?",),
    answer="For two euro.",
    tags=("gifts",),
    url="https://shop.example/wrap",
    valid_from="2026-01-01T00:00:00+00:00",
)
VARIANT = Suggestion("variant", "wrap", variants=("Is gift wrapping possible?", "wrap IT?"))
KNOWLEDGE = "inbox/knowledge/learnt-draft-1.delta.jsonl"
GOLDEN = "inbox/golden/learnt-draft-1.jsonl"
FILE, REPORT = "learnt-draft-1.delta.jsonl", "reports/knowledge/learnt-draft-1.delta.jsonl.json"


class Desk(DraftDesk):
    def __init__(self, knowledge, *drafts):
        self.drafts = InMemoryDrafts(*drafts)
        self.inbox = InMemoryInbox()
        super().__init__(self.drafts, InForce(knowledge), self.inbox, NOW.timestamp)

    def sent(self, key=KNOWLEDGE):
        return json.loads(self.inbox.objects[key])

    def imported(self, **report):
        self.inbox.put(REPORT, json.dumps(report).encode())
        return self.settle(FILE, REPORT)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    entries = [WRAP, *cut_markdown("policy", "# Wrap\n\nWe wrap.\n")]
    return knowledge_of(tmp_path_factory.mktemp("knowledge"), entries)


@pytest.fixture
def desk(knowledge):
    return Desk(knowledge, make_draft(suggestion=VARIANT))


@pytest.fixture
def new_entry(knowledge):
    return Desk(knowledge, make_draft())


def test_accepted_wordings_leave_the_rest_of_their_entry_as_it_is(desk):
    assert desk.accept("draft-1", Edits()).status == "accepted"
    assert desk.sent() == WRAP.to_record() | {
        "variants": ["Wrap it?", "Do you wrap gifts?", "Is gift wrapping possible?"],
        "tags": ["gifts"],
    }


def test_a_new_entry_needs_an_answer(new_entry):
    with pytest.raises(InvalidRecord, match="answer: is required for a new entry"):
        new_entry.accept("draft-1", Edits())
    assert new_entry.inbox.objects == {}
    assert new_entry.read("draft-1").status == "open"


def test_an_operator_writes_what_is_missing(new_entry):
    new_entry.accept("draft-1", Edits(question="Gift wrap?", answer="Yes.", variants=()))
    assert new_entry.sent() == {
        "entry_id": "learnt-draft-1",
        "question": "Gift wrap?",
        "variants": [],
        "answer": "Yes.",
        "language": "en",
    }


def test_an_operator_names_another_entry(new_entry):
    new_entry.accept("draft-1", Edits(entry_id="wrap"))
    assert new_entry.sent()["answer"] == "For two euro."


@pytest.mark.parametrize(
    ("edits", "field"),
    [
        (Edits(entry_id="policy#1"), "entry_id"),
        (Edits(entry_id="wrap", answer=" "), "answer"),
        (Edits(entry_id="x" * 300, answer="Yes."), "entry_id"),
        (Edits(answer="Yes.", question="a\x00b"), "question"),
        (Edits(answer="Yes.", variants=("a\x07b",)), "variants"),
        (Edits(answer="y" * 20_001), "answer"),
    ],
)
def test_what_no_row_of_knowledge_may_be_is_refused(new_entry, edits, field):
    with pytest.raises(InvalidRecord) as caught:
        new_entry.accept("draft-1", edits)
    assert caught.value.field == field
    assert new_entry.inbox.objects == {}


def test_accepting_again_in_the_same_way_sends_the_same_file(desk):
    first = desk.accept("draft-1", Edits())
    sent = dict(desk.inbox.objects)
    desk.inbox.objects.clear()
    assert desk.accept("draft-1", Edits()) == first
    assert desk.inbox.objects == sent


def test_what_was_decided_cannot_be_decided_otherwise(desk):
    desk.accept("draft-1", Edits())
    with pytest.raises(DraftSettled, match="is accepted"):
        desk.accept("draft-1", Edits(language="zh"))
    with pytest.raises(DraftSettled, match="is accepted"):
        desk.reject("draft-1", "")


def test_a_rejected_draft_stays_rejected(desk):
    rejected = desk.reject("draft-1", "no question of ours")
    assert (rejected.status, rejected.reason) == ("rejected", "no question of ours")
    assert desk.reject("draft-1", "again") == rejected
    with pytest.raises(DraftSettled):
        desk.accept("draft-1", Edits())


def test_two_operators_at_once_do_not_both_decide(desk):
    stale = desk.read("draft-1")
    desk.reject("draft-1", "")
    desk.drafts.read = lambda _: stale
    with pytest.raises(DraftChanged):
        desk.accept("draft-1", Edits())
    assert desk.inbox.objects == {}


def test_an_unknown_draft_is_said(desk):
    for call in (desk.read, lambda each: desk.accept(each, Edits())):
        with pytest.raises(UnknownDraft):
            call("never-was")


def test_an_import_that_succeeded_publishes_and_is_asked_from_then_on(desk):
    desk.accept("draft-1", Edits())
    draft = desk.imported(status="completed", snapshot_id="s-1")
    assert (draft.status, draft.snapshot_id) == ("published", "s-1")
    asked = {"question": "Do you wrap gifts?", "entry_id": "wrap", "language": "en"}
    assert desk.sent(GOLDEN) == asked


def test_an_import_that_was_rejected_says_what_it_would_break_and_may_be_tried_again(desk):
    desk.accept("draft-1", Edits())
    lost = {"question": "Wrap?", "entry_id": "wrap", "found": None}
    findings = {"golden": {"lost": [lost]}}
    draft = desk.imported(status="rejected", reason="it breaks", findings=findings)
    assert (draft.status, draft.reason, draft.lost) == ("refused", "it breaks", (lost,))
    assert GOLDEN not in desk.inbox.objects
    again = desk.accept("draft-1", Edits(variants=()))
    assert (again.status, again.lost) == ("accepted", ())


def test_news_that_comes_twice_or_of_another_file_changes_nothing(desk):
    desk.accept("draft-1", Edits())
    desk.imported(status="completed", snapshot_id="s-1")
    assert desk.imported(status="rejected", reason="late") is None
    assert desk.read("draft-1").status == "published"
    assert desk.settle("learnt-never-was.delta.jsonl", REPORT) is None
    assert desk.settle("faq.jsonl", REPORT) is None


def test_drafts_come_in_pages_those_most_asked_for_first(knowledge):
    sizes = (3, 9, 5, 4, 7)
    desk = Desk(
        knowledge,
        *(make_draft(draft_id=f"draft-{size}", size=size) for size in sizes),
        make_draft(draft_id="done", status="published"),
    )
    first = desk.page("open", 2)
    second = desk.page("open", 2, first.next_token)
    last = desk.page("open", 2, second.next_token)
    pages = [[draft.size for draft in page.drafts] for page in (first, second, last)]
    assert pages == [[9, 7], [5, 4], [3]]
    assert (first.total, last.next_token) == (5, None)
    assert [draft.draft_id for draft in desk.page("published", 25).drafts] == ["done"]


def test_an_accepted_draft_is_imported_into_the_entry_of_another_file(tmp_path):
    shop = Shop(tmp_path)
    row = WRAP.to_record() | {"variants": ["Wrap it?"], "tags": ["gifts"]}
    shop.bring("knowledge/faq.jsonl", [row])
    desk = DraftDesk(
        InMemoryDrafts(make_draft(suggestion=VARIANT)),
        InForce(shop.knowledge()),
        shop.inbox,
        NOW.timestamp,
    )
    desk.accept("draft-1", Edits())
    assert shop.run(f"knowledge/{FILE}")["status"] == "completed"
    knowledge = shop.knowledge()
    assert knowledge.entry_at(0).variants[-1] == "Is gift wrapping possible?"
    assert knowledge.entry_at(0).tags == ("gifts",)
    assert knowledge.sources[0] == "faq"
    assert desk.settle(FILE, REPORT).status == "published"
    assert shop.run("golden/learnt-draft-1.jsonl")["status"] == "completed"
