import pytest

from concierge.errors import BrokenFile
from concierge.ingesting.inbox_file import InboxFile, quarantine_key, report_key


@pytest.mark.parametrize(
    ("key", "kind", "source", "file_format", "packed", "delta"),
    [
        ("inbox/catalogue/shoes.csv", "catalogue", "shoes", "csv", False, False),
        ("inbox/catalogue/shoes.delta.csv.gz", "catalogue", "shoes", "csv", True, True),
        ("inbox/catalogue/a/b c.é.jsonl", "catalogue", "a/b c.é", "jsonl", False, False),
        ("inbox/knowledge/FAQ.NDJSON.GZ", "knowledge", "FAQ", "jsonl", True, False),
        ("inbox/knowledge/returns.md", "knowledge", "returns.md", "markdown", False, False),
        ("inbox/events/2025.jsonl", "events", "2025", "jsonl", False, False),
    ],
)
def test_the_name_tells_kind_source_and_format(key, kind, source, file_format, packed, delta):
    file = InboxFile.of(key)
    assert (file.kind, file.source, file.format) == (kind, source, file_format)
    assert (file.is_packed, file.is_delta) == (packed, delta)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("shoes-2026-11-23", "shoes"),
        ("shoes_20261123T0930Z", "shoes"),
        ("shoes 2026-11-23 09:30:00", "shoes"),
        ("2026-11-23", "export"),
        ("shoes-2026", "shoes-2026"),
        ("size-38", "size-38"),
    ],
)
def test_exports_of_different_days_are_one_source(name, source):
    assert InboxFile.of(f"inbox/catalogue/{name}.csv").source == source
    assert InboxFile.of(f"inbox/catalogue/{name}.delta.csv").source == source


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("inbox/shoes.csv", "put files under inbox/catalogue/, inbox/knowledge/, inbox/events/"),
        ("inbox/prices/shoes.csv", "put files under"),
        ("inbox/catalogue/shoes.xlsx", "use .csv, .jsonl or .ndjson"),
        ("inbox/catalogue/shoes", "the extension is not known"),
        ("inbox/catalogue/shoes.zip", "the extension is not known"),
        ("inbox/catalogue/shoes.md", "Markdown belongs under inbox/knowledge/"),
        ("inbox/events/2025.delta.csv", "events always add"),
        ("inbox/knowledge/returns.delta.md", "a document always replaces itself"),
    ],
)
def test_what_cannot_be_imported_is_told_what_can(key, reason):
    with pytest.raises(BrokenFile, match=reason.replace(".", r"\.")):
        InboxFile.of(key)


def test_report_and_quarantine_carry_the_whole_name():
    key = "inbox/catalogue/a/shoes.delta.csv.gz"
    assert report_key(key) == "reports/catalogue/a/shoes.delta.csv.gz.json"
    assert quarantine_key(key) == "quarantine/catalogue/a/shoes.delta.csv.gz.jsonl"
