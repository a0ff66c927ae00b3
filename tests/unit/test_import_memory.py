"""Memory does not grow with the file: ten times the rows in the same Python memory."""

import json
import tracemalloc

from concierge.files.columns import Columns
from concierge.files.decoding import Decoded, Lines
from concierge.files.json_rows import read_jsonl
from concierge.files.limits import Limits
from concierge.ingesting import history_import
from concierge.ingesting.importer import Notice
from tests.fakes.importing import Shop, event_row
from tests.fakes.profiles import InMemoryProfiles

KB = 1_000


class Rows:
    """The body of a file that never exists as a whole."""

    def __init__(self, rows):
        self._lines = ((json.dumps(row) + "\n").encode() for row in rows)
        self._rest = b""

    def read(self, size=-1):
        while len(self._rest) < size and (line := next(self._lines, None)):
            self._rest += line
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


class OnePassProfiles(InMemoryProfiles):
    """Keeps nothing, so that the importer alone is measured."""

    def commit(self, profile, event_ids, session=None):
        self.commits += 1


class Elsewhere:
    """An archive that is not in this memory."""

    def put(self, import_id, name, path):
        assert path.stat().st_size


def peak_kb(folder, kind, rows):
    shop = Shop(folder, encoder=None, archive=Elsewhere(), profiles=OnePassProfiles())
    shop.inbox.open = lambda _: Rows(rows)
    tracemalloc.start()
    report = shop.importer.run(Notice(f"inbox/{kind}/file.jsonl"), lambda: 900.0)
    peak = tracemalloc.get_traced_memory()[1] / KB
    tracemalloc.stop()
    assert report.status == "completed"
    return peak


def events(count):
    for n in range(count):
        yield event_row(
            event_id=f"e-{n}", customer_id=f"c-{n // 20}", properties={"note": "x" * 200}
        )


def test_ten_times_the_events_take_the_same_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(history_import, "WINDOW_ACTORS", 4)
    small = peak_kb(tmp_path / "small", "events", events(200))
    large = peak_kb(tmp_path / "large", "events", events(2_000))
    # The nine tenths more are eight hundred kilobytes of text.
    assert large - small < 100


def test_rows_are_read_one_at_a_time():
    columns = Columns(("item_id", "title"), ("item_id",))
    rows = ({"item_id": str(n), "title": "x" * 500} for n in range(4_000))
    lines = Lines(Decoded(Rows(rows), is_packed=False, limits=Limits()), 1_000)
    tracemalloc.start()
    assert sum(1 for _ in read_jsonl(lines, columns, 1_000, [])) == 4_000
    assert tracemalloc.get_traced_memory()[1] < 400 * KB
    tracemalloc.stop()
