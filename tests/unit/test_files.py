import gzip
import io
import json

import pytest

from concierge.errors import BrokenFile
from concierge.files.columns import Columns
from concierge.files.csv_rows import read_csv
from concierge.files.decoding import Decoded, Lines, LineTooLong
from concierge.files.json_rows import read_jsonl
from concierge.files.limits import Limits
from concierge.files.rows import BadRow, Row

COLUMNS = Columns(("item_id", "title", "price", "deleted"), ("item_id", "title"))


def lines_of(content, longest=1_000, *, packed=False, limits=None):
    raw = content if isinstance(content, bytes) else content.encode()
    decoded = Decoded(io.BytesIO(raw), is_packed=packed, limits=limits or Limits())
    return Lines(decoded, longest)


def csv_of(content, longest=1_000):
    warnings = []
    return list(read_csv(lines_of(content, longest), COLUMNS, longest, warnings)), warnings


def jsonl_of(content, longest=1_000):
    warnings = []
    return list(read_jsonl(lines_of(content, longest), COLUMNS, longest, warnings)), warnings


def reasons(rows):
    return [row.reason for row in rows if isinstance(row, BadRow)]


def test_quoted_newlines_commas_and_quotes_are_read_as_rfc_4180_says():
    rows, _ = csv_of('item_id,title\r\na,"Red, ""big""\r\nmug"\r\nb,Cup\r\n')
    assert [row.record["title"] for row in rows] == ['Red, "big"\r\nmug', "Cup"]


def test_a_row_is_named_by_the_line_that_it_starts_on():
    rows, _ = csv_of('item_id,title\n\na,"one\ntwo\nthree"\nb,Cup\n')
    assert [row.line for row in rows] == [3, 6]


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    rows, warnings = csv_of(b"\xef\xbb\xbfitem_id,title\na,Mug\n")
    assert rows[0].record == {"item_id": "a", "title": "Mug"}
    assert warnings == []


def test_rows_with_too_many_or_too_few_columns_are_bad_and_the_others_are_read():
    rows, _ = csv_of("item_id,title\na\nb,Mug,9\nc,Cup\n")
    assert reasons(rows) == [
        "has too few columns: 1, where the header has 2",
        "has too many columns: 3, where the header has 2",
    ]
    assert rows[2].record["item_id"] == "c"


def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_rest():
    rows, _ = csv_of('item_id,title\na,"Mug\nb,Cup\nc,Pan\n')
    assert [row.line for row in rows] == [2, 3, 4]
    assert reasons(rows) == ["opens a quote that is never closed"]


def test_a_row_longer_than_any_row_may_be_is_left_at_its_first_line():
    rows, _ = csv_of('item_id,title\na,"Mug\n' + "b,Cup\n" * 50 + 'c,"Pan"\n', longest=100)
    assert reasons(rows) == ["opens a quote that is never closed"]
    assert len(rows) == 52


def test_a_line_longer_than_any_may_be_is_skipped():
    rows, _ = csv_of("item_id,title\na," + "x" * 3_000 + "\nb,Cup\n")
    assert reasons(rows) == ["is longer than 1,000 characters"]
    assert isinstance(rows[1], Row)


def test_a_field_of_two_megabytes_reaches_the_rules_of_the_field():
    text = "x" * 2_000_000
    rows, _ = csv_of(f"item_id,title\na,{text}\nb,Cup\n", longest=4 << 20)
    assert rows[0].record["title"] == text
    assert len(rows[0].text) <= 2_000


def test_text_behind_a_closing_quote_is_bad():
    rows, _ = csv_of('item_id,title\na,"Mug"s\nb,Cup\n')
    assert reasons(rows) == ["is not CSV: ',' expected after '\"'"]


def test_a_quote_within_a_field_is_an_inch_mark():
    rows, _ = csv_of('item_id,title\na,5" screen\n')
    assert rows[0].record["title"] == '5" screen'


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (
            "item_id,Titel",
            "required columns are missing: title; 'Titel' is perhaps meant as 'title'",
        ),
        ("item_id;title", "not separated by commas"),
        ("item_id,title,title", "two columns are called 'title'"),
        ("item_id,title,", "column 3 has no name"),
        ('"item_id', "the header is not CSV"),
        ("item_id\rtitle", "the header is not CSV"),
    ],
)
def test_a_header_that_cannot_be_used_breaks_the_file(header, reason):
    with pytest.raises(BrokenFile, match=reason.replace("(", r"\(")):
        csv_of(f"{header}\na,Mug\n")


def test_unknown_columns_are_ignored_with_a_suggestion():
    _, warnings = csv_of("item_id,title,Prise,zzz\na,Mug,1,2\n")
    assert warnings == [
        "unknown column 'Prise' was ignored; did you mean 'price'?",
        "unknown column 'zzz' was ignored",
    ]


def test_a_file_that_only_removes_needs_no_titles():
    rows, _ = csv_of("item_id,deleted\na,true\n")
    assert rows[0].record == {"item_id": "a", "deleted": "true"}


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_csv_file_without_a_header_is_empty(content):
    with pytest.raises(BrokenFile, match="empty"):
        csv_of(content)


