from collections import defaultdict
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given

from concierge.training.cooccurrence import best_pairs
from concierge.training.event_log import EVENT
from concierge.training.learning import learn, parts_by_actor, weighted
from concierge.training.successors import Moments
from concierge.training.sums import Sums, finished
from concierge.training.survey import Scope, surveyed
from tests.fakes.logs import drawn_log, logs

YEAR_S = 365 * 86_400.0


def dense(relation):
    matrix = np.zeros((len(relation), len(relation)), np.float32)
    sources = np.repeat(np.arange(len(relation)), np.diff(relation.starts))
    matrix[sources, relation.targets] = relation.weights
    return matrix


def assert_same(model, other):
    assert model.item_hashes.tolist() == other.item_hashes.tolist()
    for name in ("popularity", "trend", "repeat"):
        np.testing.assert_allclose(getattr(model, name), getattr(other, name), rtol=1e-5, atol=1e-7)
    for name, relation in model.relations.items():
        same = other.relations[name]
        assert relation.starts.tolist() == same.starts.tolist()
        np.testing.assert_allclose(dense(relation), dense(same), rtol=2e-3, atol=2e-4)


def learnt_in_parts(log, most, size, most_dense=6_000):
    """Learn as many machines would: survey and sum up parts, add up their pieces by name, finish."""
    parts = list(parts_by_actor(log, most))
    scope = Scope.of(reduce(add, map(surveyed, parts)))
    found = defaultdict(list)
    for part in parts:
        sums = Sums.of_nobody(scope, most_dense)
        sums.add(part, scope)
        for name, piece in sums.pieces(size):
            found[name].append(piece)
    pieces = {name: reduce(add, each) for name, each in found.items()}

    def of(kind):
        return [pieces[name] for name in sorted(pieces) if name[0] == kind]

    columns = pieces["columns", 0]
    together = [best_pairs(piece, columns.together) for piece in of("together")]
    after = [best_pairs(piece, columns.after) for piece in of("after")]
    return finished(scope, columns, Moments.joined(of("moments")), together, after)


@pytest.mark.parametrize("most_dense", [0, 6_000])
def test_what_parts_of_the_actors_tell_adds_up_to_the_whole(most_dense):
    log = drawn_log()
    assert len(list(parts_by_actor(log, 500))) == 5
    assert_same(learnt_in_parts(log, 500, 7, most_dense), learn(log))


@given(logs())
def test_any_log_can_be_learnt_in_parts(log):
    log["weight"] = np.array([1.0, 0.0, 0.0, -2.0, 5.0, 0.0, 0.0], np.float32)[log["type"]]
    assert_same(learnt_in_parts(log, 10, 2), learn(log))


def test_the_order_of_the_log_does_not_matter():
    log = drawn_log()
    assert_same(learn(log[np.random.default_rng(1).permutation(len(log))]), learn(log))


def test_parts_have_all_events_of_each_actor():
    log = drawn_log()
    parts = [set(part["actor"].tolist()) for part in parts_by_actor(log, 300)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 200


def test_a_log_without_events_makes_an_empty_model():
    model = learn(np.zeros(0, EVENT))
    assert len(model) == 0
    assert [len(model.relations[name]) for name in model.relations] == [0, 0, 0]


def test_a_shop_with_a_single_item_is_learnt():
    model = learn(drawn_log(actors=20, items=1))
    assert model.popularity.tolist() == [1.0]
    assert model.relations["together"].targets.tolist() == []
    assert model.relations["next"].weights[0] > 0.5


def test_an_item_with_one_event_is_known_and_leads_nowhere_else():
    log = drawn_log(actors=50)
    once = np.zeros(1, EVENT)
    once["event"], once["actor"], once["item"] = 10**9, 10**9, 10**9
    once["at"], once["weight"] = log["at"][-1], 1.0
    model = learn(np.concatenate([log, once]))
    assert model.item_hashes[-1] == 10**9
    assert model.popularity[-1] > 0
    assert model.relations["together"].of(len(model) - 1)[0].tolist() == []


def test_one_actor_with_very_many_events_is_learnt():
    busy = drawn_log(actors=1, visits=20_000, basket=5, items=30, days=3_000)
    model = learn(np.concatenate([busy, drawn_log(actors=50, items=30)]))
    assert all(np.isfinite(relation.weights).all() for relation in model.relations.values())
    assert np.isfinite(model.popularity).all()


def test_one_clock_that_is_a_year_ahead_leaves_everything_else_as_it_was():
    log = drawn_log()
    ahead = log[-1:].copy()
    ahead["event"], ahead["actor"] = 10**9, 10**9
    ahead["at"] += YEAR_S
    model, right = learn(np.concatenate([log, ahead])), learn(log)
    others = right.item_hashes != ahead["item"][0]
    for name in ("popularity", "trend"):
        ratio = getattr(model, name)[others] / np.maximum(getattr(right, name)[others], 1e-9)
        assert ratio.max() - ratio.min() < 0.02
        assert ratio.min() > 0.3
    np.testing.assert_allclose(
        dense(model.relations["next"]), dense(right.relations["next"]), atol=0.01
    )


def test_weights_of_a_list_are_kept_with_the_model():
    model = learn(drawn_log(actors=5))
    assert weighted(model, {"next": 2.0}).weights == {"for-you": {"next": 2.0}}
    assert weighted(model, {}).weights == {}
