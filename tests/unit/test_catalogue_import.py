import gzip

import numpy as np
import pytest

from concierge.artifacts.manifest import ModelRef
from concierge.files.limits import Limits
from concierge.ingesting import embedding
from tests.fakes.encoder import WordEncoder
from tests.fakes.importing import Shop


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def rows(*item_ids, **fields):
    return [{"item_id": item_id, "title": f"Title of {item_id}"} | fields for item_id in item_ids]


def test_a_full_file_becomes_the_catalogue(shop):
    report = shop.bring("catalogue/shoes.csv", "item_id,title,price\nb,Boot,90\na,Ankle boot,80\n")
    assert (report["status"], report["rows"], report["accepted"]) == ("completed", 2, 2)
    assert report["snapshot_id"] == shop.catalogue().id
    assert list(shop.products()) == ["a", "b"]
    assert shop.products()["b"].price == 90


def test_each_product_has_the_vector_of_its_text(shop):
    shop.bring("catalogue/shoes.jsonl", rows("b", "a", "c"))
    catalogue = shop.catalogue()
    expected = WordEncoder().encode([product.text for product in catalogue.products()])
    assert np.allclose(catalogue.vectors.rows([0, 1, 2]), expected, atol=0.01)


def test_a_packed_file_is_the_same_file(shop):
    report = shop.bring("catalogue/shoes.csv.gz", gzip.compress(b"item_id,title\na,Boot\n"))
    assert report["accepted"] == 1


