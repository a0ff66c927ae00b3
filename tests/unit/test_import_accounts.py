"""Whatever a file holds, its report says where every row went."""

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.files.limits import Limits
from concierge.ingesting.tally import Tally
from tests.fakes.importing import Shop, event_row

LENIENT = Limits(most_bad_share=1.0)
IDS = st.sampled_from(["a", "b", "c", "", " ", "é", "x" * 300, "n\x00l"])
TEXTS = st.one_of(st.just("Title"), st.text(max_size=8), st.just('say "hi",\nplease'))
PRICES = st.sampled_from(["", "1", "-1", "NaN", "12 euros", "1e999"])
FLAGS = st.sampled_from(["", "true", "false", "perhaps"])
CELLS = st.tuples(IDS, TEXTS, PRICES, FLAGS)
RAGGED = st.lists(st.text(max_size=4), min_size=1, max_size=6)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


def imported(name, content):
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder), encoder=None, limits=LENIENT)
        shop.drop(name, content)
        report = shop.run(name)
        kept = shop.products() if name.startswith("catalogue") else shop.archive.parts
        return report, kept


def assert_accounted_for(report):
    taken = report["accepted"] + report["removed"] + report["duplicates"]
    assert report["rows"] == taken + sum(report["quarantined"].values())
    assert report["status"] == ("completed" if taken else "rejected")


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS | RAGGED, max_size=12))
def test_every_row_of_a_csv_file(rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("item_id", "title", "price", "deleted"))
    writer.writerows(rows)
    report, kept = imported("catalogue/file.csv", text.getvalue())
    assert report["rows"] == len(rows)
    assert_accounted_for(report)
    assert len(kept) == report["accepted"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_every_row_of_whatever_bytes_follow_a_header(content):
    report, _ = imported("catalogue/file.csv", b"item_id,title\na,Mug\n" + content)
    if report["status"] == "completed":
        assert_accounted_for(report)
    else:
        assert "UTF-8" in report["reason"] or "rows are bad" in report["reason"]


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON_VALUES | st.fixed_dictionaries({"item_id": IDS, "title": TEXTS}), max_size=12))
def test_every_line_of_a_json_lines_file(values):
    lines = "".join(json.dumps(value) + "\n" for value in values)
    report, kept = imported("catalogue/file.jsonl", lines)
    assert report["rows"] == len(values)
    assert_accounted_for(report)
    assert len(kept) == report["accepted"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            event_row,
            event_id=st.sampled_from(["1", "2", "3", None]),
            type=st.sampled_from(["view", "purchase", "click"]),
            item_id=st.sampled_from(["mug-red", "cup", None]),
            occurred_at=st.sampled_from(["2026-11-01T00:00:00Z", "2030-01-01T00:00:00Z", "noon"]),
        ),
        max_size=12,
    )
)
def test_every_event_of_a_history_file(events):
    report, _ = imported("events/file.jsonl", events)
    assert report["rows"] == len(events)
    assert_accounted_for(report)


def test_a_row_in_no_count_would_be_seen():
    assert Tally(rows=3, accepted=1, removed=1).unaccounted == 1
