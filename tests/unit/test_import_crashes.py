"""An import is killed at each of its steps in turn; the old snapshot stays, a retry completes."""

import os
from itertools import count

import pytest

from concierge.errors import PointerMoved, Unavailable
from concierge.ingesting import embedding
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.encoder import WordEncoder
from tests.fakes.importing import (
    InMemoryEventParts,
    InMemoryInbox,
    InMemoryVectorCache,
    Sent,
    Shop,
    event_row,
)
from tests.fakes.profiles import InMemoryProfiles

BEFORE = [{"item_id": f"p-{n}", "title": f"Title {n}"} for n in range(4)]
AFTER = [{"item_id": f"p-{n}", "title": f"Title {n}"} for n in range(2, 9)]
NEW_TEXTS = sorted(f"Title {n}" for n in range(4, 9))


class Killed(BaseException):
    """What no code of ours catches: the process is gone."""


class Fuse:
    """Lets some calls through, then raises at the next and at all behind it."""

    def __init__(self, error):
        self.left = None
        self.error = error

    def guard(self, part):
        fuse = self

        class Guarded:
            def __getattr__(self, name):
                attribute = getattr(part, name)
                if not callable(attribute):
                    return attribute

                def call(*args, **kwargs):
                    fuse.burn()
                    return attribute(*args, **kwargs)

                return call

        return Guarded()

    def burn(self):
        if self.left is not None:
            if self.left == 0:
                raise self.error
            self.left -= 1


@pytest.fixture(params=[Killed("killed"), Unavailable("S3 is away")], ids=["killed", "unavailable"])
def fuse(request):
    return Fuse(request.param)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(embedding, "CHUNK_TEXTS", 2)


def fragile_shop(folder, fuse):
    return Shop(
        folder,
        store=fuse.guard(InMemoryArtifacts()),
        encoder=fuse.guard(WordEncoder()),
        cache=fuse.guard(InMemoryVectorCache()),
        archive=fuse.guard(InMemoryEventParts()),
        profiles=fuse.guard(InMemoryProfiles()),
        inbox=fuse.guard(InMemoryInbox()),
        bus=fuse.guard(Sent()),
    )


def killed_at(shop, fuse, name, step):
    """Import a file that is killed at a step; return whether it was."""
    fuse.left = step
    try:
        shop.run(name)
    except (Killed, Unavailable):
        return True
    finally:
        fuse.left = None
    return False


def test_a_catalogue_import_killed_at_any_step_completes_on_retry(tmp_path, fuse):
    for step in count():
        shop = fragile_shop(tmp_path / str(step), fuse)
        shop.bring("catalogue/file.jsonl", BEFORE)
        before = shop.catalogue().id
        shop.encoder.encoded.clear()
        shop.drop("catalogue/file.jsonl", AFTER)
        was_killed = killed_at(shop, fuse, "catalogue/file.jsonl", step)
        in_force = shop.products()
        old, new = [row["item_id"] for row in BEFORE], [row["item_id"] for row in AFTER]
        assert list(in_force) == (old if shop.catalogue().id == before else new)
        report = shop.run("catalogue/file.jsonl")
        assert (report["status"], report["accepted"]) == ("completed", 7)
        assert list(shop.products()) == new
        assert shop.cache.chunks == {}
        # What one chunk lost between encoding and saving is encoded again, and no more.
        again = len(shop.encoder.encoded) - len(NEW_TEXTS)
        assert again in {0, 1, 2}
        assert set(shop.encoder.encoded) == set(NEW_TEXTS)
        if not was_killed:
            break
    assert step > 12


def test_a_history_import_killed_at_any_step_counts_every_event_once(tmp_path, fuse):
    history = [
        event_row(event_id=f"e-{n}", customer_id=f"c-{n % 3}", item_id="p-1") for n in range(9)
    ]
    history += [
        event_row(event_id=f"old-{n}", customer_id="c-1", occurred_at="2026-01-01T00:00:00Z")
        for n in range(3)
    ]
    for step in count():
        shop = fragile_shop(tmp_path / str(step), fuse)
        shop.bring("catalogue/file.jsonl", BEFORE)
        shop.drop("events/file.jsonl", history)
        was_killed = killed_at(shop, fuse, "events/file.jsonl", step)
        report = shop.run("events/file.jsonl")
        assert (report["status"], report["accepted"]) == ("completed", 12)
        kept = list(shop.profiles._kept.values())
        assert sorted(len(profile.actions) for profile in kept) == [3, 3, 6]
        assert len(shop.archive.events()) == 12
        if not was_killed:
            break
    assert step > 10


