"""Entries that repeat or contradict one another are told, others are not."""

import pytest

from concierge.ingesting.knowledge_claims import numbers
from concierge.ingesting.knowledge_conflicts import Conflicts
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import quantise
from tests.builders import NOW, make_entry
from tests.fakes.encoder import WordEncoder


def found(*entries, encoder=None):
    conflicts = Conflicts()
    for number, fields in enumerate(entries):
        entry = make_entry(**({"entry_id": f"e-{number}", "variants": ()} | fields))
        vectors = quantise(encoder.encode(unit_texts(entry))) if encoder else (None, None)
        conflicts.add(entry, *vectors)
    told = conflicts.find(NOW.timestamp())
    assert told.pop("compared_by_meaning") == (encoder is not None)
    return {name: [each["reason"] for each in pairs["examples"]] for name, pairs in told.items()}


NOTHING = {"duplicates": [], "contradictions": []}
TWO_DAYS = {"question": "How long?", "answer": "Two days."}
FIVE_DAYS = {"question": "how long", "answer": "It takes 5 days."}
OTHER_NUMBERS = ["the same question, other numbers: 2 and 5"]


def test_one_question_with_other_numbers_is_a_contradiction():
    assert found(TWO_DAYS, FIVE_DAYS)["contradictions"] == OTHER_NUMBERS


def test_a_chinese_question_with_other_numbers_is_a_contradiction():
    told = found(
        {"question": "多久到？", "answer": "三天。", "language": "zh"},
        {"question": "多久到", "answer": "需要5天。", "language": "zh"},
    )
    assert told["contradictions"] == ["the same question, other numbers: 3 and 5"]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Can I pay by cheque?", "Yes, gladly.", "No, by card alone."),
        ("Can I return shoes?", "You can return them.", "You cannot return them."),
        ("可以退货吗？", "可以，三十天内。", "不可以，三十天内也不行。"),
    ],
)
def test_one_answer_that_denies_the_other_is_a_contradiction(question, one, other):
    told = found({"question": question, "answer": one}, {"question": question, "answer": other})
    assert told["contradictions"] == [
        "the same question, and one answer denies what the other says"
    ]


def test_a_variant_of_one_that_is_the_question_of_the_other_counts():
    assert found(
        {"question": "Delivery?", "variants": ("How long?",), "answer": "2 days."}, FIVE_DAYS
    )["contradictions"]


def test_the_same_question_and_answer_twice_is_a_duplicate():
    told = found(TWO_DAYS, TWO_DAYS | {"question": "How long!", "answer": "two days"})
    assert told == {"duplicates": ["the same question, the same answer"], "contradictions": []}


def test_an_answer_that_says_more_is_no_contradiction_of_numbers():
    told = found(
        {"answer": "We take things back for 30 days."},
        {"answer": "We take things back for 30 days, 14 in a sale."},
        encoder=WordEncoder(),
    )
    assert "other numbers" not in " ".join(told["contradictions"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"language": "en"}, {"language": "zh"}),
        ({"audiences": ("business",)}, {"audiences": ("members",)}),
        ({"valid_to": "2026-12-01T00:00:00+00:00"}, {"valid_from": "2026-12-01T00:00:00+00:00"}),
        ({"valid_to": "2026-01-01T00:00:00+00:00"}, {}),
    ],
    ids=["languages", "audiences", "one after the other", "expired"],
)
def test_entries_that_no_customer_meets_together_do_not_contradict(one, other):
    assert found(TWO_DAYS | one, FIVE_DAYS | other) == NOTHING


def test_an_entry_for_everyone_contradicts_one_for_some():
    assert found(TWO_DAYS | {"audiences": ("members",)}, FIVE_DAYS)["contradictions"]


def test_questions_that_mean_the_same_are_found_by_their_vectors():
    told = found(
        {"question": "Do you deliver an order abroad", "answer": "For 5 euros."},
        {"question": "Do you ship a parcel abroad", "answer": "For 9 euros."},
        {"question": "Where is my invoice", "answer": "In 2 mails."},
        encoder=WordEncoder({"ship": "deliver", "parcel": "order", "an": "a"}),
    )
    assert told["contradictions"] == ["nearly the same question, other numbers: 5 and 9"]


def test_every_pair_is_counted_and_a_hundred_are_shown():
    conflicts = Conflicts()
    for number in range(300):
        for copy in range(2):
            conflicts.add(
                make_entry(
                    entry_id=f"{number}-{copy}", question=f"Question {number}?", variants=()
                ),
                None,
                None,
            )
    told = conflicts.find(NOW.timestamp())["duplicates"]
    assert told["total"] == 300
    assert len(told["examples"]) == 100
    assert told["examples"][0]["entry_ids"] == ["0-0", "0-1"]


def test_ten_thousand_entries_of_one_wording_are_not_all_compared():
    conflicts = Conflicts()
    for number in range(2_000):
        conflicts.add(make_entry(entry_id=str(number), variants=()), None, None)
    assert conflicts.find(NOW.timestamp())["duplicates"]["total"] < 20_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000.50 euros", {"1000.5"}),
        ("1.000 euros", {"1000"}),
        ("4.90", {"4.9"}),
        ("two to four days", {"2", "4"}),
        ("三天或十五天", {"3", "15"}),
        ("两周", {"2"}),
        ("one", set()),
    ],
)
def test_numbers_are_the_same_however_they_are_written(text, expected):
    assert numbers(text) == expected
