"""Tokens, folding and the language of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.language.detection import detect
from concierge.language.stemming import stem
from concierge.language.tokens import fold, lexical_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Red Mugs, 32GB!", ["red", "mug", "32gb"]),
        ("蓝牙耳机", ["蓝", "牙", "耳", "机", "蓝牙", "牙耳", "耳机"]),
        ("Type-C快充线", ["type", "c", "快", "充", "线", "快充", "充线"]),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]),
        ("Crème brûlée", ["creme", "brulee"]),
        ("customer's", ["customer"]),
        ("1.5 l", ["1.5", "l"]),
        ("!?🎧", []),
    ],
)
def test_tokens(text, tokens):
    assert list(lexical_tokens(text)) == tokens


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("batteries", "battery"),
        ("brushes", "brush"),
        ("boxes", "box"),
        ("shoes", "shoe"),
        ("glasses", "glass"),
        ("glass", "glass"),
        ("plates", "plate"),
        ("bus", "bus"),
        ("gas", "gas"),
    ],
)
def test_plurals_and_singulars_meet(word, stemmed):
    assert stem(word) == stemmed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my parcel?", "en"),
        ("我的包裹在哪里？", "zh"),
        ("USB-C 快充线怎么退货", "zh"),
        ("Do you sell 茶 cups and saucers?", "en"),
        ("返品できますか", "ja"),
        ("", "en"),
        ("🎧", "en"),
    ],
)
def test_language_is_told_from_the_script(text, language):
    assert detect(text) == language


@given(st.text(max_size=200))
def test_any_text_can_be_folded_and_cut(text):
    assert fold(fold(text)) == fold(text)
    assert all(token.strip() for token in lexical_tokens(text))