def test_a_failure_is_reported_and_the_old_snapshot_stays(tmp_path):
    shop = Shop(tmp_path)
    shop.bring("catalogue/file.jsonl", BEFORE)
    before = shop.catalogue().id
    shop.store.failures = [Unavailable("reading the catalogue pointer: SlowDown")]
    with pytest.raises(Unavailable):
        shop.bring("catalogue/file.jsonl", AFTER)
    report = shop.report("catalogue/file.jsonl")
    assert report["status"] == "failed"
    assert "SlowDown; what was in force stays in force" in report["reason"]
    assert shop.catalogue().id == before


class Overtaken(InMemoryArtifacts):
    """Another import publishes while this one works, some times over."""

    def __init__(self, times, folder):
        super().__init__()
        self.times = times
        self.folder = folder

    def publish(self, kind, folder, replacing):
        if self.times:
            self.times -= 1
            rows = [{"item_id": f"other-{self.times}", "title": "Other"}]
            other = Shop(self.folder / str(self.times), store=self)
            times, self.times = self.times, 0
            other.bring(f"catalogue/other-{times}.jsonl", rows)
            self.times = times
        return super().publish(kind, folder, replacing)


def test_an_import_that_was_overtaken_starts_from_the_newer_snapshot(tmp_path):
    shop = Shop(tmp_path, store=Overtaken(2, tmp_path / "other"))
    report = shop.bring("catalogue/file.jsonl", BEFORE)
    assert report["status"] == "completed"
    assert list(shop.products()) == ["other-0", "other-1", "p-0", "p-1", "p-2", "p-3"]
    assert sorted(shop.encoder.encoded) == [f"Title {n}" for n in range(4)]


def test_an_import_that_is_always_overtaken_gives_up(tmp_path):
    shop = Shop(tmp_path, store=Overtaken(99, tmp_path / "other"))
    with pytest.raises(PointerMoved, match="was published 20 times meanwhile"):
        shop.bring("catalogue/file.jsonl", BEFORE)


def test_out_of_time_the_vectors_are_kept_and_the_next_call_goes_on(tmp_path):
    shop = Shop(tmp_path)
    left = iter([900.0, 900.0, 1.0])
    report = shop.bring("catalogue/file.jsonl", AFTER, remaining_s=lambda: next(left))
    assert report["status"] == "continuing"
    assert len(shop.encoder.encoded) == 4
    assert "catalogue" not in shop.store.pointers
    (notice,) = shop.continuations
    assert notice.key == "inbox/catalogue/file.jsonl"
    report = shop.run("catalogue/file.jsonl", attempt=notice.attempt)
    assert report["status"] == "completed"
    assert len(shop.encoder.encoded) == 7


def test_vectors_saved_by_another_import_stay_for_it(tmp_path):
    cache = InMemoryVectorCache()
    dying = Shop(tmp_path / "dying", cache=cache)
    left = iter([900.0, 1.0])
    dying.bring("catalogue/other.jsonl", AFTER, remaining_s=lambda: next(left))
    shop = Shop(tmp_path, cache=cache)
    shop.bring("catalogue/file.jsonl", BEFORE[:1])
    assert len(cache.chunks) == 1


def test_saved_vectors_that_cannot_be_read_are_made_again(tmp_path):
    shop = Shop(tmp_path)
    shop.cache.names = lambda *_: ["gone"]
    assert shop.bring("catalogue/file.jsonl", BEFORE)["counts"]["encoded"] == 4


def test_what_a_killed_call_left_on_disk_is_cleared_after_an_hour(tmp_path):
    old, recent = tmp_path / "import-old", tmp_path / "import-recent"
    for folder in (old, recent):
        folder.mkdir()
        (folder / "scratch.sqlite").write_bytes(b"x")
    os.utime(old, (0, 0))
    Shop(tmp_path).bring("catalogue/file.jsonl", BEFORE)
    assert not old.exists()
    assert recent.exists()
