"""Words, meaning and categories as one relevance, and what is cut off."""

import numpy as np
import pytest

from concierge.searching.fusion import LOOSE, STRICT, Signals, fuse
from concierge.searching.shelves import shelf_relevance


def signal(*values):
    return np.array(values, np.float32)


class Column:
    """Categories by row; the first of the values is none at all."""

    values = ("", "Mugs", "Lamps")

    def __init__(self, *codes):
        self.codes = np.array(codes, np.int32)


@pytest.mark.parametrize("ratio", [0.0, 0.25, 0.5, 1.0])
def test_parts_are_the_signals_in_the_proportion_asked_for(ratio):
    columns, _ = fuse(Signals(signal(0.8, 0.2), signal(0.6, 0.4)), ratio, STRICT)
    assert columns["lexical"].tolist() == pytest.approx([0.8 * (1 - ratio), 0.2 * (1 - ratio)])
    assert columns["semantic"].tolist() == pytest.approx([0.6 * ratio, 0.4 * ratio])


def test_a_tail_that_neither_words_nor_meaning_support_is_cut_off():
    words, cosines = signal(0.8, 0.1, 0.0, 0.0), signal(0.7, 0.2, 0.5, 0.3)
    _, found = fuse(Signals(words, cosines), 0.5, STRICT)
    assert found.tolist() == [True, False, True, False]


def test_cosines_of_a_language_with_smaller_ones_are_made_comparable():
    columns, found = fuse(Signals(None, signal(0.5, 0.17), 0.8), 1.0, STRICT)
    assert columns["semantic"].tolist() == pytest.approx([0.625, 0.2125])
    assert found.tolist() == [True, False]


def test_where_no_word_matches_meaning_must_be_closer():
    cosines = signal(0.6, 0.3)
    _, beside_words = fuse(Signals(signal(0.05, 0.0), cosines), 0.5, STRICT)
    _, alone = fuse(Signals(signal(0.0, 0.0), cosines), 0.5, STRICT)
    assert beside_words.tolist() == [True, True]
    assert alone.tolist() == [True, False]


def test_noise_is_not_found_however_loosely_asked():
    _, found = fuse(Signals(signal(0.0, 0.0), signal(0.1, -0.2)), 0.5, LOOSE)
    assert not found.any()


def test_negative_cosines_take_nothing_away():
    columns, _ = fuse(Signals(signal(0.5), signal(-0.3)), 0.5, STRICT)
    assert columns["semantic"].tolist() == [0.0]


def test_a_category_vouches_by_its_two_best():
    shelf = shelf_relevance(
        Column(1, 2, 1, 1, 0, 0), np.arange(6), signal(0.5, 0.8, 0.9, 0.1, 1.0, 1.0)
    )
    assert shelf.tolist() == pytest.approx([0.7, 0.4, 0.7, 0.7, 0.0, 0.0])


def test_only_the_rows_found_vouch_for_a_category():
    shelf = shelf_relevance(Column(1, 1, 1), np.array([0, 2]), signal(0.2, 0.4))
    assert shelf.tolist() == pytest.approx([0.3, 0.3])
    assert len(shelf_relevance(Column(1), np.zeros(0, np.intp), signal())) == 0
