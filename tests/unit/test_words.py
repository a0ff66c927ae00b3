"""Words as shoppers write them: pieces of a text, measures, plurals, traditional characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.language.measures import measures
from concierge.language.pieces import LONGEST_WHOLE, pairs_of, pieces_of, units_of, wholes_of
from concierge.language.stemming import stem
from concierge.language.tokens import fold, lexical_tokens


def measured(text):
    return [piece.whole for piece in pieces_of(text) if piece.is_measure]


@pytest.mark.parametrize(
    "ways",
    [
        ("10 ft", "10ft", "10 feet", "10-foot", "10 foot cable", "10英尺", "120 inches"),
        ("1/2 in", "½ inch", '0.5"', "1/2-inch hose"),
        ("1½ in", "1 1/2 in", "1.5 inches"),
        ("32GB", "32 gb", "32 gigabytes", "３２ＧＢ"),
        ("3.5mm", "3.5 mm jack", "3.50 millimetres"),
        ("500毫升", "500ml", "500 ml", "五百毫升", "0.5 l", "半升"),
        ("10米", "10 m", "十米", "1,000 cm", "10公尺"),
        ("两公斤", "2 kg", "2000g", "2千克", "2公斤"),
        ("set of 3", "3 piece", "3pcs", "3-piece set", "3件套"),
        ("pack of 6", "6-pack", "6 pk", "6只装"),
        ("10x12", "10 x 12", "10×12", "10 x 12 cm"),
    ],
)
def test_a_measure_is_the_same_however_it_is_written(ways):
    assert len({measured(way)[0] for way in ways}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("32GB", "64GB"),
        ("10 ft", "10 in"),
        ("10 m", "10 mm"),
        ("1/2 in", "12 in"),
        ("5 g", "5 kg"),
        ("500 ml", "500 mm"),
        ("3 pack", "3 piece"),
    ],
)
def test_different_measures_stay_apart(one, other):
    assert measured(one) != measured(other)


@pytest.mark.parametrize(
    "text",
    [
        "3 in 1 charger",
        "6 in a box",
        "11/25/2026",
        "WH-1000M",
        "3升级版",
        "10克拉",
        "in",
        "2 mugs",
        "ft",
    ],
)
def test_what_only_looks_like_a_measure_is_none(text):
    assert measured(text) == []


@given(st.text(alphabet="0123456789 ./,x-inftmlgb十百半米升两", max_size=40))
def test_measures_lie_in_order_within_their_text(text):
    found = list(measures(fold(text)))
    ends = [0, *(measure.end for measure in found)]
    assert all(
        end <= measure.start < measure.end for end, measure in zip(ends, found, strict=False)
    )


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("T-Shirts", "tshirt"),
        ("USB-C", "usbc"),
        ("WH-1000XM4", "wh1000xm4"),
        ("ab_123/4", "ab1234"),
        ("all-in-one", "allinone"),
    ],
)
def test_words_tied_by_a_dash_are_one_word_too(text, whole):
    assert list(wholes_of(text)) == [whole]


def test_a_long_chain_is_no_word():
    assert list(wholes_of("-".join(["part"] * LONGEST_WHOLE))) == []


def test_neighbouring_words_are_pairs_and_chinese_is_none():
    assert list(pairs_of(lexical_tokens("Head Phones 耳机 case"))) == ["headphone"]


def test_units_are_words_and_single_characters():
    assert units_of("Running Shoes 沙發") == ["running", "shoe", "沙", "发"]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("knives", "knife"),
        ("shelves", "shelf"),
        ("scarves", "scarf"),
        ("dresses", "dress"),
        ("mice", "mouse"),
        ("hoodies", "hoodie"),
        ("batteries", "battery"),
        ("potatoes", "potato"),
        ("shoes", "shoe"),
        ("sizes", "size"),
        ("lenses", "lens"),
        ("bikinis", "bikini"),
        ("women's", "woman"),
        ("womens", "woman"),
        ("kids'", "kid"),
    ],
)
def test_plurals_meet_their_singular(plural, singular):
    assert list(lexical_tokens(plural)) == list(lexical_tokens(singular)) == [singular]


@pytest.mark.parametrize(("one", "other"), [("news", "new"), ("glass", "glas"), ("bus", "bu")])
def test_what_differs_is_not_merged(one, other):
    assert stem(one) != stem(other)


def test_traditional_characters_count_as_simplified_ones():
    assert list(lexical_tokens("無線藍牙耳機")) == list(lexical_tokens("无线蓝牙耳机"))


def test_a_simplified_character_is_never_folded_further():
    from concierge.language.traditional import TO_SIMPLIFIED

    assert not set(map(ord, TO_SIMPLIFIED.values())) & TO_SIMPLIFIED.keys()


@given(st.text(max_size=200))
def test_any_text_can_be_cut_into_pieces(text):
    pieces = list(pieces_of(text))
    assert [unit for piece in pieces for unit in units_of(piece.text)] == units_of(text)
    assert all(whole and " " not in whole for whole in wholes_of(text))
