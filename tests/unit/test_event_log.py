import gzip
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.files.json_rows import parse_object
from concierge.shop.events import EventType
from concierge.training.event_log import EVENT, read_json, read_log
from tests.builders import NOW
from tests.fakes.importing import InMemoryEventParts, event_row
from tests.fakes.logs import log_of, told

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
ODD = (
    '{"a":123456789012345678901234567890}',
    '{"a":1e400}',
    '{"a":-0.0}',
    '{"a":1,"a":2}',
    '{"a":"\\ud83d"}',
    '{"a":NaN}',
    '{"a":01}',
    '{"a":"\t"}',
    "\ufeff{}",
    "{'a':1}",
    "[]",
    "1",
    "",
    '{"a":' + "9" * 5_000 + "}",
    '{"a":' + "[" * 5_000 + "]" * 5_000 + "}",
)


def outcome(read, text):
    try:
        return repr(read(text))
    except ValueError as error:
        return f"refused: {error}"


@given(st.dictionaries(st.text(), JSON, max_size=4), st.booleans())
def test_lines_are_read_as_everywhere_else(record, ascii_only):
    line = json.dumps(record, ensure_ascii=ascii_only)
    assert outcome(read_json, line) == outcome(parse_object, line)


@pytest.mark.parametrize("line", ODD, ids=[line[:20] for line in ODD])
def test_odd_lines_are_read_or_refused_as_everywhere_else(line):
    assert outcome(read_json, line) == outcome(parse_object, line)


def test_events_come_once_and_in_the_order_of_time():
    late, early = told("view", hours=2.0), told("view", hours=1.0)
    log = log_of(late, early, late)
    assert np.diff(log["at"]).tolist() == [3600.0]


def test_of_events_with_one_id_the_first_that_was_read_counts():
    first, second = event_row(event_id="1", type="purchase"), event_row(event_id="1")
    parts = [gzip.compress(json.dumps(row).encode()) for row in (first, second)]
    log, account = read_log(InMemoryEventParts(**{"a.gz": parts[0], "b.gz": parts[1]}), NOW)
    assert log["weight"].tolist() == [5.0]
    assert (account.lines, account.repeated, account.events) == (2, 1, 1)


def test_a_customer_and_a_session_of_one_name_are_two_actors():
    log = log_of(told("view"), told("view", event_id="2", customer_id="", session_id="ada"))
    assert len(set(log["actor"].tolist())) == 2
    assert sorted(log["is_customer"].tolist()) == [False, True]


def test_an_archive_without_parts_is_an_empty_log():
    log, account = read_log(InMemoryEventParts(), NOW)
    assert (log.dtype, len(log), account.events) == (EVENT, 0, 0)


def test_a_rating_counts_by_its_stars():
    log = log_of(told("rating", value=1.0), told("rating", event_id="2", value=5.0))
    assert sorted(log["weight"].tolist()) == [-2.0, 2.0]
    assert {EventType.RATING} == {list(EventType)[kind] for kind in log["type"]}
