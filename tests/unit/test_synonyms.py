"""The synonyms file: what it says, every mistake at its pointer, and how it comes into force."""

import json
import re
from pathlib import Path

import pytest

from concierge.errors import BrokenFile, InvalidConfiguration
from concierge.retrieval.live import Live
from concierge.retrieval.synonyms_document import MOST_WORDS, read_synonyms
from concierge.retrieval.synonyms_snapshot import SYNONYMS
from concierge.retrieval.word_query import Expansion
from tests.fakes.importing import Shop

GUIDE = Path(__file__).parents[2] / "docs/search-words.md"


def document(*groups):
    return json.dumps({"format": 1, "groups": groups})


def mistakes(*groups):
    with pytest.raises(InvalidConfiguration) as caught:
        read_synonyms(document(*groups))
    return dict(caught.value.mistakes)


def expanded(synonyms, *units, language="en"):
    return synonyms.expander(language)(units)


def test_the_example_of_the_guide_is_valid():
    (example,) = re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    synonyms = read_synonyms(example)
    assert len(synonyms.groups) == 3
    assert expanded(synonyms, "沙", "发") == [Expansion(0, 2, ("sofa", "couch"))]
    assert expanded(synonyms, "jumper", language="zh") == []


def test_words_of_a_group_lead_to_all_others_in_any_number_and_script():
    synonyms = read_synonyms(document({"words": ["Running Shoes", "跑步鞋", "trainers"]}))
    assert expanded(synonyms, "red", "running", "shoe") == [Expansion(1, 3, ("跑步鞋", "trainers"))]
    assert expanded(synonyms, "running") == []


def test_what_is_asked_one_way_does_not_lead_back():
    synonyms = read_synonyms(document({"from": ["sneaker"], "to": ["trainers"]}))
    assert expanded(synonyms, "sneaker") == [Expansion(0, 1, ("trainers",))]
    assert expanded(synonyms, "trainer") == []


@pytest.mark.parametrize(
    ("group", "pointer", "detail"),
    [
        ({"words": ["sofa"]}, "/words", "needs at least 2"),
        ({"words": ["sofa", "Sofas"]}, "/words/1", "the same as /groups/1/words/0"),
        ({"words": ["sofa", "?!"]}, "/words/1", "neither a letter nor a digit"),
        ({"words": ["sofa", ""]}, "/words/1", "must not be empty"),
        ({"words": ["sofa", "\x00a"]}, "/words/1", "control characters"),
        ({"words": ["sofa", 3]}, "/words/1", "must be text"),
        ({"words": [f"w{n}" for n in range(MOST_WORDS + 1)]}, "/words", "at most 50"),
        ({"words": "sofa, couch"}, "/words", "must be a list"),
        ({"from": ["sofa"]}, "", "needs either 'words'"),
        ({"from": [], "to": ["sofa"]}, "/from", "needs at least 1"),
        ({"words": ["a", "b"], "from": ["c"], "to": ["d"]}, "", "needs either 'words'"),
        ({"language": "English", "words": ["a", "b"]}, "/language", "is no language"),
        ({"words": ["a", "b"], "weight": 2}, "/weight", "is no known field"),
        ({}, "", "needs either 'words'"),
        ("sofa, couch", "", "must be an object"),
    ],
)
def test_every_mistake_names_its_group(group, pointer, detail):
    told = mistakes({"words": ["lamp", "light"]}, group)
    assert list(told) == [f"/groups/1{pointer}"]
    assert detail in told[f"/groups/1{pointer}"]


def test_no_json_is_told_by_its_line():
    with pytest.raises(BrokenFile, match="line 1"):
        read_synonyms("sofa => couch")


def test_another_format_is_refused():
    with pytest.raises(InvalidConfiguration, match="only format"):
        read_synonyms('{"format": 2, "groups": []}')


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def in_force(shop, folder):
    return Live(shop.store, "synonyms", SYNONYMS.open, folder / "live", 0).get_or_none()


def test_a_file_in_the_inbox_comes_into_force(shop, tmp_path):
    report = shop.bring("synonyms/shop.json", document({"words": ["sofa", "couch"]}))
    assert (report["status"], report["counts"]) == ("completed", {"groups": 1})
    assert expanded(in_force(shop, tmp_path), "couch") == [Expansion(0, 1, ("sofa",))]


def test_a_broken_file_changes_nothing(shop, tmp_path):
    shop.bring("synonyms/shop.json", document({"words": ["sofa", "couch"]}))
    report = shop.bring("synonyms/shop.json", document({"words": ["sofa"]}))
    assert report["status"] == "rejected"
    assert "/groups/0/words" in report["reason"]
    assert len(in_force(shop, tmp_path).groups) == 1


def test_synonyms_come_as_json_and_nothing_else(shop):
    report = shop.bring("synonyms/shop.csv", "sofa,couch\n")
    assert report["status"] == "rejected"
    assert "synonyms" in report["reason"]
