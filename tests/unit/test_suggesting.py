"""Completions: every beginning of a word, one mistake, the popular ones first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.errors import OldSnapshot
from concierge.retrieval.suggestions import (
    MOST_ENTRIES,
    Phrase,
    Suggestions,
    SuggestionsWriter,
    entries_of,
    folded,
    key_of,
)
from concierge.searching.suggesting import Suggester, Suggestion
from concierge.searching.typing_mistakes import begins_but_for_one, corrections, may_be_mistaken
from tests.builders import make_product
from tests.fakes.snapshots import catalogue_of, older_catalogue_of


class Popular:
    """How popular items are, by id, and what is asked for."""

    def __init__(self, by_item=None, queries=(), name="popular-1"):
        self.id = name
        self._by_item = by_item or {}
        self._queries = list(queries)

    def by_row(self, catalogue):
        ids = [product.item_id for product in catalogue.products()]
        return np.array([self._by_item.get(item_id, 0.0) for item_id in ids], np.float32)

    def queries(self):
        return self._queries


PRODUCTS = [
    make_product(item_id="h1", title="Wireless headphones", brand="Halden", category=("Audio", "Headphones")),
    make_product(item_id="h2", title="Café headphones, réd", brand="Tonwerk", category=("Audio", "Headphones")),
    make_product(item_id="h3", title="Headphones for sport", brand="Halden", category=("Audio", "Headphones")),
    make_product(item_id="s1", title="Stand for headphones", brand="Hedda", category=("Home", "Stands")),
    make_product(item_id="z1", title="蓝牙耳机", brand="", category=("Audio",)),
    make_product(item_id="z2", title="降噪蓝牙耳机 Pro", brand="小米", category=("Audio",), in_stock=False),
    make_product(item_id="m1", title="Mug", brand="Hearth", category=("Kitchen", "Mugs")),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogue_of(tmp_path_factory.mktemp("catalogue"), PRODUCTS)


def texts(catalogue, typed, limit=8, popular=None):
    return [each.text for each in Suggester().suggest(typed, limit, catalogue, popular)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("CAFE h", ["Café headphones, réd"]),
        ("red", ["Café headphones, réd"]),
        ("wireless  head", ["Wireless headphones"]),
        ("蓝牙", ["蓝牙耳机", "降噪蓝牙耳机 Pro"]),
        ("耳机", ["蓝牙耳机", "降噪蓝牙耳机 Pro"]),
        ("牙耳机 p", ["降噪蓝牙耳机 Pro"]),
        ("小", ["小米"]),
        ("  ", []),
        ("zzz", []),
        ("hea", ["Headphones", "Hearth", "Headphones for sport", "Wireless headphones", "Café headphones, réd",
                 "Stand for headphones"]),
    ],
)  # fmt: skip
def test_a_word_or_words_of_a_phrase_are_completed(catalogue, typed, expected):
    found = texts(catalogue, typed)
    assert sorted(found) == sorted(expected)


def test_each_completion_says_what_it_is(catalogue):
    popular = Popular(queries=[("headphones with microphone", 1.0)])
    found = Suggester().suggest("h", 20, catalogue, popular)
    assert {(each.text, each.kind) for each in found} >= {
        ("Headphones", "category"),
        ("Home", "category"),
        ("Halden", "brand"),
        ("Headphones for sport", "product"),
        ("headphones with microphone", "query"),
    }


def test_the_popular_come_first_and_what_is_out_of_stock_is_not_popular(catalogue):
    popular = Popular({"s1": 1.0, "h2": 0.5, "z2": 0.9, "z1": 0.1})
    products = [
        each for each in texts(catalogue, "headphones", popular=popular) if each != "Headphones"
    ]
    assert products[:2] == ["Stand for headphones", "Café headphones, réd"]
    assert texts(catalogue, "蓝牙", popular=popular) == ["蓝牙耳机", "降噪蓝牙耳机 Pro"]


def test_of_the_equally_popular_those_that_begin_so_come_first(catalogue):
    found = texts(catalogue, "headphones", popular=Popular({"m1": 1.0}))
    assert found[:2] == ["Headphones", "Headphones for sport"]


def test_a_text_is_suggested_once_however_it_is_written(catalogue):
    popular = Popular(queries=[("headphones", 0.1), ("mug", 0.9)])
    assert texts(catalogue, "mug", popular=popular) == ["mug", "Mugs"]
    assert [each.casefold() for each in texts(catalogue, "head", popular=popular)].count(
        "headphones"
    ) == 1


def test_no_more_than_asked_for_come_and_the_best_of_them(catalogue):
    popular = Popular({"s1": 1.0}, [("headset", 0.95)])
    all_of_them = texts(catalogue, "h", 20, popular)
    for limit in range(1, 9):
        assert texts(catalogue, "h", limit, popular) == all_of_them[:limit]


@pytest.mark.parametrize(
    "typed",
    ["haedph", "hedphones", "headfon", "headphoness", "xeadpho", "headphonez", "wirless hea"],
)
def test_one_mistake_in_a_longer_word_is_forgiven(catalogue, typed):
    wanted = {"Wireless headphones"} if typed != "headfon" else set()
    assert wanted <= set(texts(catalogue, typed))


@pytest.mark.parametrize("typed", ["mgu", "mugg x", "hxxdphones", "蓝矛", "12345"])
def test_more_mistakes_or_one_in_a_short_word_are_not(catalogue, typed):
    assert texts(catalogue, typed) == []


def test_what_is_typed_right_is_not_corrected(catalogue):
    assert texts(catalogue, "head") == texts(catalogue, "HEAD ".strip())
    assert "Hedda" not in texts(catalogue, "head")
    assert texts(catalogue, "hedd") == ["Hedda"]


def test_what_is_popular_now_counts(catalogue):
    suggester = Suggester()
    assert suggester.suggest("kettle", 5, catalogue, None) == []
    asked = Popular(queries=[("kettle", 1.0)], name="popular-2")
    assert suggester.suggest("kett", 5, catalogue, asked) == [Suggestion("kettle", "query")]


def test_a_catalogue_of_an_older_version_says_that_it_is_to_be_imported(tmp_path):
    old = older_catalogue_of(tmp_path, PRODUCTS)
    with pytest.raises(OldSnapshot, match="import it again"):
        Suggester().suggest("mug", 5, old, None)


def test_an_empty_catalogue_suggests_nothing(tmp_path):
    empty = catalogue_of(tmp_path, [])
    assert Suggester().suggest("mug", 5, empty, None) == []
    assert Suggester().suggest("mugs", 5, empty, Popular(queries=[("mugs", 1.0)])) != []


def test_phrases_have_few_entries_however_long_they_are():
    assert len(list(entries_of("a " * 500))) == MOST_ENTRIES
    assert len(list(entries_of("红" * 1_000))) == MOST_ENTRIES


ALPHABET = "ab cé红牙ßﬁ A-'1🎧"
PHRASES = st.lists(
    st.text(ALPHABET, min_size=1, max_size=14).filter(str.strip),
    min_size=1,
    max_size=12,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(PHRASES, st.text(ALPHABET, min_size=1, max_size=12))
def test_the_index_on_disk_and_in_memory_finds_what_begins_so(tmp_path_factory, phrases, typed):
    folder = tmp_path_factory.mktemp("phrases")
    arrays = ArraysWriter(folder)
    writer = SuggestionsWriter(folder, arrays)
    for phrase in phrases * 2:
        writer.add(Phrase(phrase, "query"))
    writer.finish()
    arrays.finish()
    wanted = folded(typed)
    expected = sorted(
        (number, place)
        for number, phrase in enumerate(phrases)
        for start, place in entries_of(phrase)
        if start.decode().startswith(wanted)
    )
    for index in (
        Suggestions(Arrays.open(folder)),
        Suggestions.of(Phrase(each, "query") for each in phrases),
    ):
        assert [index.phrase(number).text for number in range(len(index))] == phrases
        span = index.beginning(wanted)
        found = zip(index.phrases[span].tolist(), index.places[span].tolist(), strict=True)
        assert sorted(found) == expected
        assert all(index.start(row).startswith(wanted) for row in range(span.start, span.stop))


WORDS = st.text("abcdefgh", min_size=5, max_size=14)


@given(WORDS, st.text("abcdefgh ", max_size=8), st.data())
def test_every_single_mistake_is_found_and_recognised(word, more, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdxyz"))
    typed = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    text = folded(f"{word}{more}")
    assert begins_but_for_one(text, typed)
    lows, highs = corrections(typed)
    assert ((lows <= key_of(text.encode())) & (key_of(text.encode()) <= highs)).any()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_typed_is_completed_or_not(catalogue, typed):
    found = Suggester().suggest(typed, 8, catalogue, None)
    assert len(found) <= 8
    assert may_be_mistaken(folded(typed)) or all(
        any(start.decode().startswith(folded(typed)) for start, _ in entries_of(each.text))
        for each in found
    )
