"""Misspelt words: how far apart words are, and which of a vocabulary are close."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.language.spelling import cost, distances, most_mistakes
from concierge.retrieval.vocabulary import Vocabulary, VocabularyWriter, signature_of

WORDS = st.text(alphabet="abcde", min_size=4, max_size=10)


def vocabulary(folder, words):
    arrays = ArraysWriter(folder)
    writer = VocabularyWriter(folder, arrays)
    writer.add(words)
    writer.finish()
    arrays.finish()
    return Vocabulary(Arrays.open(folder))


def alignment(one, other):
    """Return the distance by the textbook: optimal string alignment."""
    table = {(-1, column): column + 1 for column in range(-1, len(other))}
    table |= {(row, -1): row + 1 for row in range(-1, len(one))}
    for row, letter in enumerate(one):
        for column, its in enumerate(other):
            ways = [
                table[row - 1, column] + 1,
                table[row, column - 1] + 1,
                table[row - 1, column - 1] + (letter != its),
            ]
            if row and column and letter == other[column - 1] and one[row - 1] == its:
                ways.append(table[row - 2, column - 2] + 1)
            table[row, column] = min(ways)
    return table[len(one) - 1, len(other) - 1]


@given(WORDS, st.lists(WORDS, min_size=1, max_size=8), st.integers(1, 2))
def test_distances_of_many_words_are_those_of_the_textbook(word, others, most):
    others = [other for other in others if abs(len(other) - len(word)) <= most]
    rows = np.zeros((len(others), len(word) + most), np.uint8)
    for row, other in enumerate(others):
        rows[row, : len(other)] = list(other.encode())
    found = distances(word, rows, np.array([len(other) for other in others], np.intp), most)
    for other, distance in zip(others, found.tolist(), strict=True):
        assert min(distance, most + 1) == min(alignment(word, other), most + 1)


@given(WORDS, WORDS)
def test_an_edit_changes_at_most_two_bits_of_a_signature(one, other):
    changed = (signature_of(one) ^ signature_of(other)).bit_count()
    assert changed <= 2 * alignment(one, other) - abs(len(one) - len(other))


@given(st.lists(WORDS, max_size=20), WORDS, st.integers(1, 2))
def test_exactly_the_near_words_of_a_vocabulary_are_found(tmp_path_factory, words, typed, most):
    found = vocabulary(tmp_path_factory.mktemp("words"), words).near(typed, most)
    near = {word: alignment(typed, word) for word in words if alignment(typed, word) <= most}
    assert dict(found) == near


def test_a_vocabulary_keeps_each_word_once_and_no_others(tmp_path):
    words = ["mug", "kettle", "kettle", "h40x", "tèapot", "teapot", "x" * 30]
    kept = vocabulary(tmp_path, words)
    assert len(kept) == 2
    assert [word in kept for word in (*words, "kettles", "")] == [
        word in {"kettle", "teapot"} for word in (*words, "kettles", "")
    ]


@pytest.mark.parametrize(
    ("word", "most"),
    [
        ("mug", 0),
        ("kettl", 1),
        ("kettles", 1),
        ("headphon", 2),
        ("h40abc", 0),
        ("x" * 40, 0),
        ("", 0),
    ],
)
def test_long_words_may_have_two_mistakes_and_numbers_none(word, most):
    assert most_mistakes(word) == most


@pytest.mark.parametrize(
    ("typed", "likelier", "other"),
    [
        ("kettel", "kettle", "kettek"),
        ("mugg", "mug", "mugs"),
        ("blacj", "black", "blacz"),
        ("lamo", "lamp", "lamb"),
        ("panr", "pant", "want"),
    ],
)
def test_likely_mistakes_cost_less(typed, likelier, other):
    assert cost(typed, likelier) < cost(typed, other)


@given(WORDS)
def test_a_word_costs_nothing_to_be_itself(word):
    assert cost(word, word) == 0
