"""What is extracted answers the question and stands in the document, word for word."""

import random

import pytest

from concierge.answering.extracting import MOST_SENTENCES, extract, extract_by_words
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.knowledge_writer import KnowledgeWriter
from concierge.retrieval.units import unit_texts
from concierge.retrieval.vectors import quantise
from concierge.shop.passages import cut_markdown
from tests.builders import make_entry
from tests.fakes.encoder import WordEncoder
from tests.unit.test_passages import SCRAPS

POLICY = """# Returns

We hope that you like what you bought. You can send items back within 30 days. Refunds arrive
after one week. They go to the card that paid.

## Not returnable

For reasons of hygiene we cannot take back:
- earrings
- opened cosmetics
- pillows

## Costs

| Country | Price |
|---|---|
| Germany | free |
| Canada | 14 euros |
| Norway | 9 euros |
"""
CHINESE = "# 退货\n\n感谢您的惠顾。三十天内可以退货。运费由我们承担。退款一周内到账。\n"


def indexed(folder, entries, encoder=None):
    writer = KnowledgeWriter(folder, encoder.dimensions if encoder else None)
    for entry in entries:
        texts = unit_texts(entry)
        found = quantise(encoder.encode(texts)) if encoder else (None, None)
        writer.add(entry, *found, [bytes(16)] * len(texts))
    writer.finish(encoder.model if encoder else None)
    return KnowledgeSnapshot.open(folder)


@pytest.fixture(params=[True, False], ids=["with vectors", "words only"])
def ask(request, tmp_path):
    encoder = WordEncoder() if request.param else None

    def asked(document, heading, question):
        entries = list(cut_markdown("doc", document, "en"))
        knowledge = indexed(tmp_path, entries, encoder)
        row = [entry.question for entry in entries].index(heading)
        vector = encoder.encode([question], "query")[0] if encoder else None
        extract_ = extract(knowledge, row, question, vector)
        sources = [document[start:end] for start, end in extract_.spans]
        assert extract_.text == "\n".join(sources)
        return extract_

    return asked


def test_the_sentence_that_answers_is_extracted_with_its_heading(ask):
    found = ask(POLICY, "Returns", "Within how many days can I send items back?")
    assert found.text == "You can send items back within 30 days."
    assert found.heading == "Returns"


def test_a_chinese_sentence_is_extracted(ask):
    assert ask(CHINESE, "退货", "运费谁承担？").text == "运费由我们承担。"


def test_a_sentence_that_refers_to_the_one_before_brings_it_along(ask):
    found = ask(POLICY, "Returns", "Which card do they go to, the one that paid?")
    assert found.text.startswith("Refunds arrive\nafter one week. They go")


def test_an_item_of_a_list_brings_the_sentence_that_opens_it(ask):
    found = ask(POLICY, "Returns > Not returnable", "opened cosmetics?")
    assert found.text == "For reasons of hygiene we cannot take back:\n- opened cosmetics"


def test_a_row_of_a_table_brings_its_header(ask):
    found = ask(POLICY, "Returns > Costs", "canada")
    assert found.text == "| Country | Price |\n| Canada | 14 euros |"


def test_a_question_that_nothing_fits_gets_the_whole_passage_by_words_alone():
    (passage,) = cut_markdown("doc", "One thing here. Another there.\n")
    assert extract_by_words(passage, "zzz?").text == passage.answer


def test_an_entry_that_is_no_passage_answers_as_a_whole(tmp_path):
    entry = make_entry(url="https://shop.example/delivery")
    found = extract(indexed(tmp_path, [entry]), 0, "When?")
    assert (found.text, found.spans, found.url) == (entry.answer, (), entry.url)


def test_nothing_is_extracted_that_is_not_in_its_document():
    random.seed(7)
    questions = ["return in 30 days?", "运费退货？", "b", "words that end", "2.5 kg", "", "🙂"]
    extracted = 0
    for _ in range(400):
        document = "".join(random.choices(SCRAPS, k=random.randint(1, 30)))
        for passage in cut_markdown("doc", document):
            found = extract_by_words(passage, random.choice(questions))
            assert found.text == "\n".join(document[start:end] for start, end in found.spans)
            assert all(passage.start <= start < end <= passage.end for start, end in found.spans)
            extracted += 1
    assert extracted > 400


def test_no_more_than_three_sentences_are_extracted():
    (passage,) = cut_markdown("doc", "Parcel one. " * 9 + "\n")
    found = extract_by_words(passage, "parcel one")
    assert found.text.count("Parcel") <= MOST_SENTENCES


def test_snapshots_from_before_sentences_and_audiences_are_read_all_the_same(tmp_path):
    (passage,) = cut_markdown("doc", "Parcels take two days. Letters take five days.\n", "en")
    writer = KnowledgeWriter(tmp_path, None)
    writer.add(passage)
    for array in ("unit_spans", "audiences_codes"):
        writer._arrays.discard(array)
    writer.finish()
    knowledge = KnowledgeSnapshot.open(tmp_path)
    assert extract(knowledge, 0, "letters?").text == "Letters take five days."
    assert knowledge.for_audience("members").tolist() == [True]
