"""The nearest vectors: all of them in small snapshots, nearly all in large ones, fewer compared."""

import tracemalloc

import numpy as np
import pytest

from concierge.artifacts.arrays import FILE_NAME, Arrays, ArraysWriter
from concierge.retrieval import vectors as retrieval_vectors
from concierge.retrieval.catalogue_snapshot import CatalogueSnapshot, CatalogueWriter
from concierge.retrieval.clusters import Clusters, write_clusters
from concierge.retrieval.ranking import best_rows
from concierge.retrieval.vectors import VectorIndex, VectorsWriter, quantise
from tests.builders import make_product
from tests.fakes.snapshots import unit_vectors

DIMENSIONS = 16
COUNT = 50
GROUPS = 250
LARGE = retrieval_vectors.FEWEST_CLUSTERED


def written(folder, vectors, **options):
    folder.mkdir(exist_ok=True)
    arrays = ArraysWriter(folder)
    writer = VectorsWriter(arrays, vectors.shape[1], **options)
    writer.append(*quantise(vectors), [], len(vectors))
    writer.cluster()
    arrays.finish()
    return Arrays.open(folder)


def exactly(index, query, allowed=None):
    every = np.ones(len(index), np.bool_)
    return best_rows(index.similarities(query), every if allowed is None else allowed, COUNT)


def grouped(rows):
    """Vectors around the centres of groups, the groups in turn."""
    centres = unit_vectors(GROUPS, DIMENSIONS)
    noise = np.random.default_rng(3).normal(scale=0.05, size=(rows, DIMENSIONS))
    return (centres[np.arange(rows) % GROUPS] + noise).astype(np.float32)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return written(tmp_path_factory.mktemp("large"), grouped(LARGE))


@pytest.fixture(scope="module")
def index(large):
    return VectorIndex.open(large)


def test_a_small_snapshot_has_no_clusters_and_finds_exactly_the_nearest(tmp_path):
    vectors = unit_vectors(2_000, DIMENSIONS)
    arrays = written(tmp_path, vectors)
    index = VectorIndex.open(arrays)
    assert "cluster_members" not in arrays
    for query in vectors[:20]:
        assert index.nearest(query, COUNT).tolist() == exactly(index, query).tolist()


def test_equally_similar_rows_are_in_their_order():
    index = VectorIndex(*quantise(np.ones((30, 4), np.float32)))
    assert index.nearest(np.ones(4, np.float32), 5).tolist() == [0, 1, 2, 3, 4]


def test_no_more_rows_are_found_than_there_are(tmp_path):
    index = VectorIndex.open(written(tmp_path, unit_vectors(3, DIMENSIONS)))
    assert sorted(index.nearest(np.ones(DIMENSIONS, np.float32), COUNT)) == [0, 1, 2]
    empty = VectorIndex(np.empty((0, DIMENSIONS), np.int8), np.empty(0, np.float32))
    assert not len(empty.nearest(np.ones(DIMENSIONS, np.float32), COUNT))


@pytest.mark.parametrize("rows", [[], [7], [5, 2, 2], range(0, 2_000, 3), range(1_999, -1, -1)])
def test_similarities_of_some_rows_are_those_of_all(rows):
    vectors = unit_vectors(2_000, DIMENSIONS)
    index = VectorIndex(*quantise(vectors))
    chosen = np.array(rows, np.intp)
    expected = index.similarities(vectors[9])[chosen]
    assert index.similarities_at(vectors[9], chosen).tolist() == expected.tolist()


def test_a_row_that_does_not_exist_has_no_similarity():
    index = VectorIndex(*quantise(unit_vectors(10, DIMENSIONS)))
    with pytest.raises(IndexError):
        index.similarities_at(np.ones(DIMENSIONS, np.float32), np.array([10]))


def test_a_large_snapshot_finds_what_lies_in_the_groups_of_a_query(index):
    for query in grouped(GROUPS)[:30]:
        assert index.nearest(query, COUNT).tolist() == exactly(index, query).tolist()


def test_what_is_near_comes_with_its_exact_similarity(index):
    every = np.ones(len(index), np.bool_)
    for query in grouped(GROUPS)[:10]:
        rows, similarities = index.near(query, every)
        assert len(rows) < LARGE
        assert len(np.unique(rows)) == len(rows)
        assert similarities.tolist() == index.similarities(query)[rows].tolist()
        assert set(exactly(index, query)) <= set(rows)


def test_a_filter_that_keeps_one_in_ten_thousand_misses_none(index):
    chance = np.random.default_rng(5)
    for query in unit_vectors(10, DIMENSIONS, seed=12):
        allowed = chance.random(len(index)) < 1e-4
        rows, similarities = index.near(query, allowed)
        assert rows.tolist() == np.flatnonzero(allowed).tolist()
        assert similarities.tolist() == index.similarities(query)[rows].tolist()
        assert index.nearest(query, COUNT, allowed).tolist() == [
            row for row in exactly(index, query, allowed) if allowed[row]
        ]


def test_a_filter_that_keeps_most_lets_nothing_else_through(index):
    allowed = np.arange(len(index)) % 3 > 0
    for query in grouped(GROUPS)[:10]:
        rows, _ = index.near(query, allowed)
        assert allowed[rows].all()
        assert set(exactly(index, query, allowed)) <= set(rows)


def test_what_lies_between_all_groups_is_mostly_found(index):
    queries = unit_vectors(30, DIMENSIONS, seed=11)
    found = [np.isin(exactly(index, q), index.nearest(q, COUNT)).mean() for q in queries]
    assert np.mean(found) > 0.95


