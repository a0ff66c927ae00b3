import numpy as np
import pytest

from concierge.retrieval.knowledge_snapshot import unit_texts
from tests.fakes.encoder import WordEncoder
from tests.fakes.importing import Shop

FAQ = [
    {
        "entry_id": "pay",
        "question": "How can I pay?",
        "variants": ["Which cards?"],
        "answer": "By card.",
    },
    {"entry_id": "ship", "question": "How fast is shipping?", "answer": "Two days."},
]


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_every_text_of_an_entry_is_kept_with_its_vector(shop):
    report = shop.bring("knowledge/faq.jsonl", FAQ)
    knowledge = shop.knowledge()
    texts = [text for entry in knowledge.entries() for text in unit_texts(entry)]
    assert texts[:2] == ["How can I pay?", "Which cards?"]
    assert report["counts"] == {"entries": 2, "passages": 0, "units": 5, "encoded": 5}
    rows = knowledge.vectors.rows(list(range(5)))
    assert np.allclose(rows, WordEncoder().encode(texts), atol=0.01)


def test_variants_in_csv_are_a_json_list(shop):
    shop.bring(
        "knowledge/faq.csv", 'entry_id,question,variants,answer\na,Q?,"[""R?"", ""S?""]",A.\n'
    )
    assert shop.entries()["a"].variants == ("R?", "S?")


def test_a_document_is_cut_at_its_headings(shop):
    report = shop.bring("knowledge/returns.md", "# Returns\n\nSend it.\n\n## When\n\nIn 30 days.\n")
    assert (report["rows"], report["accepted"]) == (2, 2)
    assert [entry.question for entry in shop.entries().values()] == ["Returns", "Returns > When"]


def test_the_language_of_a_document_is_that_of_its_script(shop):
    shop.bring("knowledge/退货.md", "# 退货\n\n三十天内可以退货。\n")
    assert shop.entries()["退货#1"].language == "zh"


def test_a_document_replaces_its_own_passages_and_nothing_else(shop):
    shop.bring("knowledge/faq.jsonl", FAQ)
    shop.bring("knowledge/faq.md", "# One\n\nText.\n\n# Two\n\nText.\n")
    shop.bring("knowledge/faq.md", "# Only\n\nText.\n")
    assert list(shop.entries()) == ["faq#1", "pay", "ship"]
    assert shop.entries()["faq#1"].question == "Only"


def test_languages_in_several_files_make_up_one_knowledge_base(shop):
    shop.bring("knowledge/faq.en.jsonl", FAQ)
    shop.bring(
        "knowledge/faq.zh.jsonl",
        [{"entry_id": "付款", "question": "如何付款？", "answer": "刷卡。"}],
    )
    shop.bring("knowledge/faq.en.jsonl", FAQ[:1])
    assert list(shop.entries()) == ["pay", "付款"]


@pytest.mark.parametrize("text", ["", "\n\n", "# Nothing but a heading\n"])
def test_a_document_without_text_is_rejected(shop, text):
    report = shop.bring("knowledge/empty.md", text)
    assert report["status"] == "rejected"
    assert report["reason"] == "the file is empty: it has no rows"


def test_a_document_in_another_encoding_is_rejected(shop):
    report = shop.bring("knowledge/returns.md", "# Rückgabe\n\nText.\n".encode("latin-1"))
    assert report["status"] == "rejected"
    assert report["reason"].startswith("line 1, byte 3: not UTF-8")
