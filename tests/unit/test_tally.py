import pytest

from concierge.ingesting.tally import MOST_REASONS, OTHER, Tally, summarised


@pytest.mark.parametrize(
    ("reason", "summary"),
    [
        ("'12 euros' is not a number", "price: … is not a number"),
        ("'it\\'s' is not a number", "price: … is not a number"),
        ('"it\'s" is not a number', "price: … is not a number"),
        ("-3.5 is negative", "price: … is negative"),
        ("has 2,000,000 characters; at most 50,000", "price: has … characters; at most 50,000"),
        (
            "is a duplicate: line 17 has the same id",
            "price: is a duplicate: line … has the same id",
        ),
        ("is not valid JSON: Expecting value: line 1", "price: is not valid JSON"),
        ("is required", "price: is required"),
    ],
)
def test_reasons_are_grouped_without_the_values(reason, summary):
    assert summarised("price", reason) == summary


def test_reasons_beyond_a_number_share_one_line():
    tally = Tally()
    for number in range(MOST_REASONS + 5):
        tally.quarantine(f"field{number}", "is required")
    assert len(tally.quarantined) == MOST_REASONS + 1
    assert tally.quarantined[OTHER] == 5
