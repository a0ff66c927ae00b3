"""The training of many machines against the training of one."""

from functools import partial

import numpy as np
import pytest

from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from concierge.training.learning import learn
from concierge.training.trainer import Trainer, read_people
from infra.bulk_training.archives import FolderArchive, open_archive
from infra.bulk_training.distributed import DistributedTraining
from tests.builders import NOW
from tests.fakes.artifacts import InMemoryArtifacts


def trained(archive, folder, **ways):
    store = InMemoryArtifacts()
    training = Trainer(FolderArchive(archive), store, folder, lambda: NOW, **ways).train()
    pointer = store.pointers["behaviour"]
    store.fetch("behaviour", pointer.id, folder / "fetched", pointer.manifest_sha256)
    return training, BehaviourSnapshot.open(folder / "fetched")


def dense(relation):
    matrix = np.zeros((len(relation), len(relation)), np.float32)
    sources = np.repeat(np.arange(len(relation)), np.diff(relation.starts))
    matrix[sources, relation.targets] = relation.weights
    return matrix


def assert_same_model(model, other):
    assert model.item_hashes.tolist() == other.item_hashes.tolist()
    for name in ("popularity", "trend", "repeat"):
        np.testing.assert_allclose(getattr(model, name), getattr(other, name), rtol=1e-5)
    for name, relation in model.relations.items():
        same = other.relations[name]
        assert relation.starts.tolist() == same.starts.tolist(), name
        assert (dense(relation) != 0).tolist() == (dense(same) != 0).tolist(), name
        # A float16 keeps eleven bits.
        np.testing.assert_allclose(dense(relation), dense(same), rtol=2**-10, atol=1e-5)


@pytest.fixture(scope="module")
def distributed(spark, archive):
    return DistributedTraining(spark, partial(open_archive, str(archive)), 2, sample_actors=40)


def test_many_machines_learn_what_one_does(distributed, archive, tmp_path):
    ways = {"read": distributed.read, "learner": distributed.learn}
    mine, snapshot = trained(archive, tmp_path / "many", **ways)
    theirs, expected = trained(archive, tmp_path / "one")
    assert mine.account == theirs.account
    assert mine.account.repeated >= 250
    assert (mine.account.broken_lines, mine.account.broken_parts) == (2, 1)
    assert (mine.items, mine.quarantined) == (theirs.items, theirs.quarantined)
    assert_same_model(snapshot.model, expected.model)


def test_what_is_held_out_of_the_sample_is_not_learnt(distributed, archive):
    everybody = read_people(FolderArchive(archive), NOW).log
    sample = distributed.read(FolderArchive(archive), NOW).log
    assert 20 <= len(np.unique(sample["actor"])) <= 60
    past = sample[: len(sample) // 2]
    left = ~np.isin(everybody["event"], sample[len(past) :]["event"])
    assert_same_model(distributed.learn(past), learn(everybody[left]))


def test_an_archive_without_parts_trains_nothing(spark, tmp_path):
    distributed = DistributedTraining(spark, partial(open_archive, str(tmp_path)), 2)
    reading = distributed.read(FolderArchive(tmp_path), NOW)
    assert (len(reading.log), reading.account.events) == (0, 0)
