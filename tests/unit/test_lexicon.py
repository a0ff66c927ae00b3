"""Words that were added to an encoder: found in any text, and nothing else is touched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from concierge.artifacts.manifest import describe_folder
from concierge.errors import BrokenArtifact
from concierge.language.lexicon import (
    FILE_NAME,
    Spelt,
    build_lexicon,
    open_lexicon,
    word_hash,
    write_lexicon,
)
from concierge.language.tokenizing import TextTokenizer

WORDS = {
    "蓝牙": (7, 8),
    "耳机": (9,),
    "牙": (10,),
    "蓝": (11,),
    "快充": (12, 13),
    "线": (14,),
    "T恤": (15,),
    "卡拉OK": (16, 17, 18),
    "号": (19,),
}
FOLDS = {"藍": "蓝", "線": "线", "機": "机", "１": "1", "８": "8", "Ｔ": "T", "，": ",", "。": "."}
LETTERS = set("蓝牙耳机快充线恤卡拉号藍線機")
CLS, SEP, UNKNOWN = 1, 2, 3


@pytest.fixture(scope="module")
def lexicon():
    return build_lexicon(WORDS, LETTERS, FOLDS)


@pytest.fixture
def tokenizer():
    names = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "type", "-", "c", ",", "18", "t", "a"]
    tokenizer = Tokenizer(models.WordPiece({n: i for i, n in enumerate(names)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", SEP), ("[CLS]", CLS))
    return tokenizer


def parts(lexicon, text):
    return [p if isinstance(p, str) else p.ids for p in lexicon.split(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("蓝牙耳机", [(7, 8), (9,)]),
        ("蓝耳机", [(11,), (9,)]),
        ("藍牙耳機", [(7, 8), (9,)]),
        ("Type-C快充线", ["Type-C", (12, 13), (14,)]),
        ("１８号", ["18", (19,)]),
        ("号，蓝", [(19,), ",", (11,)]),
        ("t恤", [(15,)]),
        ("Ｔ恤", [(15,)]),
        ("卡拉ok 蓝", [(16, 17, 18), " ", (11,)]),
        ("😀牙🎧", ["😀", (10,), "🎧"]),
        ("龘牙", ["龘", (10,)]),
        ("牙\ud800牙", [(10,), "\ufffd", (10,)]),
    ],
)
def test_longest_words_are_found_and_the_rest_is_left(lexicon, text, found):
    assert lexicon.covers(text)
    assert parts(lexicon, text) == found


@pytest.mark.parametrize("text", ["", "Type-C", "café １８", "ＡＢＣ，", "😀", "龘"])
def test_texts_without_a_letter_of_the_language_are_not_covered(lexicon, text):
    assert not lexicon.covers(text)


def test_a_foreign_word_is_not_cut_in_two(lexicon):
    assert parts(lexicon, "SHIRT恤") == ["SHIRT恤"]
    assert parts(lexicon, "卡拉OKAY") == ["卡拉OKAY"]


@given(st.text(alphabet=st.sampled_from([*LETTERS, *FOLDS, *"aT18 ,\n😀龘"]), max_size=60))
def test_every_character_is_in_one_part(lexicon, text):
    spelt = {ids: word for word, ids in WORDS.items()}
    folded = "".join(FOLDS.get(letter, letter) for letter in text)
    joined = "".join(
        part if isinstance(part, str) else spelt[part.ids] for part in lexicon.split(text)
    )
    assert joined.casefold() == folded.casefold()


def test_words_are_found_again_after_writing(lexicon, tmp_path):
    manifest = describe_folder(
        tmp_path, "model", details={"lexicon": write_lexicon(tmp_path, lexicon)}
    )
    manifest = describe_folder(tmp_path, "model", details=manifest.details)
    opened = open_lexicon(tmp_path, manifest)
    assert parts(opened, "Type-C快充线，蓝牙") == parts(lexicon, "Type-C快充线，蓝牙")
    assert opened.ids.dtype == np.uint16


def test_most_models_have_no_lexicon(tmp_path):
    assert open_lexicon(tmp_path, describe_folder(tmp_path, "model")) is None


@pytest.mark.parametrize("details", [{}, {"lexicon": {"words": 1, "longest": 0}}])
def test_a_lexicon_that_makes_no_sense_is_refused(lexicon, tmp_path, details):
    write_lexicon(tmp_path, lexicon)
    with pytest.raises(BrokenArtifact, match=FILE_NAME):
        open_lexicon(tmp_path, describe_folder(tmp_path, "model", details=details))


def test_capitals_of_the_latin_alphabet_do_not_count():
    assert word_hash("卡拉OK") == word_hash("卡拉ok") != word_hash("卡拉oj")


def test_texts_of_the_encoders_own_language_have_the_tokens_they_had(tokenizer, lexicon):
    texts = ["Type-C, 18", "", "unknown words", "a\u0301 １８", "c " * 50]
    before = TextTokenizer(tokenizer, 16).ids(texts)
    assert TextTokenizer(tokenizer, 16, lexicon).ids([*texts, "蓝牙"])[:-1] == before


def test_words_stand_between_the_tokens_of_the_tokenizer(tokenizer, lexicon):
    (ids,) = TextTokenizer(tokenizer, 16, lexicon).ids(["Type-C快充线，18号"])
    assert ids == [CLS, 4, 5, 6, 12, 13, 14, 7, 8, 19, SEP]


def test_long_texts_are_cut_with_their_last_special_token(tokenizer, lexicon):
    (ids,) = TextTokenizer(tokenizer, 8, lexicon).ids(["蓝牙耳机" * 9])
    assert (len(ids), ids[0], ids[-1]) == (8, CLS, SEP)


def test_a_character_that_no_dictionary_has_is_unknown(tokenizer, lexicon):
    (ids,) = TextTokenizer(tokenizer, 8, lexicon).ids(["龘牙"])
    assert ids == [CLS, UNKNOWN, 10, SEP]


def test_a_spelling_is_a_value():
    assert Spelt((1, 2)) == Spelt((1, 2))
