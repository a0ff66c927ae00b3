"""Every kind of bad file: a clear word in the report, and nothing half done."""

import gzip
import logging
from datetime import timedelta

import pytest

from concierge.files.limits import Limits
from tests.builders import NOW
from tests.fakes.importing import Shop, event_row

GOOD = [{"item_id": "kept", "title": "In force before"}]
HEADER = "item_id,title,price\n"
MANY = "".join(f"{number},Title,1\n" for number in range(20))


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path, limits=Limits(gzip_ratio_from_bytes=1 << 20))
    shop.bring("catalogue/file.jsonl", GOOD)
    return shop


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("file.csv", b"", "the file is empty"),
        ("file.csv", HEADER.encode(), "the file is empty: it has no rows"),
        ("file.jsonl", b"", "the file is empty: it has no rows"),
        ("file.csv.gz", b"", "the file is empty"),
        ("file.csv.gz", b"PK\x03\x04 this is a zip", "this is no gzip data"),
        ("file.csv.gz", gzip.compress((HEADER + MANY).encode())[:-9], "the gzip data is truncated"),
        ("file.csv.gz", gzip.compress(bytes(32 << 20)), "unpacks to more than 200 times its size"),
        ("file.csv", (HEADER + MANY).encode("utf-16"), "this is UTF-16; save the file as UTF-8"),
        ("file.csv", f"{HEADER}{MANY}x,Café,1\n".encode("latin-1"), "line 22, byte 235: not UTF-8"),
        ("file.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "line 1, byte 0: not UTF-8"),
        ("file.csv", b"id,name\na,Mug\n", "required columns are missing: item_id, title"),
        ("file.csv", b"item_id,title,title\na,b,c\n", "two columns are called 'title'"),
        ("file.csv", (HEADER + MANY + "a,b,c,d\n" * 6).encode(), "6 of 26 rows are bad"),
        ("file.csv", f"{HEADER}a,,1\n".encode(), "1 of 1 rows are bad"),
        ("file.jsonl", b'[{"item_id": "a", "title": "b"}]', "1 of 1 rows are bad"),
    ],
)
def test_a_broken_file_is_rejected_and_changes_nothing(shop, name, content, reason):
    before = shop.catalogue().id
    report = shop.bring(f"catalogue/{name}", content)
    assert report["status"] == "rejected"
    assert reason in report["reason"]
    assert shop.catalogue().id == before
    assert list(shop.products()) == ["kept"]
    assert shop.bus[-1][1]["status"] == "rejected"


def test_a_file_of_an_unknown_kind_is_told_where_files_go(shop):
    report = shop.bring("prices/list.csv", "a,b\n")
    assert report["status"] == "rejected"
    assert "put files under inbox/catalogue/" in report["reason"]


def test_a_file_that_is_gone_is_rejected(shop):
    assert shop.run("catalogue/never.csv")["reason"] == "the file is gone; upload it again"


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"title": "No id"}, "item_id", "is required"),
        ({"item_id": "x" * 300, "title": "T"}, "item_id", "has 300 characters; at most 256"),
        ({"item_id": "a\tb", "title": "T"}, "item_id", "contains control characters; remove them"),
        (
            {"item_id": "a\x00b", "title": "T"},
            "item_id",
            "contains control characters; remove them",
        ),
        ({"item_id": "a\ud800", "title": "T"}, "item_id", "half a surrogate pair"),
        ({"item_id": "a"}, "title", "is required"),
        ({"item_id": "a", "title": ["T"]}, "title", "must be text, not a list"),
        ({"item_id": "a", "title": "T", "price": "NaN"}, "price", "is not a finite number"),
        ({"item_id": "a", "title": "T", "price": "1e999"}, "price", "is not a finite number"),
        ({"item_id": "a", "title": "T", "price": -1}, "price", "-1 is negative"),
        (
            {"item_id": "a", "title": "T", "description": "x" * 500_000},
            "description",
            "has 500,000 characters; at most 50,000",
        ),
    ],
)
def test_a_bad_row_is_set_aside_with_field_and_reason(shop, row, field, reason):
    report = shop.bring("catalogue/file.jsonl", [*GOOD, row])
    assert (report["status"], report["accepted"]) == ("completed", 1)
    (bad,) = shop.quarantined("catalogue/file.jsonl")
    assert (bad["line"], bad["field"]) == (2, field)
    assert reason in bad["reason"]
    assert len(bad["row"]) <= 2_000


