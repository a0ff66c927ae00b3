"""A head fitted on wordings: it tells entries apart, and stays away where it cannot."""

import numpy as np

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.entry_head import EntryHeads, kernel, write_heads
from concierge.retrieval.head_fitting import CLOSE, JITTER, PENALTY, HeadFit
from tests.fakes.snapshots import unit_vectors


def separated(entries=5, wordings=6):
    """Return wordings close to one direction for each entry, with units and entries."""
    centres = np.repeat(unit_vectors(entries, 64), wordings, axis=0)
    vectors = centres + 0.3 * unit_vectors(entries * wordings, 64, seed=8)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.arange(entries * wordings, dtype=np.int32)
    return vectors.astype(np.float32), units, units // wordings


def test_the_entry_of_a_new_wording_scores_about_one_and_the_others_about_zero():
    vectors, _, entries = separated()
    asked = vectors[::6]
    known = np.delete(np.arange(30), np.arange(0, 30, 6))
    fit = HeadFit.of(vectors[known], np.arange(25, dtype=np.int32), entries[known])
    scores = np.stack([fit.head.scores(vectors[known] @ one) for one in asked])
    assert (scores.argmax(axis=1) == np.arange(5)).all()
    assert scores.diagonal().min() > 0.6
    assert np.abs(scores - np.diag(scores.diagonal())).max() < 0.3


def test_a_head_is_the_same_each_time():
    first, again = HeadFit.of(*separated()), HeadFit.of(*separated())
    assert np.array_equal(first.head.weights, again.head.weights)


def test_a_topic_that_is_learnt_to_be_none_of_the_shop_scores_lower():
    vectors, units, entries = separated()
    # Half like an entry and half of another topic, which all of them share.
    strange = vectors[0] + 1.5 * unit_vectors(1, 64, seed=9) + 0.5 * unit_vectors(20, 64, seed=10)
    strange = (strange / np.linalg.norm(strange, axis=1, keepdims=True)).astype(np.float32)
    assert (strange @ vectors.T).max() < CLOSE
    plain = HeadFit.of(vectors, units, entries)
    taught = HeadFit.of(vectors, units, entries, strange[:10])
    highest = [
        np.mean([fit.head.scores(vectors @ one).max() for one in strange[10:]])
        for fit in (plain, taught)
    ]
    assert highest[1] < 0.5 * highest[0]


def test_a_question_off_topic_that_is_a_wording_of_the_shop_is_not_learnt():
    vectors, units, entries = separated()
    plain, taught = (
        HeadFit.of(vectors, units, entries),
        HeadFit.of(vectors, units, entries, vectors),
    )
    assert np.array_equal(plain.head.weights, taught.head.weights)


def test_equal_wordings_of_two_entries_leave_a_head_finite():
    vectors, units, entries = separated()
    vectors[6:12] = vectors[:6]
    assert np.isfinite(HeadFit.of(vectors, units, entries).head.weights).all()


def test_there_is_no_head_for_one_entry_or_for_entries_without_variants():
    vectors, units, _ = separated()
    assert HeadFit.of(vectors, units, np.zeros(30, np.int32)) is None
    assert HeadFit.of(vectors, units, np.arange(30, dtype=np.int32)) is None


def test_heads_are_read_as_they_were_written(tmp_path):
    heads = [HeadFit.of(*separated()).head, HeadFit.of(*separated(entries=3)).head]
    arrays = ArraysWriter(tmp_path)
    write_heads(arrays, heads)
    arrays.finish()
    opened = EntryHeads.open(Arrays.open(tmp_path)).heads
    assert [head.weights.shape for head in opened] == [(30, 5), (18, 3)]
    for head, other in zip(heads, opened, strict=True):
        assert np.array_equal(head.landmarks, other.landmarks)
        assert np.array_equal(head.entries, other.entries)
        assert np.array_equal(head.weights, other.weights)


def test_what_a_head_says_of_a_wording_left_out_is_what_it_says_when_fitted_without():
    vectors, units, entries = separated()
    fit = HeadFit.of(vectors, units, entries, unit_vectors(4, 64, seed=10))
    left_out = fit.left_out(np.array([7, 20], np.int32))
    features = kernel(vectors @ vectors.T)
    strange = kernel(fit.off_topic @ vectors.T)
    for row, said in zip((7, 20), left_out, strict=True):
        others = np.delete(np.arange(30), row)
        normal = features[others].T @ features[others] + strange.T @ strange
        normal += PENALTY * features + JITTER * np.eye(30)
        targets = np.eye(5)[entries[others]]
        weights = np.linalg.solve(normal, features[others].T @ targets)
        assert np.allclose(features[row] @ weights, said, atol=0.02)


def test_a_head_left_without_a_question_off_topic_says_more_of_it_than_with_it():
    vectors, units, entries = separated()
    strange = vectors[:6] + 2 * unit_vectors(6, 64, seed=9)
    strange = (strange / np.linalg.norm(strange, axis=1, keepdims=True)).astype(np.float32)
    fit = HeadFit.of(vectors, units, entries, strange)
    seen = np.stack([fit.head.scores(vectors @ one) for one in fit.off_topic])
    assert np.abs(fit.off_topic_left_out()).mean() > 1.05 * np.abs(seen).mean()
