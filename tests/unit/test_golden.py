"""Golden questions: kept by file, asked before knowledge changes, and what becomes of it then."""

import numpy as np
import pytest

from concierge.ingesting import own_questions as own
from concierge.retrieval.golden_snapshot import read_golden
from tests.builders import make_entry
from tests.fakes.encoder import WordEncoder
from tests.fakes.importing import Shop
from tests.fakes.snapshots import knowledge_of

SHIP, PAY, RETURN = (
    {"entry_id": "ship", "question": "How fast is shipping?", "answer": "Two days."},
    {"entry_id": "pay", "question": "Which cards can I pay with?", "answer": "Visa."},
    {"entry_id": "return", "question": "Where do I send a return?", "answer": "To our depot."},
)
FAQ = [SHIP, PAY, RETURN]
GOLDEN = [
    {"question": "which cards can I pay with", "entry_id": "pay", "language": "en"},
    {"question": "Who painted the Mona Lisa?", "entry_id": None},
]
# An entry that takes the question of another away.
THIEF = {"entry_id": "another", "question": PAY["question"], "answer": PAY["question"]}


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def golden(shop):
    pointer = shop.store.pointers["golden"]
    folder = shop.folder / "opened" / pointer.id
    shop.store.fetch("golden", pointer.id, folder)
    return {question.question: question.entry_id for question, _ in read_golden(folder)}


def test_each_file_keeps_to_its_own_questions(shop):
    report = shop.bring("golden/faq.jsonl", GOLDEN)
    assert (report["status"], report["counts"]) == ("completed", {"questions": 2})
    shop.bring("golden/多语.jsonl", [{"question": "怎么付款？", "entry_id": "pay"}])
    shop.bring("golden/faq.jsonl", GOLDEN[1:])
    assert golden(shop) == {"Who painted the Mona Lisa?": "", "怎么付款？": "pay"}
    shop.bring("golden/faq.delta.jsonl", [{"question": "怎么付款？", "deleted": True}])
    assert list(golden(shop)) == ["Who painted the Mona Lisa?"]


def test_the_same_file_again_publishes_nothing(shop):
    first = shop.bring("golden/faq.jsonl", GOLDEN)
    assert shop.bring("golden/faq.jsonl", GOLDEN)["snapshot_id"] == first["snapshot_id"]


def test_bad_rows_are_set_aside(shop):
    rows = [*GOLDEN, {"question": "Where?"}, {"question": " ", "entry_id": "pay"}, GOLDEN[0]]
    report = shop.bring("golden/faq.jsonl", rows)
    assert (report["accepted"], sum(report["quarantined"].values())) == (2, 3)
    set_aside = [(row["line"], row["field"]) for row in shop.quarantined("golden/faq.jsonl")]
    assert set_aside == [(3, "entry_id"), (4, "question"), (5, "question")]


def test_csv_leaves_the_entry_empty_where_none_shall_answer(shop):
    shop.bring("golden/faq.csv", "question,entry_id\nWho are you?,\nHow to pay?,pay\n")
    assert golden(shop) == {"Who are you?": "", "How to pay?": "pay"}


def test_too_many_questions_are_refused(shop):
    rows = [{"question": f"Question {n}?", "entry_id": "pay"} for n in range(5_001)]
    report = shop.bring("golden/faq.jsonl", rows)
    assert report["status"] == "rejected"
    assert "at most 5,000" in report["reason"]


def test_knowledge_that_answers_as_before_says_so(shop):
    shop.bring("golden/faq.jsonl", GOLDEN)
    shop.bring("knowledge/faq.jsonl", FAQ)
    report = shop.bring(
        "knowledge/more.jsonl", [FAQ[0] | {"entry_id": "new", "question": "Gifts?"}]
    )
    assert report["findings"]["golden"] == {
        "questions": 2,
        "own_questions": 3,
        "unchecked": 0,
        "failing": 0,
        "lost": [],
    }