def test_json_lines_are_read_and_blank_ones_passed_over():
    rows, _ = jsonl_of('{"item_id": "a"}\n\n{"item_id": "b"}')
    assert [(row.line, row.record) for row in rows] == [
        (1, {"item_id": "a"}),
        (3, {"item_id": "b"}),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON: Expecting property name"),
        ("[1]", "is not a JSON object; write one object a line"),
        ("null", "is not a JSON object"),
        ('{"price": NaN}', "holds NaN, which is not JSON"),
        ('{"price": -Infinity}', "holds -Infinity"),
        ('{"a": "' + "x" * 2_000 + '"}', "is longer than 1,000 bytes"),
    ],
)
def test_a_line_that_is_no_json_object_is_bad_and_the_next_is_read(line, reason):
    rows, _ = jsonl_of(f'{line}\n{{"item_id": "b"}}\n')
    assert rows[0].reason.startswith(reason)
    assert rows[1].record == {"item_id": "b"}


def test_json_nested_too_deeply_is_bad():
    depth = 200_000
    rows, _ = jsonl_of('{"a":' + "[" * depth + "]" * depth + "}\n", longest=1 << 20)
    assert reasons(rows) == ["is nested too deeply"]


def test_unknown_fields_of_json_lines_are_told_once():
    _, warnings = jsonl_of('{"item_id": "a", "tittle": 1}\n{"item_id": "b", "tittle": 1}\n')
    assert warnings == ["unknown column 'tittle' was ignored; did you mean 'title'?"]


def test_a_file_that_invents_a_field_a_line_gets_a_few_warnings():
    _, warnings = jsonl_of("".join(json.dumps({f"f{n}": 1}) + "\n" for n in range(500)))
    assert len(warnings) == 21
    assert warnings[-1] == "more unknown columns were ignored"


def test_wrong_encoding_is_told_with_line_and_byte():
    with pytest.raises(BrokenFile, match=r"line 2, byte 15: not UTF-8; save the file as UTF-8"):
        csv_of("item_id,title\na,Café\n".encode("latin-1").replace(b"a,Caf", b"a"))


def test_utf_16_is_recognised():
    with pytest.raises(BrokenFile, match="UTF-16; save the file as UTF-8"):
        csv_of("item_id,title\na,Mug\n".encode("utf-16"))


def test_packed_files_are_unpacked_as_they_are_read():
    packed = gzip.compress(b"one\n") + gzip.compress(b"two\n")
    assert list(lines_of(packed, packed=True)) == ["one\n", "two\n"]


@pytest.mark.parametrize("cut", [5, 20, -3])
def test_a_truncated_gzip_file_is_broken(cut):
    packed = gzip.compress(b"".join(b"%d\n" % number for number in range(10_000)))
    with pytest.raises(BrokenFile, match="truncated"):
        list(lines_of(packed[:cut], packed=True))


def test_what_is_called_gzip_and_is_not_is_broken():
    with pytest.raises(BrokenFile, match="no gzip data"):
        list(lines_of(b"item_id,title\n", packed=True))


def test_damaged_gzip_data_is_broken():
    packed = bytearray(gzip.compress(b"".join(b"%d\n" % number for number in range(10_000))))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(BrokenFile):
        list(lines_of(bytes(packed), packed=True))


def test_a_gzip_bomb_is_left_unread():
    bomb = gzip.compress(bytes(64 << 20))
    limits = Limits(gzip_ratio_from_bytes=1 << 20)
    decoded = Decoded(io.BytesIO(bomb), is_packed=True, limits=limits)
    with pytest.raises(BrokenFile, match="more than 200 times its size"):
        list(iter(lambda: decoded.read(1 << 16), b""))


def test_a_file_that_holds_more_than_may_be_is_left_unread():
    limits = Limits(most_decoded_bytes=1_000)
    with pytest.raises(BrokenFile, match="more than 1,000 bytes; split it"):
        list(lines_of(b"x\n" * 1_000, limits=limits))


def test_well_packed_but_honest_files_are_read():
    packed = gzip.compress(b"sku,mug,red,12.50\n" * 2_000)
    assert len(list(lines_of(packed, packed=True))) == 2_000


def test_a_line_that_is_too_long_is_skipped_without_being_held():
    lines = lines_of("a\n" + "é" * 5_000 + "\nb\n", longest=100)
    assert next(lines) == "a\n"
    with pytest.raises(LineTooLong):
        next(lines)
    assert (next(lines), lines.number) == ("b\n", 3)


def test_the_digest_is_that_of_the_contents_whatever_the_packing():
    plain, packed = b"a\nb\n", gzip.compress(b"a\nb\n")
    digests = set()
    for content, is_packed in ((plain, False), (packed, True)):
        decoded = Decoded(io.BytesIO(content), is_packed=is_packed, limits=Limits())
        list(Lines(decoded, 100))
        digests.add(decoded.digest)
    assert len(digests) == 1
