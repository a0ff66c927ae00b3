"""The indexes of a snapshot: what is written is found again, by words, vectors and filters."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.errors import StalePageToken, UnknownItem
from concierge.retrieval.filters import Filter, rows_with_tag
from concierge.retrieval.lexical import LexicalIndex
from concierge.retrieval.lexical_writer import K1, B, LexicalWriter
from concierge.retrieval.paging import read_token, write_token
from concierge.retrieval.ranking import best_rows
from concierge.retrieval.vectors import VectorIndex, quantise
from tests.builders import make_product
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import catalogue_of, unit_vectors


def lexical_index(folder, texts):
    arrays = ArraysWriter(folder)
    writer = LexicalWriter(folder, arrays)
    for text in texts:
        writer.add([(text, 1.0)])
    writer.finish()
    arrays.finish()
    return LexicalIndex(Arrays.open(folder), len(texts))


def test_a_catalogue_is_few_files_since_each_is_a_request_at_a_cold_start(tmp_path):
    catalogue_of(tmp_path, [make_product()], WordEncoder())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "arrays.safetensors",
        "manifest.json",
        "products.jsonl",
    ]


def test_bm25_scores_are_those_of_the_formula(tmp_path):
    index = lexical_index(tmp_path, ["red mug", "red red kettle with lid", "blue plate"])
    idf = math.log1p((3 - 2 + 0.5) / (2 + 0.5))
    mean = (2 + 5 + 2) / 3
    expected = [
        idf * frequency / (frequency + K1 * (1 - B + B * length / mean))
        for frequency, length in ((1, 2), (2, 5), (0, 2))
    ]
    assert index.scores("red") == pytest.approx(expected, rel=1e-5)


def test_chinese_words_are_found_without_spaces(tmp_path):
    index = lexical_index(tmp_path, ["无线蓝牙耳机", "跑步鞋", "red mug"])
    assert int(index.scores("蓝牙耳机").argmax()) == 0
    assert int(index.scores("跑步").argmax()) == 1


def test_overlap_is_one_for_the_same_words_and_less_for_more_or_fewer(tmp_path):
    index = lexical_index(tmp_path, ["how long does delivery take", "red mug"])
    assert index.overlap("Does delivery take how long?")[0] == pytest.approx(1.0)
    assert index.overlap("delivery take")[0] < 0.8
    assert index.overlap("how long does delivery take by zeppelin")[0] < 0.95
    assert index.overlap("delivery take")[1] == 0


def test_relevance_never_exceeds_one(tmp_path):
    index = lexical_index(tmp_path, ["mug mug mug mug mug", "red mug"])
    assert 0 < index.relevance("mug").max() < 1
    assert index.relevance("mug zeppelin").max() < index.relevance("mug").max()


def test_a_query_without_words_scores_nothing(tmp_path):
    index = lexical_index(tmp_path, ["red mug"])
    assert not index.scores("?! …").any()
    assert not index.overlap("").any()


def test_int8_vectors_keep_their_cosines():
    vectors = unit_vectors(500, 384)
    index = VectorIndex(*quantise(vectors))
    assert index.similarities(vectors[3]) == pytest.approx(vectors @ vectors[3], abs=0.01)
    assert int(index.similarities(vectors[3]).argmax()) == 3


def test_a_zero_vector_is_like_nothing():
    index = VectorIndex(*quantise(np.zeros((2, 8), np.float32)))
    assert not index.similarities(np.ones(8, np.float32)).any()


def test_products_are_found_by_id_whatever_the_id(tmp_path):
    ids = ["a b", "🎧", "x" * 256, "杯子"]
    catalogue = catalogue_of(tmp_path, [make_product(item_id=item_id) for item_id in ids])
    assert [catalogue.product(item_id).item_id for item_id in ids] == ids
    with pytest.raises(UnknownItem, match="no item 'mug'"):
        catalogue.product("mug")


def test_an_empty_catalogue_opens_and_finds_nothing(tmp_path):
    catalogue = catalogue_of(tmp_path, [], WordEncoder())
    assert len(catalogue) == 0
    assert not len(catalogue.lexical.scores("mug"))
    assert Filter(brands=("Hearth",)).mask(catalogue).tolist() == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["cup", "lamp", "mug"]),
        (Filter(categories=("Kitchen",)), ["cup", "mug"]),
        (Filter(categories=("kitchen > mugs",)), ["mug"]),
        (Filter(categories=("Kit",)), []),
        (Filter(categories=(" > ",)), []),
        (Filter(brands=("hearth",)), ["mug"]),
        (Filter(price_min=10), ["lamp", "mug"]),
        (Filter(price_max=12.5), ["cup", "mug"]),
        (Filter(in_stock=False), ["lamp"]),
        (Filter(languages=("zh",)), ["cup", "lamp"]),
        (Filter(languages=("en-GB",)), ["lamp", "mug"]),
        (Filter(categories=("Kitchen",), price_min=10), ["mug"]),
    ],
)
def test_filters_keep_what_they_say(tmp_path, wanted, expected):
    catalogue = catalogue_of(
        tmp_path,
        [
            make_product(
                item_id="cup",
                category=("Kitchen", "Cups"),
                brand="Loam",
                price=4.0,
                language="zh-CN",
            ),
            make_product(
                item_id="lamp", category=("Living",), brand="", price=80.0, in_stock=False
            ),
            make_product(item_id="mug", price=12.5, language="en"),
        ],
    )
    kept = np.flatnonzero(wanted.mask(catalogue))
    assert [catalogue.product_at(row).item_id for row in kept] == expected


def test_a_product_without_a_price_passes_no_price_filter(tmp_path):
    catalogue = catalogue_of(tmp_path, [make_product(price=None)])
    assert not Filter(price_min=0.0).mask(catalogue).any()


@pytest.mark.parametrize("tag", ["category:Kitchen", "brand:Hearth", "price:10-25"])
def test_the_tags_of_a_product_select_it(tmp_path, tag):
    catalogue = catalogue_of(
        tmp_path, [make_product(), make_product(item_id="z", category=(), brand="", price=300.0)]
    )
    assert tag in make_product().tags
    assert rows_with_tag(catalogue, tag).tolist() == [True, False]


@pytest.mark.parametrize(
    "tag", ["price:abc", "price:", "price:-5", "price:nan", "category:", "category:>", "x", ""]
)
def test_a_tag_that_means_nothing_selects_nothing(tmp_path, tag):
    catalogue = catalogue_of(tmp_path, [make_product()])
    assert rows_with_tag(catalogue, tag).tolist() == [False]


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0]), min_size=1, max_size=60),
    st.integers(1, 70),
)
def test_best_rows_are_those_of_a_full_sort(values, count):
    scores = np.array(values, np.float32)
    allowed = np.arange(len(values)) % 3 != 1
    ordered = sorted(np.flatnonzero(allowed), key=lambda row: (-scores[row], row))
    assert best_rows(scores, allowed, count).tolist() == ordered[:count]


def test_a_page_token_only_serves_its_own_request():
    token = write_token(25, "key")
    assert read_token(token, "key") == 25
    assert read_token(None, "key") == 0
    for bad, key in ((token, "other"), ("x", "key"), (write_token(-1, "key"), "key"), ("é", "key")):
        with pytest.raises(StalePageToken):
            read_token(bad, key)
