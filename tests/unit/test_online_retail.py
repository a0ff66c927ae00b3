import csv
import gzip
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from benchmarks import online_retail as converter

HEADER = converter.HEADER
SALES = """\
536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,85123a, WHITE  HANGING HEART T-LIGHT HOLDER ,2,2010-12-01 08:26:00,2.95,17850.0,United Kingdom
536366,85123A,CREAM HANGING HEART T-LIGHT HOLDER,1,2011-07-01 09:00:00,5.91,,Eire
"""
NO_SALES = """\
C536379,22423,REGENCY CAKESTAND 3 TIER,-1,2010-12-01 09:41:00,12.75,14527.0,United Kingdom
536370,POST,POSTAGE,3,2010-12-01 08:45:00,18.00,12583.0,France
536371,23444,Next Day Carriage,1,2011-08-01 08:45:00,15.00,12583.0,France
536589,21777,damages,-10,2010-12-01 16:50:00,0.00,,United Kingdom
536414,22139,RETROSPOT TEA SET,56,2010-12-01 11:52:00,0.00,,United Kingdom
536415,22140,,56,2010-12-01 11:52:00,1.25,,United Kingdom
536416,22141,CHRISTMAS CRAFT TREE,many,2010-12-01 11:52:00,1.25,,United Kingdom
536417,22142,TOO FEW COLUMNS
536418,22143,NO PRICE AT ALL,1,2010-12-01 11:52:00,nan,,United Kingdom
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "online_retail.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as text:
        text.write(f"{HEADER}\n{SALES}{NO_SALES}")
    return path


def read_catalogue(out: Path) -> list[dict[str, str]]:
    with gzip.open(out / "catalogue" / "online-retail.csv.gz", "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def read_events(out: Path) -> list[dict[str, object]]:
    with gzip.open(out / "events" / "online-retail.jsonl.gz", "rt", encoding="utf-8") as text:
        return [json.loads(line) for line in text]


def test_every_line_is_converted_or_dropped_for_one_reason(source: Path, tmp_path: Path) -> None:
    products, account = converter.convert(source, tmp_path / "out")

    assert products == 1
    assert (account.lines, account.converted, account.anonymous) == (12, 3, 1)
    assert account.unaccounted == 0
    assert account.dropped == {
        converter.CANCELLED: 1,
        converter.NOT_GOODS: 2,
        converter.NO_QUANTITY: 1,
        converter.NO_PRICE: 2,
        converter.NO_DESCRIPTION: 1,
        converter.UNREADABLE: 2,
    }


def test_a_product_has_its_usual_title_and_its_median_price(source: Path, tmp_path: Path) -> None:
    converter.convert(source, tmp_path)

    assert read_catalogue(tmp_path) == [
        {
            "item_id": "85123A",
            "title": "WHITE HANGING HEART T-LIGHT HOLDER",
            "price": "2.95",
            "currency": "GBP",
            "in_stock": "true",
            "language": "en",
        }
    ]


def test_a_purchase_tells_who_bought_what_when_and_for_how_much(
    source: Path, tmp_path: Path
) -> None:
    converter.convert(source, tmp_path)

    assert read_events(tmp_path)[0] == {
        "event_id": "536365-1",
        "type": "purchase",
        "customer_id": "17850",
        "item_id": "85123A",
        "value": 15.3,
        "occurred_at": "2010-12-01T08:26:00+00:00",
        "properties": {"quantity": 6, "currency": "GBP", "country": "United Kingdom"},
    }


def test_an_order_without_a_customer_is_a_session_of_its_own(source: Path, tmp_path: Path) -> None:
    converter.convert(source, tmp_path)

    anonymous = read_events(tmp_path)[2]
    assert anonymous["session_id"] == "536366"
    assert "customer_id" not in anonymous


def test_summer_sales_carry_the_offset_of_british_summer_time(source: Path, tmp_path: Path) -> None:
    converter.convert(source, tmp_path)

    assert read_events(tmp_path)[2]["occurred_at"] == "2011-07-01T09:00:00+01:00"


def test_events_of_one_invoice_are_numbered_by_line(source: Path, tmp_path: Path) -> None:
    converter.convert(source, tmp_path)

    assert [e["event_id"] for e in read_events(tmp_path)] == ["536365-1", "536365-2", "536366-1"]


def test_times_can_be_moved_by_whole_weeks_to_end_before_a_date(
    source: Path, tmp_path: Path
) -> None:
    converter.convert(source, tmp_path, until=date(2026, 11, 1))

    last = datetime.fromisoformat(str(read_events(tmp_path)[2]["occurred_at"]))
    assert last.date() == date(2026, 10, 30)
    assert last.weekday() == date(2011, 7, 1).weekday()
    assert last.hour == 9


def test_the_same_source_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    for out in ("one", "two"):
        converter.convert(source, tmp_path / out)

    for name in ("catalogue/online-retail.csv.gz", "events/online-retail.jsonl.gz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_folder_of_the_source_may_be_named_instead(source: Path, tmp_path: Path) -> None:
    products, _ = converter.convert(source.parent, tmp_path / "out")

    assert products == 1


def test_the_command_prints_the_account(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert converter.main(["--source", str(source), "--out", str(tmp_path / "out")]) == 0

    printed = capsys.readouterr().out
    assert "lines in the source" in printed
    assert "dropped: cancelled invoice" in printed
    assert "1 products and 3 events" in printed


@pytest.mark.parametrize(
    ("contents", "complaint"),
    [
        (b"not gzip at all", "truncated or damaged"),
        (gzip.compress(f"{HEADER}\n{SALES}".encode())[:-40], "truncated or damaged"),
        (gzip.compress(f"{HEADER}\n{SALES}".encode("utf-16")), "truncated or damaged"),
        (gzip.compress(b"a,b,c\n1,2,3\n"), "the header must be InvoiceNo"),
        (gzip.compress(b""), "the header must be InvoiceNo"),
        (gzip.compress(f"{HEADER}\n{NO_SALES}".encode()), "holds no sale of goods"),
    ],
    ids=["not gzip", "truncated", "wrong encoding", "another table", "empty", "no sales"],
)
def test_a_wrong_source_is_one_clear_line_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], contents: bytes, complaint: str
) -> None:
    path = tmp_path / "online_retail.csv.gz"
    path.write_bytes(contents)

    assert converter.main(["--source", str(path), "--out", str(tmp_path / "out")]) == 2

    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_source_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nowhere.csv"

    assert converter.main(["--source", str(missing), "--out", str(tmp_path / "out")]) == 2
    assert f"{missing}: no such file" in capsys.readouterr().err
