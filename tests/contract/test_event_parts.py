import pytest

from concierge.adapters.archive_s3 import S3Archive
from concierge.errors import BrokenFile
from tests.contract.buckets import create_bucket
from tests.fakes.importing import InMemoryEventParts


@pytest.fixture
def s3(aws):
    return create_bucket(aws("s3"), "archive")


@pytest.fixture(params=["memory", "s3"])
def archive(request):
    if request.param == "memory":
        return InMemoryEventParts()
    return S3Archive(request.getfixturevalue("s3"), "archive")


def test_a_part_is_read_as_it_was_put(archive, tmp_path):
    path = tmp_path / "part"
    path.write_bytes(b"packed")
    archive.put("import-1", "part-00000.jsonl.gz", path)
    (name,) = archive.names()
    assert archive.open(name).read() == b"packed"


def test_a_retry_overwrites_its_part(archive, tmp_path):
    path = tmp_path / "part"
    for content in (b"first", b"second"):
        path.write_bytes(content)
        archive.put("import-1", "part-00000.jsonl.gz", path)
    (name,) = archive.names()
    assert archive.open(name).read() == b"second"


def test_live_events_and_history_are_both_listed(s3):
    for key in ("events/2026/11/23/a.gz", "history/x/part-00000.jsonl.gz", "failed/b.gz"):
        s3.put_object(Bucket="archive", Key=key, Body=b"")
    assert list(S3Archive(s3, "archive").names()) == [
        "events/2026/11/23/a.gz",
        "history/x/part-00000.jsonl.gz",
    ]


def test_more_parts_than_a_page_holds_are_listed(s3):
    for number in range(1_100):
        s3.put_object(Bucket="archive", Key=f"events/{number:04}", Body=b"")
    assert len(list(S3Archive(s3, "archive").names())) == 1_100


def test_a_part_that_is_gone_is_broken(s3):
    with pytest.raises(BrokenFile):
        S3Archive(s3, "archive").open("events/never")
