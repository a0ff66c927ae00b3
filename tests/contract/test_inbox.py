import pytest

from concierge.adapters.inbox_s3 import S3Inbox
from concierge.errors import BrokenFile, Unavailable
from tests.contract.buckets import create_bucket, refuse
from tests.fakes.importing import InMemoryInbox


@pytest.fixture
def s3(aws):
    return create_bucket(aws("s3"), "inbox")


@pytest.fixture(params=["memory", "s3"])
def inbox(request):
    if request.param == "memory":
        return InMemoryInbox()
    return S3Inbox(request.getfixturevalue("s3"), "inbox")


@pytest.mark.parametrize("key", ["inbox/a.csv", "inbox/a b+c%20é/茶.csv"])
def test_what_is_put_is_read_in_pieces(inbox, key):
    inbox.put(key, b"abcdef")
    body = inbox.open(key)
    assert [body.read(4), body.read(4), body.read(4)] == [b"abcd", b"ef", b""]


def test_a_file_is_put_whole(inbox, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n")
    inbox.put("quarantine/rows.jsonl", path)
    assert inbox.open("quarantine/rows.jsonl").read() == b"{}\n"


def test_a_file_that_is_gone_is_broken(inbox):
    with pytest.raises(BrokenFile, match="the file is gone"):
        inbox.open("inbox/never.csv")


def test_deleting_is_harmless_where_there_is_nothing(inbox):
    inbox.put("quarantine/a", b"x")
    inbox.delete("quarantine/a")
    inbox.delete("quarantine/a")
    with pytest.raises(BrokenFile):
        inbox.open("quarantine/a")


@pytest.mark.parametrize(
    ("verb", "call"),
    [
        ("GetObject", lambda inbox: inbox.open("inbox/a")),
        ("PutObject", lambda inbox: inbox.put("reports/a", b"x")),
        ("DeleteObjects", lambda inbox: inbox.delete("quarantine/a")),
    ],
)
def test_an_outage_is_no_broken_file(s3, verb, call):
    refuse(s3, verb)
    with pytest.raises(Unavailable):
        call(S3Inbox(s3, "inbox"))


def test_a_connection_that_breaks_is_an_outage():
    class Broken:
        def read(self, _size):
            raise ConnectionResetError

    class Client:
        def get_object(self, **_):
            return {"Body": Broken()}

    with pytest.raises(Unavailable, match="reading inbox/a"):
        S3Inbox(Client(), "inbox").open("inbox/a").read(10)
