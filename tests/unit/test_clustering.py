"""Average linkage: which rows belong together, whatever their order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from concierge.improving.clustering import clusters_of, medoid, spread
from tests.fakes.snapshots import unit_vectors


def rows_of(likeness, least):
    return [cluster.tolist() for cluster in clusters_of(np.array(likeness, np.float32), least)]


def test_nothing_has_no_clusters():
    assert clusters_of(np.zeros((0, 0), np.float32), 0.5) == []


def test_alike_rows_join_and_others_stay_alone():
    likeness = [[1, 0.9, 0.1, 0.8], [0.9, 1, 0.0, 0.9], [0.1, 0.0, 1, 0.2], [0.8, 0.9, 0.2, 1]]
    assert rows_of(likeness, 0.5) == [[0, 1, 3], [2]]


def test_a_chain_of_neighbours_is_no_cluster():
    # Each is like the next one only: the mean between the ends does not suffice.
    likeness = [[1, 0.7, 0, 0], [0.7, 1, 0.6, 0], [0, 0.6, 1, 0.7], [0, 0, 0.7, 1]]
    assert rows_of(likeness, 0.5) == [[0, 1], [2, 3]]


def test_equal_rows_join_wherever_they_are():
    assert rows_of(np.ones((5, 5)), 0.5) == [[0, 1, 2, 3, 4]]


def naive(likeness, least):
    """Join the likest pair again and again."""
    clusters = [[row] for row in range(len(likeness))]
    while len(clusters) > 1:
        pairs = [
            (likeness[np.ix_(a, b)].mean(), i, j)
            for i, a in enumerate(clusters)
            for j, b in enumerate(clusters[:i])
        ]
        best, i, j = max(pairs)
        if best < least:
            break
        clusters[j] += clusters.pop(i)
    return sorted(sorted(cluster) for cluster in clusters)


@given(st.integers(0, 1_000), st.integers(1, 24))
def test_chains_find_what_joining_the_likest_pair_finds(seed, count):
    vectors = unit_vectors(count, 3, seed)
    likeness = vectors @ vectors.T
    found = sorted(cluster.tolist() for cluster in clusters_of(likeness, 0.4))
    assert found == naive(likeness.astype(np.float64), 0.4)


@given(st.integers(0, 1_000))
def test_the_order_of_questions_does_not_matter(seed):
    vectors = unit_vectors(20, 3, seed)
    order = np.random.default_rng(seed).permutation(20)
    plain = clusters_of(vectors @ vectors.T, 0.5)
    shuffled = clusters_of(vectors[order] @ vectors[order].T, 0.5)
    assert {frozenset(rows.tolist()) for rows in plain} == {
        frozenset(order[rows].tolist()) for rows in shuffled
    }


def test_the_medoid_is_likest_to_all_and_what_spreads_from_it_differs():
    likeness = np.array([[1, 0.9, 0.6], [0.9, 1, 0.8], [0.6, 0.8, 1]], np.float32)
    assert medoid(likeness) == 1
    assert spread(likeness, 1, 2) == [1, 2]
    assert spread(likeness, 1, 9) == [1, 2, 0]
