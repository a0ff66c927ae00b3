"""How search is judged: files that say what is wrong with them, and figures known beforehand."""

import json
import math
from pathlib import Path

import pytest

from benchmarks.bench_search import JUDGED, SHOP
from benchmarks.evaluate_search import CHINESE, NUMBERS, TYPOS, Words, evaluate, groups_by
from benchmarks.judged_queries import JudgedQuery, known_only, read_judged
from benchmarks.search_comparison import compare, table, times_the_better, to_record
from benchmarks.search_engines import Cosine, Ours
from benchmarks.search_quality import judge, mean, ndcg
from benchmarks.shop_files import WrongFile, read_products
from tests.builders import make_product
from tests.fakes.encoder import WordEncoder

CATALOGUE = """item_id,title,description,price,language
mug,Red mug,For tea or coffee.,12.5,en
lamp,Desk lamp,Warm light.,35,en
,No id,,1,en
pot,Tea pot,Cast iron.,-3,en
buds,蓝牙耳机,降噪,60,zh
mug,Red mug again,,1,en
"""


class InCatalogueOrder:
    """An engine that finds everything, in the order of the catalogue."""

    def __init__(self, catalogue):
        self._ids = [product.item_id for product in catalogue.products()]

    def ranked(self, text, most):
        """Return the first ids."""
        del text
        return self._ids[:most]


def engines_of(catalogue, encoder):
    return {
        "lexical": InCatalogueOrder(catalogue),
        "semantic": Cosine(catalogue, encoder),
        "ours": Ours(catalogue, encoder),
    }


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_perfect_list_is_worth_one():
    quality = judge(["a", "b", "c"], {"a": 3, "b": 2, "c": 1})
    assert (quality.ndcg_10, quality.recall_100, quality.mrr) == (1.0, 1.0, 1.0)


def test_gains_are_discounted_by_the_logarithm_of_their_place():
    best = 3 + 1 / math.log2(3)
    assert ndcg(["b", "a"], {"a": 3, "b": 1}) == pytest.approx((1 + 3 / math.log2(3)) / best)


def test_the_first_hit_alone_decides_on_the_reciprocal_rank():
    assert judge(["x", "a", "b"], {"a": 1, "b": 3}).mrr == 0.5


def test_what_is_missing_counts_nothing():
    quality = judge(["a"], {"a": 1, "b": 1, "c": 0})
    assert quality.recall_100 == 0.5
    assert quality.ndcg_10 < 1


def test_an_empty_list_is_worth_nothing():
    quality = judge([], {"a": 3})
    assert (quality.ndcg_10, quality.recall_100, quality.mrr) == (0.0, 0.0, 0.0)


def test_only_the_first_ten_count_for_the_gain():
    found = [f"x{n}" for n in range(10)] + ["a"]
    assert ndcg(found, {"a": 3}) == 0.0


def test_means_are_over_queries():
    both = mean([judge(["a"], {"a": 1}), judge(["x"], {"a": 1})])
    assert (both.queries, both.ndcg_10, both.mrr) == (2, 0.5, 0.5)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"judgments": {"a": 1}}', "query must be a text"),
        ('{"query": "  ", "judgments": {"a": 1}}', "query must be a text"),
        ('{"query": "mug"}', "judgments must be an object"),
        ('{"query": "mug", "judgments": {}}', "judgments must be an object"),
        ('{"query": "mug", "judgments": {"a": "3"}}', "gain of 'a' must be a number"),
        ('{"query": "mug", "judgments": {"a": true}}', "gain of 'a' must be a number"),
        ('{"query": "mug", "judgments": {"a": -1}}', "gain of 'a' must be a number"),
        ('{"query": "mug", "judgments": {"a": NaN}}', "gain of 'a' must be a number"),
        ('{"query": "mug", "judgments": {"a": 0}}', "no gain is above 0"),
        ('{"query": "red mug", "judgments": {"a": 1}}', "the query of line 1 again"),
    ],
)
def test_a_wrong_line_of_queries_is_named(tmp_path, line, said):
    good = '{"query": "red mug", "judgments": {"a": 3}}'
    path = written(tmp_path, "queries.jsonl", f"{good}\n\n{line}\n")
    with pytest.raises(WrongFile, match="line 3: ") as wrong:
        read_judged(path)
    assert said in str(wrong.value)


def test_all_wrong_lines_are_told_at_once(tmp_path):
    path = written(tmp_path, "queries.jsonl", "{\n[]\n")
    with pytest.raises(WrongFile, match=r"line 1: (?s:.)*line 2: "):
        read_judged(path)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "no query"), (b"\xff\xfe", "not UTF-8 at byte 0")]
)
def test_a_file_that_holds_no_queries_is_refused(tmp_path, content, said):
    path = tmp_path / "queries.jsonl"
    path.write_bytes(content)
    with pytest.raises(WrongFile, match=said):
        read_judged(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WrongFile, match="No such file"):
        read_judged(tmp_path / "none.jsonl")