def test_the_first_clusters_are_those_nearest_to_a_query(large):
    clusters = Clusters.open(large)
    query = grouped(1)[0]
    first, *_, last = clusters.nearest_first(query)
    vectors = grouped(LARGE)
    near, far = (vectors[clusters.members[places]] @ query for places in (first, last))
    assert near.min() > far.max()


def test_the_clusters_together_are_all_rows(large):
    clusters = Clusters.open(large)
    rows = [clusters.members[places] for places in clusters.nearest_first(grouped(1)[0])]
    assert np.sort(np.concatenate(rows)).tolist() == list(range(LARGE))


def test_a_row_keeps_its_vector_and_scale_in_a_large_snapshot(index):
    vectors = grouped(LARGE)
    rows, scales = quantise(vectors)
    assert np.allclose(index.rows([0, 7, LARGE - 1]), vectors[[0, 7, -1]], atol=0.01)
    assert index.quantised(7)[0].tolist() == rows[7].tolist()
    assert index.quantised(7)[1] == scales[7]
    similar = VectorIndex(rows, scales).similarities(vectors[7])
    assert index.similarities(vectors[7]).tolist() == similar.tolist()
    chosen = np.arange(0, LARGE, 999)
    assert index.similarities_at(vectors[7], chosen).tolist() == similar[chosen].tolist()


def test_only_allowed_rows_are_found_though_the_nearest_clusters_have_none(index):
    query = grouped(1)[0]
    allowed = np.arange(LARGE) % 2 == 1
    near = index.similarities(query) > 0.5
    allowed &= ~near
    found = index.nearest(query, COUNT, allowed)
    assert len(found) == COUNT
    assert allowed[found].all()
    assert np.isin(exactly(index, query, allowed), found).mean() > 0.9


def test_where_few_rows_are_allowed_exactly_the_nearest_are_found(index):
    allowed = np.zeros(LARGE, np.bool_)
    allowed[::101] = True
    for query in unit_vectors(20, DIMENSIONS, seed=12):
        expected = exactly(index, query, allowed)
        assert index.nearest(query, COUNT, allowed).tolist() == expected.tolist()


def test_where_nothing_is_allowed_nothing_is_found(index):
    assert not len(index.nearest(grouped(1)[0], COUNT, np.zeros(LARGE, np.bool_)))


def test_equal_vectors_make_equal_files(tmp_path):
    vectors = unit_vectors(3_000, DIMENSIONS)
    for name in ("one", "two"):
        written(tmp_path / name, vectors, fewest_clustered=1_000)
    one, two = ((tmp_path / name / FILE_NAME).read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("value", [0.0, 1.0], ids=["of length zero", "of one direction"])
def test_vectors_that_cannot_be_told_apart_are_all_kept(tmp_path, value):
    vectors = np.full((1_000, DIMENSIONS), value, np.float32)
    arrays = written(tmp_path, vectors, fewest_clustered=1_000)
    assert np.sort(Clusters.open(arrays).members).tolist() == list(range(1_000))
    assert VectorIndex.open(arrays).nearest(vectors[0], 3).tolist() == [0, 1, 2]


def test_a_snapshot_from_before_there_were_clusters_finds_exactly_the_nearest(tmp_path):
    vectors, scales = quantise(grouped(LARGE))
    writer = ArraysWriter(tmp_path)
    writer.column("vectors", np.int8, DIMENSIONS).append(vectors)
    writer.put("scales", scales)
    writer.finish()
    old = VectorIndex.open(Arrays.open(tmp_path))
    for query in unit_vectors(5, DIMENSIONS, seed=13):
        assert old.nearest(query, COUNT).tolist() == exactly(old, query).tolist()


def test_a_catalogue_is_clustered_from_the_given_size_on(tmp_path):
    rows, scales = quantise(unit_vectors(40, DIMENSIONS))
    for name, fewest in (("small", 41), ("large", 40)):
        (tmp_path / name).mkdir()
        writer = CatalogueWriter(tmp_path / name, DIMENSIONS, fewest)
        for number, (row, scale) in enumerate(zip(rows, scales, strict=True)):
            writer.add(make_product(item_id=f"{number:02}"), row, float(scale))
        writer.finish()
        arrays = Arrays.open(tmp_path / name)
        assert ("cluster_members" in arrays) == (name == "large")
        assert ("vectors" in arrays) == (name == "small")
        catalogue = CatalogueSnapshot.open(tmp_path / name)
        assert catalogue.vectors.nearest(catalogue.vectors.rows([7])[0], 1).tolist() == [7]


def test_a_catalogue_without_a_model_has_no_clusters(tmp_path):
    writer = CatalogueWriter(tmp_path, None, 1)
    writer.add(make_product())
    writer.finish()
    assert "cluster_members" not in Arrays.open(tmp_path)


def test_four_times_the_vectors_are_clustered_in_little_more_memory(tmp_path):
    def peak_mb(rows):
        folder = tmp_path / str(rows)
        folder.mkdir()
        arrays = ArraysWriter(folder)
        column = arrays.column("vectors", np.int8, 64)
        column.append(np.random.default_rng(5).integers(-127, 128, (rows, 64), np.int8))
        tracemalloc.start()
        write_clusters(arrays, column.mapped())
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        arrays.finish()
        return peak

    # As float32 they are 19 MB more; a block is compared with twice as many clusters.
    assert peak_mb(100_000) - peak_mb(25_000) < 10
