"""What a query may mean to an index: typos, compounds, exact things, phrases, synonyms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.retrieval.lexical import LexicalIndex
from concierge.retrieval.lexical_writer import LexicalWriter
from concierge.retrieval.query_words import MOST_CORRECTED
from concierge.retrieval.synonyms import SynonymGroup, Synonyms
from concierge.retrieval.word_query import Correction, WordMatch

TITLES = [
    "Wireless Headphones H40",
    "Copper Kettle 1.7 l",
    "T-Shirt with Pocket",
    "USB-C Cable 10 ft",
    "USB-C Cable 6 ft",
    "Memory Stick 32GB",
    "Memory Stick 64 GB",
    "Three-Seat Sofa",
    "无线蓝牙耳机",
    "灰色沙发",
    "The Who: My Generation",
    "The Kitchen Knife of the House",
    "Head Phones for Children",
    "Noise Meter WH-1000XM4",
    "Camera Harness",
]


class _Views(dict):
    """The arrays of a snapshot, less some."""


def index_of(folder, titles, without=()):
    arrays = ArraysWriter(folder)
    writer = LexicalWriter(folder, arrays)
    for title in titles:
        writer.add([(title, 3.0)], paired=1)
    writer.finish()
    arrays.finish()
    opened = Arrays.open(folder)
    names = ("tokens", "ends", "weights", "rows", "scores", "row_weights")
    if without == "vocabulary":
        opened = _Views({f"lexical_{name}": opened[f"lexical_{name}"] for name in names})
    return LexicalIndex(opened, len(titles))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return index_of(tmp_path_factory.mktemp("index"), TITLES)


def found(index, query, **more):
    scores = index.scores(index.analyse(query, **more))
    return [TITLES[row] for row in (-scores).argsort(kind="stable") if scores[row] > 0]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("headphnes", "Wireless Headphones H40"),
        ("haedphones wirless", "Wireless Headphones H40"),
        ("kettel", "Copper Kettle 1.7 l"),
        ("lettle", "Copper Kettle 1.7 l"),
        ("harnes", "Camera Harness"),
        ("tshirt", "T-Shirt with Pocket"),
        ("t shirts", "T-Shirt with Pocket"),
        ("usbc", "USB-C Cable 10 ft"),
        ("sofaseat", "Three-Seat Sofa"),
        ("camera harnesses", "Camera Harness"),
        ("wh1000xm4", "Noise Meter WH-1000XM4"),
        ("WH 1000 XM4", "Noise Meter WH-1000XM4"),
        ("h-40", "Wireless Headphones H40"),
        ("cable of 10 feet", "USB-C Cable 10 ft"),
        ("10英尺", "USB-C Cable 10 ft"),
        ("32 gb", "Memory Stick 32GB"),
        ("64gb", "Memory Stick 64 GB"),
        ("藍牙耳機", "无线蓝牙耳机"),
        ("the who", "The Who: My Generation"),
    ],
)
def test_what_is_written_otherwise_is_found_first(index, query, first):
    assert found(index, query)[0] == first


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("32GB", "Memory Stick 64 GB"),
        ("10ft", "USB-C Cable 6 ft"),
        ("h41", "Wireless Headphones H40"),
    ],
)
def test_exact_things_find_no_others(index, query, other):
    assert other not in found(index, query)


def test_a_joined_word_finds_what_is_written_apart(index):
    assert set(found(index, "headphones")) == {TITLES[0], TITLES[12]}
    assert set(found(index, "head phones")) == {TITLES[0], TITLES[12]}


def test_a_corrected_word_counts_for_less_than_a_right_one(index):
    right, wrong = index.relevance("headphones")[0], index.relevance("headphnes")[0]
    assert 0 < wrong < right


def test_corrections_say_what_was_typed_and_what_was_meant(index):
    query = index.analyse("wirless headphnes")
    assert query.corrections == (
        Correction("wirless", "wireless"),
        Correction("headphnes", "headphones"),
    )
    assert query.corrected == "wireless headphones"
    assert index.analyse("WIRLESS Headphones!").corrected == "wireless Headphones!"
    assert index.analyse("wireless headphones").corrected is None


def test_only_so_many_words_of_a_query_are_corrected(index):
    words = [f"headph{letter}nes" for letter in "abcdefghijklmnpqrstuvwxyz"]
    assert len(index.analyse(" ".join(words)).corrections) == MOST_CORRECTED


def test_a_number_that_is_in_a_measure_counts_again_by_itself(index):
    words = index.analyse("10 ft cable 10").words
    assert [word.token for word in words] == ["120in", "cable", "10"]


def test_words_spelt_right_are_left_alone(index):
    assert found(index, "settle")
    assert not found(index, "settle", is_word={"settle"}.__contains__)


def test_words_without_a_likeness_stay_unknown(index):
    query = index.analyse("zeppelin kettle")
    assert query.unknown == ("zeppelin",)
    assert query.corrections == ()


def test_words_that_stand_together_count_more(tmp_path):
    index = index_of(tmp_path, ["red wine glass", "red glass wine", "wine", "glass", "red"])
    scores = index.scores("wine glass")
    assert scores[0] > scores[1] > 0


def test_relevance_never_exceeds_one_whatever_the_readings(index):
    for query in (*TITLES, "headphnes", "t shirt", "head phones", "10ft usbc"):
        assert index.relevance(query).max() <= 1


def test_a_large_catalogue_keeps_the_pairs_of_several_titles_alone(tmp_path):
    titles = ["Head Phones", "Head Phones for Children", "Tea Spoon", "T-Shirt", "6 ft rope"]
    arrays = ArraysWriter(tmp_path)
    writer = LexicalWriter(tmp_path, arrays, all_pairs_rows=4)
    for title in titles:
        writer.add([(title, 3.0)], paired=1)
    writer.finish()
    arrays.finish()
    index = LexicalIndex(Arrays.open(tmp_path), len(titles))
    assert index.scores("headphones").astype(bool).tolist() == [True, True, False, False, False]
    assert not index.analyse("teaspoon").words[0].is_known
    assert [bool(index.scores(query).any()) for query in ("tshirt", "72in", "tea spoon")] == [
        True
    ] * 3


def test_function_words_count_little_beside_others(tmp_path):
    index = index_of(tmp_path, ["where do you sit", "hammock for two", "red mug", "blue mug"])
    scores = index.scores("do you sell hammocks")
    assert scores[1] > scores[0] > 0


def test_function_words_count_where_there_are_no_others(index):
    assert found(index, "who")[0] == "The Who: My Generation"
    assert index.relevance("who")[10] > 0.3


def test_single_characters_of_a_chinese_word_count_little(tmp_path):
    index = index_of(tmp_path, ["太阳帽", "帽子", "桌子", "red mug"])
    scores = index.scores("帽子")
    assert scores[1] > 2 * max(scores[0], scores[2]) > 0


SYNONYMS = Synonyms(
    "id",
    [
        SynonymGroup(("sofa", "couch", "沙发"), ("sofa", "couch", "沙发")),
        SynonymGroup(("ear buds",), ("wireless headphones",)),
        SynonymGroup(("jug",), ("kettle",), "en"),
    ],
)


@pytest.mark.parametrize(
    ("query", "results"),
    [
        ("couch", {"Three-Seat Sofa", "灰色沙发"}),
        ("沙發", {"Three-Seat Sofa", "灰色沙发"}),
        ("sofas", {"Three-Seat Sofa", "灰色沙发"}),
        ("ear buds", {"Wireless Headphones H40"}),
        ("jug", {"Copper Kettle 1.7 l"}),
    ],
)
def test_synonyms_are_found_in_both_languages(index, query, results):
    assert set(found(index, query, expand=SYNONYMS.expander("en"))) == results


def test_a_group_of_one_language_holds_for_no_other(index):
    assert not found(index, "jug", expand=SYNONYMS.expander("zh"))


def test_one_way_synonyms_do_not_lead_back(index):
    assert (
        index.analyse("wireless headphones", SYNONYMS.expander("en")).words
        == index.analyse("wireless headphones").words
    )


def test_synonyms_whose_words_no_product_has_together_find_nothing(index):
    apart = SynonymGroup(("zeppelin",), ("copper sofa", "camera kettle"))
    assert not found(index, "zeppelin", expand=Synonyms("id", [apart]).expander("en"))


def test_a_synonym_counts_for_less_than_the_word_itself(index):
    assert found(index, "sofa", expand=SYNONYMS.expander("en")) == ["Three-Seat Sofa", "灰色沙发"]


@pytest.mark.parametrize(
    ("query", "row", "match"),
    [
        ("kettle", 1, WordMatch("kettle", "exact", "kettle")),
        ("kettles", 1, WordMatch("kettles", "stem", "kettle")),
        ("kettel", 1, WordMatch("kettel", "typo", "kettle")),
        ("tshirt", 2, WordMatch("tshirt", "exact", "tshirt")),
        ("copperkettle", 1, WordMatch("copperkettle", "exact", "copperkettle")),
        ("couch", 7, WordMatch("couch", "synonym", "sofa")),
    ],
)
def test_matches_tell_how_a_word_was_found(index, query, row, match):
    analysed = index.analyse(query, SYNONYMS.expander("en"))
    assert match in index.matches(analysed, row)


def test_a_word_that_a_row_lacks_does_not_match(index):
    assert [match.text for match in index.matches("copper sofa", 1)] == ["copper"]


def test_an_index_of_an_earlier_version_finds_words_and_corrects_none(tmp_path):
    index = index_of(tmp_path, TITLES, without="vocabulary")
    assert found(index, "kettle")
    assert index.analyse("kettel").corrections == ()
    assert not found(index, "kettel")


def test_misspelt_questions_are_alike_where_they_were_analysed(index):
    asked = "coper kettle 1.7 l"
    right = index.overlap("copper kettle 1.7 l")[1]
    assert right == pytest.approx(1.0)
    assert index.overlap(asked)[1] < index.overlap(index.analyse(asked))[1] < right


@given(st.text(max_size=60))
def test_any_query_is_scored_within_bounds(index, query):
    analysed = index.analyse(query, SYNONYMS.expander("en"))
    assert ((index.relevance(analysed) >= 0) & (index.relevance(analysed) <= 1)).all()
    assert ((index.overlap(analysed) >= 0) & (index.overlap(analysed) <= 1)).all()


@given(st.lists(st.sampled_from([*TITLES, "couch", "headphnes", "10 ft", "!"]), max_size=4))
def test_every_row_with_a_score_tells_a_match(index, parts):
    analysed = index.analyse(" ".join(parts), SYNONYMS.expander("en"))
    for row, score in enumerate(index.scores(analysed)):
        assert bool(index.matches(analysed, row)) == (score > 0)