@pytest.mark.parametrize("with_model", [True, False])
def test_a_learnt_file_that_takes_an_answer_away_changes_nothing(tmp_path, with_model):
    shop = Shop(tmp_path, encoder=WordEncoder() if with_model else None)
    shop.bring("golden/faq.jsonl", GOLDEN)
    before = shop.bring("knowledge/faq.jsonl", FAQ)["snapshot_id"]
    report = shop.bring("knowledge/learnt-1.delta.jsonl", [THIEF])
    assert report["status"] == "rejected"
    assert "'which cards can I pay with' would find another instead of pay" in report["reason"]
    # The golden question, and the one that the entry asks itself.
    assert {(each["question"], each["found"]) for each in report["findings"]["golden"]["lost"]} == {
        ("which cards can I pay with", "another"),
        ("Which cards can I pay with?", "another"),
    }
    assert shop.store.pointers["knowledge"].id == before


def test_any_other_file_is_published_and_its_losses_listed(shop):
    shop.bring("golden/faq.jsonl", GOLDEN)
    shop.bring("knowledge/faq.jsonl", FAQ)
    report = shop.bring("knowledge/more.delta.jsonl", [THIEF])
    assert report["status"] == "completed"
    assert len(report["findings"]["golden"]["lost"]) == 2
    assert "another" in shop.entries()


def test_a_shop_may_refuse_such_files_altogether(tmp_path):
    shop = Shop(tmp_path, refuse_lost_answers=True)
    shop.bring("knowledge/faq.jsonl", FAQ)
    assert shop.bring("knowledge/more.delta.jsonl", [THIEF])["status"] == "rejected"
    assert "another" not in shop.entries()


def test_an_answer_where_none_should_be_is_a_loss(shop):
    shop.bring("golden/faq.jsonl", GOLDEN)
    shop.bring("knowledge/faq.jsonl", FAQ)
    art = {"entry_id": "art", "question": "Who painted the Mona Lisa?", "answer": "Leonardo."}
    report = shop.bring("knowledge/learnt-2.delta.jsonl", [art])
    assert report["findings"]["golden"]["lost"] == [
        {"question": "Who painted the Mona Lisa?", "entry_id": None, "found": "art"}
    ]


def test_what_a_file_removes_or_asks_anew_is_no_loss(shop):
    shop.bring("knowledge/faq.jsonl", FAQ)
    rows = [{"entry_id": "pay", "deleted": True}, RETURN | {"question": "What is your depot?"}]
    report = shop.bring("knowledge/learnt-3.delta.jsonl", rows)
    assert (report["status"], report["findings"]["golden"]["lost"]) == ("completed", [])
    assert report["findings"]["golden"]["own_questions"] == 1


def test_a_golden_question_that_failed_before_blocks_nothing(shop):
    shop.bring("golden/faq.jsonl", [{"question": "Is it art?", "entry_id": "never-was"}])
    shop.bring("knowledge/faq.jsonl", FAQ)
    report = shop.bring("knowledge/learnt-4.delta.jsonl", [SHIP | {"variants": ["Post?"]}])
    assert report["status"] == "completed"
    assert report["findings"]["golden"]["failing"] == 1


def test_what_there_is_no_time_for_is_said(shop):
    shop.bring("knowledge/faq.jsonl", FAQ)
    report = shop.bring(
        "knowledge/more.jsonl", [SHIP | {"entry_id": "new"}], remaining_s=lambda: 80.0
    )
    assert report["findings"]["golden"]["unchecked"] == 3


def test_of_many_entries_those_nearest_to_what_changes_are_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(own, "MOST_ASKED", 3)
    encoder = WordEncoder()
    before = [
        make_entry(entry_id=f"entry-{n}", question=f"word{n} of {'ships' * (n == 7)}", variants=())
        for n in range(20)
    ]
    changed = [
        *before[:4],
        make_entry(entry_id="entry-4", question="word4 of ", variants=("of ships word7",)),
        *before[5:],
    ]
    old = hashed(tmp_path / "old", before, encoder)
    new = hashed(tmp_path / "new", changed, encoder)
    asked = [question.entry_id for question in own.own_questions(old, new, ())]
    assert len(asked) == 3
    assert {"entry-4", "entry-7"} <= set(asked)


def hashed(folder, entries, encoder):
    """Return a snapshot whose texts can be found by their hashes."""
    knowledge = knowledge_of(folder, entries, encoder)
    texts = [text for entry in entries for text in own.unit_texts(entry)]
    knowledge.text_hashes = np.frombuffer(
        b"".join(own.text_hash(text) for text in texts), np.uint8
    ).reshape(len(texts), -1)
    return knowledge
