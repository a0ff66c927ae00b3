"""Entries that want a look, by what is wrong with them."""

from datetime import timedelta

import pytest

from concierge.retrieval.knowledge_health import MOST_EXAMPLES, health
from tests.builders import NOW, make_entry


def complaints(usage=None, **fields):
    return set(health([make_entry(**fields)], usage, NOW).counts)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"answer": "Yes."}, {"thin_answer"}),
        ({"answer": "可以的，请放心。"}, set()),
        ({"answer": "是"}, {"thin_answer"}),
        ({"variants": ()}, {"no_variants"}),
        ({"question": "What is it?"}, {"empty_question"}),
        ({"question": "？？"}, {"empty_question"}),
        ({"question": "怎么退货？"}, set()),
        ({"valid_to": (NOW - timedelta(days=1)).isoformat()}, {"expired"}),
        ({"valid_to": (NOW + timedelta(days=9)).isoformat()}, {"expires_soon"}),
        ({"valid_to": (NOW + timedelta(days=99)).isoformat()}, set()),
        ({"answer": "Closed over Christmas 2023 and in 2024."}, {"old_dates"}),
        ({"answer": "2023年春节期间不发货，敬请谅解。"}, {"old_dates"}),
        ({"answer": "From 2019 to 2026 nothing changed."}, set()),
        ({"answer": "Furniture for €2000 comes with a fitter."}, set()),
        ({"answer": "Short passage", "variants": (), "start": 4, "end": 17}, set()),
    ],
)
def test_an_entry_is_told_by_what_is_wrong_with_it(fields, expected):
    assert complaints(**fields) == expected


def test_never_used_is_told_only_where_usage_is_known():
    assert complaints() == set()
    assert complaints(usage={}) == {"never_used"}
    assert complaints(usage={"delivery-time": 3}) == set()


def test_an_expired_entry_is_not_blamed_for_not_being_used():
    assert complaints(usage={}, valid_to=(NOW - timedelta(days=1)).isoformat()) == {"expired"}


def test_all_are_counted_and_a_hundred_named():
    entries = [make_entry(entry_id=str(number), variants=()) for number in range(150)]
    report = health(entries, None, NOW)
    assert report.counts == {"no_variants": 150}
    assert len(report.examples["no_variants"]) == MOST_EXAMPLES
    assert report.to_record()["examples"]["no_variants"][0] == "0"