def test_products_that_are_gone_are_told_and_not_looked_for():
    queries = [JudgedQuery("mug", {"mug": 3.0, "gone": 2.0}, 1), JudgedQuery("x", {"gone": 1.0}, 4)]
    kept, told = known_only(queries, frozenset({"mug"}))
    assert [(query.text, query.gains) for query in kept] == [("mug", {"mug": 3.0})]
    assert [line.partition(":")[0] for line in told] == ["line 1", "line 4", "line 4"]


@pytest.fixture
def words():
    return Words([make_product(title="Wireless headphones", description="For sport. Naïve café")])


@pytest.mark.parametrize(
    ("text", "misspelt"),
    [
        ("wirless", True),
        ("wireeless", True),
        ("wirelezs", True),
        ("wierless", True),
        ("wireless headphone", False),  # a singular is no typo
        ("WIRELESS", False),
        ("cafe sport", False),
        ("zebra", False),
        ("spt", False),
        ("无线耳机", False),
        ("wirlles", False),  # two edits
    ],
)
def test_a_typo_is_one_edit_from_a_word_of_the_catalogue(words, text, misspelt):
    assert words.misspelt(text) is misspelt


def test_a_query_may_be_in_several_groups(words):
    groups = groups_by(words)
    asked = JudgedQuery("wirless 耳机 2", {})
    assert set(groups(asked)) >= {TYPOS, NUMBERS, CHINESE}
    assert len(list(groups(JudgedQuery("wireless", {})))) == 1


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_shops_own_files_are_evaluated(tmp_path, ending):
    text = CATALOGUE
    if ending == "jsonl":
        text = lines(
            {"item_id": "mug", "title": "Red mug", "description": "For tea or coffee."},
            {"item_id": "lamp", "title": "Desk lamp"},
            {"title": "No id"},
            {"item_id": "pot", "title": "Tea pot", "price": -3},
            {"item_id": "buds", "title": "蓝牙耳机"},
            {"item_id": "mug", "title": "Red mug again"},
        )
    catalogue = written(tmp_path, f"shop.{ending}", text)
    queries = written(
        tmp_path,
        "queries.jsonl",
        lines(
            {"query": "desk lamp", "judgments": {"lamp": 3}},
            {"query": "蓝牙耳机", "judgments": {"buds": 3, "sold-out": 1}},
        ),
    )
    told = []
    found = evaluate(catalogue, queries, WordEncoder(), engines_of, told.append)
    assert found["all queries"]["ours"].ndcg_10 == 1.0
    assert found["all queries"]["lexical"].mrr == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert found["in Chinese"]["ours"].queries == 1
    assert times_the_better(found["all queries"]) >= 1
    refused = [line for line in told if f"shop.{ending}" in line]
    bad = (4, 5, 7) if ending == "csv" else (3, 4, 6)
    assert [f"line {number}:" in line for number, line in zip(bad, refused, strict=True)] == [
        True
    ] * 3
    assert any("queries.jsonl, line 2: not in the catalogue: 'sold-out'" in line for line in told)


def test_queries_that_find_nothing_of_the_catalogue_are_refused(tmp_path):
    catalogue = written(tmp_path, "shop.csv", CATALOGUE)
    queries = written(tmp_path, "q.jsonl", lines({"query": "x", "judgments": {"other-shop": 1}}))
    with pytest.raises(WrongFile, match="no query should find anything"):
        evaluate(catalogue, queries, WordEncoder(), engines_of, lambda _: None)


def test_the_table_and_the_record_tell_every_group(tmp_path):
    class Finds:
        def __init__(self, *ids):
            self._ids = ids

        def ranked(self, text, most):
            return self._ids

    ways = {"lexical": Finds("b", "a"), "semantic": Finds(), "ours": Finds("a", "b")}
    queries = [JudgedQuery("mug", {"a": 3.0}, kind="name")]
    found = compare(queries, ways, lambda query: ["all", query.kind])
    assert times_the_better(found["all"]) == pytest.approx(math.log2(3))
    assert [line.split()[0] for line in table(found, ["all"]).splitlines()[2:]] == ["all", "name"]
    assert to_record(found)["name"]["ours"]["ndcg_10"] == 1.0


def test_the_judged_set_is_of_the_sample_shop():
    products = {
        product.item_id
        for path in SHOP.iterdir()
        if path.suffix in {".csv", ".jsonl"}
        for product in read_products(path)
    }
    queries = read_judged(JUDGED)
    assert {item_id for query in queries for item_id in query.gains} <= products
    assert {gain for query in queries for gain in query.gains.values()} == {1, 2, 3}
    assert len(queries) >= 220
    assert sum(query.language == "zh" for query in queries) >= 80
    tuning = sum(query.part == "tuning" for query in queries)
    assert abs(2 * tuning - len(queries)) <= len({query.kind for query in queries})