def test_a_price_that_json_does_not_know_is_set_aside(shop):
    line = '{"item_id": "a", "title": "T", "price": NaN}\n'
    report = shop.bring("catalogue/file.jsonl", '{"item_id": "b", "title": "T"}\n' + line)
    assert report["quarantined"] == {"row: holds NaN, which is not JSON; leave the field out": 1}


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_description_of_two_megabytes_is_set_aside_and_the_rest_is_taken(shop, ending):
    text = "x" * 2_000_000
    csv = f"item_id,title,description\na,T,{text}\nb,T,fine\n"
    jsonl = f'{{"item_id":"a","title":"T","description":"{text}"}}\n{{"item_id":"b","title":"T"}}\n'
    name = f"catalogue/file.{ending}"
    report = shop.bring(name, csv if ending == "csv" else jsonl)
    assert (report["status"], list(shop.products())) == ("completed", ["b"])
    assert shop.quarantined(name)[0]["reason"] in {
        "has 2,000,000 characters; at most 50,000",
        "is longer than 1,048,576 bytes",
    }


def test_ids_may_have_spaces_and_any_script(shop):
    item_ids = ["a mug", "茶杯", "☕️", "x" * 256, "a/b#c?d%20", "'quoted'"]
    report = shop.bring(
        "catalogue/file.jsonl", [{"item_id": id_, "title": "T"} for id_ in item_ids]
    )
    assert report["accepted"] == len(item_ids)
    assert sorted(shop.products()) == sorted(item_ids)


@pytest.mark.parametrize(
    ("overrides", "field", "reason"),
    [
        ({"event_id": None}, "event_id", "is required"),
        ({"occurred_at": (NOW + timedelta(days=1)).isoformat()}, "occurred_at", "is in the future"),
        ({"occurred_at": "2026-11-22 10:00"}, "occurred_at", "needs an offset"),
        ({"occurred_at": None}, "occurred_at", "is required"),
        ({"type": "click"}, "type", "'click' is not known; use one of view"),
        ({"customer_id": None}, "customer_id", "either customer_id or session_id is required"),
        ({"item_id": None}, "item_id", "is required"),
        ({"value": "NaN"}, "value", "is not a finite number"),
    ],
)
def test_a_bad_event_is_set_aside_with_field_and_reason(shop, overrides, field, reason):
    report = shop.bring("events/file.jsonl", [event_row(event_id="fine"), event_row(**overrides)])
    assert (report["status"], report["accepted"]) == ("completed", 1)
    (bad,) = shop.quarantined("events/file.jsonl")
    assert (bad["line"], bad["field"]) == (2, field)
    assert reason in bad["reason"]
    assert [event["event_id"] for event in shop.archive.events()] == ["fine"]


def test_an_event_with_an_unknown_item_is_taken_and_counted(shop):
    report = shop.bring("events/file.jsonl", [event_row(item_id="never heard of")])
    assert (report["accepted"], report["unknown_items"]) == (1, 1)


def test_too_many_bad_rows_leave_their_quarantine_to_read(shop):
    report = shop.bring("events/file.jsonl", [event_row(event_id=None)] * 12)
    assert report["status"] == "rejected"
    assert report["quarantined"] == {"event_id: is required": 12}
    assert len(shop.quarantined("events/file.jsonl")) == 12
    assert shop.archive.parts == {}
    assert shop.profiles.commits == 0


def test_neither_report_nor_log_holds_what_a_row_said(shop, caplog):
    secret = "ada@example.org"
    row = event_row(occurred_at=secret, customer_id=secret)
    with caplog.at_level(logging.DEBUG):
        shop.bring("events/file.jsonl", [event_row(customer_id=secret), row])
    assert secret not in caplog.text
    assert secret not in shop.inbox.objects["reports/events/file.jsonl.json"].decode()
    assert secret in shop.inbox.objects["quarantine/events/file.jsonl.jsonl"].decode()