def test_a_full_file_replaces_what_came_from_a_file_of_its_name_alone(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b"))
    shop.bring("catalogue/hats.jsonl", rows("h"))
    shop.bring("catalogue/shoes.csv", "item_id,title\nb,Boot\nc,Clog\n")
    assert list(shop.products()) == ["b", "c", "h"]


def test_the_later_import_of_an_item_wins(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a"))
    shop.bring("catalogue/sale.jsonl", rows("a", price=5))
    shop.bring("catalogue/shoes.jsonl", rows("b"))
    assert shop.products()["a"].price == 5


def test_a_delta_changes_what_it_names(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b", "c"))
    delta = [{"item_id": "b", "title": "Better"}, {"item_id": "c", "deleted": True}, *rows("d")]
    report = shop.bring("catalogue/shoes.delta.jsonl", delta)
    assert (report["accepted"], report["removed"]) == (2, 1)
    assert [product.title for product in shop.products().values()] == [
        "Title of a",
        "Better",
        "Title of d",
    ]


def test_a_delta_of_any_name_leaves_a_product_with_its_file(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b"))
    shop.bring("catalogue/monday.delta.jsonl", rows("a", price=5))
    shop.bring("catalogue/shoes.jsonl", rows("b"))
    assert list(shop.products()) == ["b"]


def test_a_delta_that_only_removes_names_nothing_but_ids(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b"))
    report = shop.bring("catalogue/shoes.delta.csv", "item_id,deleted\na,true\n")
    assert (report["status"], report["removed"]) == ("completed", 1)
    assert list(shop.products()) == ["b"]


def test_no_text_is_encoded_twice(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b"))
    shop.encoder.encoded.clear()
    changed = [*rows("a", "b", price=3), {"item_id": "c", "title": "Title of a"}]
    report = shop.bring("catalogue/shoes.jsonl", changed)
    assert shop.encoder.encoded == []
    assert report["counts"] == {"products": 3, "encoded": 0}
    vectors = shop.catalogue().vectors.rows([0, 2])
    assert np.array_equal(vectors[0], vectors[1])


def test_another_model_encodes_everything_anew(shop, tmp_path):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b"))
    newer = WordEncoder()
    newer.model = ModelRef("newer", "1" * 64)
    other = Shop(tmp_path, store=shop.store, encoder=newer)
    other.bring("catalogue/hats.jsonl", rows("h"))
    assert sorted(newer.encoded) == ["Title of a", "Title of b", "Title of h"]
    assert other.catalogue().model == newer.model


def test_a_model_with_the_same_vectors_encodes_and_publishes_nothing(shop, tmp_path):
    shop.bring("catalogue/shoes.jsonl", rows("a", "b"))
    with_head = WordEncoder()
    with_head.model = ModelRef("with a head", shop.encoder.model.sha256)
    before = shop.store.current("catalogue")
    other = Shop(tmp_path, store=shop.store, encoder=with_head)
    other.bring("catalogue/shoes.jsonl", rows("a", "b"))
    assert with_head.encoded == []
    assert shop.store.current("catalogue") == before


def test_without_a_model_the_catalogue_is_found_by_words_and_the_report_says_so(tmp_path):
    shop = Shop(tmp_path, encoder=None)
    report = shop.bring("catalogue/shoes.jsonl", rows("a"))
    assert report["warnings"] == ["no model is published: search finds words only"]
    assert shop.catalogue().vectors is None


def test_the_same_file_again_publishes_nothing(shop):
    first = shop.bring("catalogue/shoes.jsonl", rows("a"))
    shop.bus.clear()
    second = shop.bring("catalogue/shoes.jsonl", rows("a"))
    assert second["status"] == "completed"
    assert second["snapshot_id"] == first["snapshot_id"]
    assert [kind for kind, _ in shop.bus] == ["Import Finished"]


def test_the_shop_is_told_of_the_snapshot_and_of_the_end(shop):
    shop.bring("catalogue/shoes.jsonl", rows("a"))
    snapshot_id = shop.catalogue().id
    assert shop.bus == [
        ("Snapshot Published", {"kind": "catalogue", "snapshot_id": snapshot_id}),
        (
            "Import Finished",
            {
                "kind": "catalogue",
                "file": "shoes.jsonl",
                "status": "completed",
                "report_key": "reports/catalogue/shoes.jsonl.json",
                "snapshot_id": snapshot_id,
            },
        ),
    ]


def test_the_second_row_of_an_id_is_set_aside(shop):
    report = shop.bring("catalogue/shoes.csv", "item_id,title\na,First\nb,Other\na,Second\n")
    assert report["quarantined"] == {"item_id: is a duplicate: line … has the same id": 1}
    assert shop.products()["a"].title == "First"
    assert shop.quarantined("catalogue/shoes.csv") == [
        {
            "line": 4,
            "field": "item_id",
            "reason": "is a duplicate: line 2 has the same id",
            "row": "a,Second\n",
        }
    ]


def test_a_repaired_file_leaves_no_quarantine_behind(shop):
    shop.bring("catalogue/shoes.csv", "item_id,title,price\na,Boot,x\nb,Clog,1\n")
    assert shop.quarantined("catalogue/shoes.csv")
    report = shop.bring("catalogue/shoes.csv", "item_id,title,price\na,Boot,2\nb,Clog,1\n")
    assert report["quarantine_key"] == ""
    assert shop.quarantined("catalogue/shoes.csv") == []


def test_the_quarantine_file_is_bounded_and_the_report_counts_all(tmp_path):
    shop = Shop(tmp_path, limits=Limits(most_quarantined_rows=2, most_bad_share=1.0))
    report = shop.bring("catalogue/a.jsonl", [*rows("a"), *[{"item_id": "b"}] * 5])
    assert report["quarantined"] == {"title: is required": 5}
    assert len(shop.quarantined("catalogue/a.jsonl")) == 2
    assert report["warnings"] == ["the quarantine file holds the first 2 bad rows only"]


def test_products_are_in_the_order_of_their_code_points(shop):
    item_ids = ["z", "é", "B", "a b", "茶", "😀", "a", "\ufffd"]
    shop.bring("catalogue/a.jsonl", rows(*item_ids))
    shop.bring("catalogue/b.jsonl", rows("b", "c"))
    assert list(shop.products()) == sorted([*item_ids, "b", "c"])


def test_what_is_encoded_is_saved_as_it_goes_and_forgotten_once_published(shop, monkeypatch):
    monkeypatch.setattr(embedding, "CHUNK_TEXTS", 2)
    saved = []
    shop.cache.save = lambda *chunk: saved.append(chunk)
    shop.bring("catalogue/a.jsonl", rows("a", "b", "c", "d", "e"))
    assert [len(chunk.hashes) for _, _, chunk in saved] == [2, 2, 1]
    assert shop.cache.chunks == {}
