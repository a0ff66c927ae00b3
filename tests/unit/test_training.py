import gzip
import json
from datetime import timedelta

import pytest

from concierge.errors import PointerMoved
from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.retrieval.identifiers import hash_of
from concierge.retrieval.popularity import Popularity
from concierge.training.searches import LEAST_PEOPLE
from concierge.training.trainer import Trainer
from tests.builders import NOW
from tests.fakes.artifacts import InMemoryArtifacts
from tests.fakes.importing import InMemoryEventParts, Shop, event_row


def part(*events):
    return gzip.compress("".join(json.dumps(event) + "\n" for event in events).encode())


@pytest.fixture
def archive():
    return InMemoryEventParts()


@pytest.fixture
def store():
    return InMemoryArtifacts()


@pytest.fixture
def trainer(archive, store, tmp_path):
    return Trainer(archive, store, tmp_path, lambda: NOW)


def learnt(store, folder):
    pointer = store.pointers["behaviour"]
    store.fetch("behaviour", pointer.id, folder / pointer.id)
    snapshot = BehaviourSnapshot.open(folder / pointer.id)
    model = snapshot.model
    return dict(zip(map(int, model.item_hashes), model.popularity.tolist(), strict=True))


def test_purchases_count_more_than_views(trainer, archive, store, tmp_path):
    archive.parts["events/1.gz"] = part(
        event_row(event_id="1", item_id="viewed"),
        event_row(event_id="2", item_id="bought", type="purchase"),
    )
    training = trainer.train()
    assert training.items == 2
    scores = learnt(store, tmp_path)
    assert scores == pytest.approx({hash_of("bought"): 1.0, hash_of("viewed"): 0.2})


def test_live_events_and_history_count_once_together(trainer, archive, store, tmp_path):
    archive.parts["events/1.gz"] = part(event_row(event_id="1"), event_row(event_id="1"))
    archive.parts["history/x/part-00000.jsonl.gz"] = part(
        event_row(event_id="1"), event_row(event_id="2", item_id="cup")
    )
    training = trainer.train()
    assert (training.account.events, training.account.repeated) == (2, 2)
    assert learnt(store, tmp_path) == pytest.approx({hash_of("mug-red"): 1.0, hash_of("cup"): 1.0})


def test_broken_lines_and_parts_are_counted_and_the_rest_is_learnt(trainer, archive):
    archive.parts["events/1"] = b'{"event_id"\n[]\n\n' + json.dumps(event_row()).encode()
    archive.parts["events/2.gz"] = part(*[event_row(event_id=f"e{n}") for n in range(99)])[:-9]
    archive.parts["events/3.gz"] = b"not packed"
    account = trainer.train().account
    assert (account.parts, account.broken_parts, account.broken_lines) == (3, 2, 2)
    assert account.events >= 1
    assert account.lines == account.events + account.broken_lines + account.repeated


def test_what_came_of_searches_is_beside_the_model_and_popular_queries_are_in_it(
    trainer, archive, store, tmp_path
):
    at = [(NOW - timedelta(hours=hours)).isoformat() for hours in (2, 1.9)]
    for number in range(LEAST_PEOPLE):
        who = {"customer_id": f"customer-{number}"}
        archive.parts[f"events/{number}.gz"] = part(
            event_row(
                event_id=f"s{number}",
                type="search",
                query="red mug",
                item_id=None,
                occurred_at=at[0],
                results=3,
                **who,
            ),
            event_row(event_id=f"v{number}", occurred_at=at[1], **who),
        )
    made = trainer.train().snapshot_id
    files = store.files["behaviour", made]
    popular = json.loads(files["searches.json"])["popular"]
    assert [(each["query"], each["people"], each["without_results"]) for each in popular] == [
        ("red mug", LEAST_PEOPLE, 0.0)
    ]
    assert "| red mug | 5 | 5 | 100% | 0% |" in files["searches.md"].decode()
    store.fetch("behaviour", made, tmp_path / made)
    assert Popularity.open(tmp_path / made).queries() == [("red mug", 1.0)]


def test_an_archive_that_tells_of_no_item_publishes_nothing(trainer, archive, store):
    search = event_row(event_id="1", type="search", query="mugs", item_id=None)
    archive.parts["events/1.gz"] = part(search, event_row(event_id="2", type="impression"))
    training = trainer.train()
    assert (training.account.events, training.items, training.snapshot_id) == (2, 0, "")
    assert store.pointers == {}


def test_training_takes_over_a_pointer_that_moved(trainer, archive, store):
    archive.parts["events/1.gz"] = part(event_row())
    publish, refusals = store.publish, [PointerMoved("another")]

    def moved_once(*arguments):
        if refusals:
            raise refusals.pop()
        return publish(*arguments)

    store.publish = moved_once
    assert trainer.train().snapshot_id == store.pointers["behaviour"].id


def test_imported_history_is_learnt(tmp_path):
    shop = Shop(tmp_path)
    old = (NOW - timedelta(days=400)).isoformat()
    shop.bring("events/history.jsonl", [event_row(occurred_at=old, item_id="cup")])
    Trainer(shop.archive, shop.store, tmp_path, lambda: NOW).train()
    assert learnt(shop.store, tmp_path) == {hash_of("cup"): 1.0}
