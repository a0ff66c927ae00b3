import numpy as np
import pytest

from concierge.retrieval.units import unit_texts
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


def test_a_language_that_is_not_stated_is_told_from_the_text(shop):
    shop.bring(
        "knowledge/faq.jsonl",
        [
            {"entry_id": "de", "question": "Wie kann ich zahlen?", "answer": "Mit der Karte."},
            {"entry_id": "en", "question": "How can I pay?", "answer": "By card."},
            {"entry_id": "fr", "question": "How?", "answer": "By card.", "language": "fr"},
            {"entry_id": "zh", "question": "怎么付款？", "answer": "刷卡。"},
            {"entry_id": "?", "question": "PayPal", "answer": "OK"},
        ],
    )
    entries = shop.entries().items()
    told = {"de": "de", "en": "en", "fr": "fr", "zh": "zh", "?": ""}
    assert {name: entry.language for name, entry in entries} == told


def test_entries_are_for_the_audiences_that_they_name(shop):
    shop.bring(
        "knowledge/faq.csv",
        "entry_id,question,answer,audiences\n"
        'a,Q?,A.,\nb,Q?,B.,"[""business"", ""Members""]"\nc,Q?,C.,"[""business""]"\n',
    )
    knowledge = shop.knowledge()
    assert knowledge.for_audience().tolist() == [True, False, False]
    assert knowledge.for_audience("members").tolist() == [True, True, False]
    assert knowledge.for_audience("business").tolist() == [True, True, True]
    assert knowledge.for_audience("nobody").tolist() == [True, False, False]
    assert shop.entries()["b"].audiences == ("business", "Members")


def test_audiences_that_are_no_list_are_set_aside_by_name(shop):
    shop.bring("knowledge/faq.jsonl", [*FAQ, FAQ[0] | {"entry_id": "x", "audiences": "members"}])
    (row,) = shop.quarantined("knowledge/faq.jsonl")
    assert row["field"] == "audiences"
    assert "is not valid JSON" in row["reason"]


def test_an_entry_with_ten_thousand_variants_is_set_aside_and_the_file_is_taken(shop):
    many = FAQ[0] | {"entry_id": "many", "variants": [f"Way {n}?" for n in range(10_000)]}
    report = shop.bring("knowledge/faq.jsonl", [*FAQ, many])
    assert (report["status"], report["accepted"]) == ("completed", 2)
    (row,) = shop.quarantined("knowledge/faq.jsonl")
    assert (row["field"], row["reason"]) == ("variants", "has 10,000 items; at most 1,000")


def test_documents_that_link_to_one_another_in_a_circle_are_ordinary(shop):
    shop.bring("knowledge/a.md", "# A\n\nSee [b](b.md) and [a](a.md).\n")
    shop.bring("knowledge/b.md", "# B\n\nSee [a](a.md).\n")
    links = {"entry_id": "c", "question": "See c?", "answer": "See d.", "url": "#d"}
    report = shop.bring(
        "knowledge/c.jsonl", [links, links | {"entry_id": "d", "question": "See d?", "url": "#c"}]
    )
    assert report["status"] == "completed"
    assert shop.entries()["a#1"].answer == "See [b](b.md) and [a](a.md)."


def test_a_passage_is_found_by_its_sentences_too(shop):
    text = "# Returns\r\n\r\nSend it back. We pay, e.g. by card.\r\n"
    report = shop.bring("knowledge/returns.md", text)
    assert report["counts"]["units"] == 3
    knowledge = shop.knowledge()
    units, spans = knowledge.sentences_at(0)
    assert units.tolist() == [0, 1]
    answer = knowledge.entry_at(0).answer
    assert [answer[a:b] for a, b in spans] == ["Send it back.", "We pay, e.g. by card."]


def test_markup_and_hidden_text_pass_with_offsets_that_hold(shop):
    text = "# Hi 🙂\n\n<script>alert(1)</script>\n\n<!-- hidden\n\n# no -->\n\n退货 policy: 30天。Ok.\n"
    shop.bring("knowledge/odd.md", "\ufeff" + text)
    for passage in shop.entries().values():
        assert text[passage.start : passage.end] == passage.answer


def test_the_report_tells_what_repeats_contradicts_and_wants_a_look(shop):
    report = shop.bring(
        "knowledge/faq.jsonl",
        [
            *FAQ,
            {"entry_id": "ship-2", "question": "how fast is shipping", "answer": "In 5 days."},
            {"entry_id": "ship-3", "question": "How fast is shipping?", "answer": "Two days"},
        ],
    )
    findings = report["findings"]
    assert findings["duplicates"] == {
        "total": 1,
        "examples": [
            {"entry_ids": ["ship", "ship-3"], "reason": "the same question, the same answer"}
        ],
    }
    assert findings["contradictions"]["total"] == 2
    assert findings["health"]["counts"]["no_variants"] == 3
    assert findings["health"]["examples"]["thin_answer"] == ["pay", "ship", "ship-2", "ship-3"]


def test_findings_are_of_all_files_together(shop):
    shop.bring("knowledge/one.jsonl", FAQ)
    again = FAQ[1] | {"entry_id": "ship-2", "answer": "Nine days."}
    report = shop.bring("knowledge/two.jsonl", [again])
    assert report["findings"]["contradictions"]["examples"][0]["entry_ids"] == ["ship", "ship-2"]
