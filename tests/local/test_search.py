"""Search over HTTP: by words, by meaning, in English and Chinese, and what is said when one is missing."""

from tests.local.small_shop import KETTLES, NOVELS, TENTS
from tests.local.visitors import ids


def found(shop, query, **asked):
    reply = shop.request("POST", "/v1/search", {"query": query} | asked)
    assert reply.status == 200, reply
    return reply.body


def test_words_are_found(shop):
    assert ids(found(shop, "grey kettle", semantic_ratio=0)["hits"])[0] == "kettle-4"


def test_meaning_is_found_where_no_word_is_shared(shop):
    query = "hiking shelter"
    assert found(shop, query, semantic_ratio=0)["total"] == 0
    hits = found(shop, query)["hits"]
    assert {hit["product"]["category"] for hit in hits} == {TENTS}


def test_chinese_is_found_by_its_words_and_by_meaning(shop):
    reply = found(shop, "绿茶")
    assert ids(reply["hits"])[0] == "tea-1"
    assert reply["degraded"] == []


def test_chinese_words_alone_still_find(shop):
    reply = found(shop, "绿茶", semantic_ratio=0)
    assert ids(reply["hits"]) == ["tea-1"]


def test_chinese_query_finds_english_products(shop):
    reply = found(shop, "蓝牙耳机")
    assert ids(reply["hits"])[0] == "headphones-1"
    assert reply["degraded"] == []


def test_english_query_finds_chinese_products(shop):
    assert set(ids(found(shop, "chinese tea from Yunnan")["hits"])[:2]) == {"tea-1", "tea-2"}


def test_pages_hold_the_total_together_and_no_hit_twice(shop):
    asked = {"filter": {"price": {"min": 12}, "brand": ["Birch"]}, "limit": 2, "semantic_ratio": 0}
    first = found(shop, "tent kettle", **asked)
    seen, page = ids(first["hits"]), first
    while "next_token" in page:
        page = found(shop, "tent kettle", next_token=page["next_token"], **asked)
        assert page["total"] == first["total"]
        seen += ids(page["hits"])
    assert sorted(seen) == sorted(f"{kind}-{n}" for kind in ("tent", "kettle") for n in (2, 4, 6))
    assert first["total"] == 6


def test_filter_by_language_leaves_other_languages_out(shop):
    assert ids(found(shop, "绿茶", filter={"language": ["zh"]})["hits"])[0] == "tea-1"
    hits = found(shop, "绿茶", filter={"language": ["en"]})["hits"]
    assert {hit["product"]["language"] for hit in hits} == {"en"}
    assert found(shop, "绿茶", filter={"language": ["en"]}, semantic_ratio=0)["total"] == 0


def test_parts_add_up_to_the_score(shop):
    for hit in found(shop, "kettle for boiling water", explain=True)["hits"]:
        parts = {part["name"] for part in hit["parts"]}
        assert parts <= {"lexical", "semantic", "category", "popularity", "freshness"}
        assert abs(sum(part["value"] for part in hit["parts"]) - hit["score"]) < 1e-5


def test_beginning_of_a_word_is_completed(shop):
    reply = shop.request("GET", "/v1/suggest?q=crime&limit=3")
    assert reply.status == 200
    assert len(reply.body["suggestions"]) == 3
    assert all("crime novel" in suggestion["text"] for suggestion in reply.body["suggestions"])


def test_shop_without_a_catalogue_says_that_it_is_warming(empty_shop):
    for reply in empty_shop.values():
        assert reply.status == 503
        assert reply.headers["content-type"] == "application/problem+json"
        assert int(reply.headers["retry-after"]) > 0


def test_shop_without_a_model_searches_words_and_says_so(shop_without_model):
    reply = shop_without_model["/v1/search"].body
    assert "semantic" in reply["degraded"]
    assert {hit["product"]["category"] for hit in reply["hits"]} == {TENTS}


def test_shop_without_a_model_still_recommends_and_answers_and_says_so(shop_without_model):
    recommendations = shop_without_model["/v1/recommendations"].body
    assert recommendations["items"]
    assert "content" in recommendations["degraded"]
    answer = shop_without_model["/v1/answers"].body
    assert answer["action"] == "answer"
    assert "semantic" in answer["degraded"]


def test_same_files_get_their_meaning_once_a_model_is_published(shop):
    reply = found(shop, "hiking shelter")
    assert reply["degraded"] == []
    assert not {KETTLES, NOVELS} & {hit["product"]["category"] for hit in reply["hits"]}
