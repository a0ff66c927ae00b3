"""What no passage says is never said, in English and Chinese."""

from collections import Counter

import pytest

from benchmarks.planted import answers, cited, planted_cases
from concierge.answering.grounding.checking import Grounding
from concierge.answering.grounding.numerals import of_digits, of_english, of_han
from concierge.answering.grounding.sentences import cited_sentences, sentences, without_marks
from concierge.answering.grounding.tokens import tokens
from tests.fakes.encoder import WordEncoder

ENCODER = WordEncoder(languages=("en", "zh"))
SHIPPING = "Standard shipping costs €4.90. Express costs €9.90. We do not ship to Iceland."
CHINESE = "标准配送 €4.90，订单满 €50 免运费。14:00 前下单当天发货，周末不发货。"


def rules(text, passage=SHIPPING, *more):
    return {refusal.rule for refusal in Grounding([passage, *more], ENCODER).check(text)[0]}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_planted_is_never_let_through(seed):
    grounds, families = {}, Counter()
    for case in planted_cases(seed):
        if case.passage not in grounds:
            grounds[case.passage] = Grounding([case.passage], ENCODER)
        refusals, _ = grounds[case.passage].check(case.text)
        assert refusals, (case.family, case.entry_id, case.text)
        families[case.language, case.family] += 1
    for language in ("en", "zh"):
        for family in ("number", "name", "date", "negation"):
            assert families[language, family] > 100


def test_every_stored_answer_supports_itself():
    for _, entry_id, answer in answers():
        assert Grounding([answer], ENCODER).check(cited(answer)) == ((), (1,)), entry_id


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Standard shipping costs €5.90 [1].", "number"),
        ("Standard shipping costs $4.90 [1].", "number"),
        ("Standard shipping costs €9.90 [1].", "misplaced"),
        ("Standard shipping costs €4.90 in Canada [1].", "name"),
        ("Standard shipping costs €4.90 on Monday [1].", "date"),
        ("We ship to Iceland [1].", "negation"),
        ("Standard shipping does not cost €4.90 [1].", "negation"),
        ("Standard shipping costs €4.90; see evil.example [1].", "address"),
        ("Standard shipping costs €4.90.", "citation"),
        ("Standard shipping costs €4.90 [2].", "citation"),
        ("Shall we ship express [1]?", "question"),
        ("Standard shipping is free [1].", "opposite"),
    ],
)
def test_a_lie_is_told_by_its_rule(text, rule):
    assert rules(text) == {rule}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("标准配送 €5.90 [1]。", "number"),
        ("标准配送到加拿大 €4.90 [1]。", "name"),
        ("14:00 后下单当天发货 [1]。", "opposite"),
        ("15:00 前下单当天发货 [1]。", "date"),
        ("周末发货 [1]。", "negation"),
        ("订单不满 €50 免运费 [1]。", "negation"),
    ],
)
def test_a_lie_in_chinese_is_told_by_its_rule(text, rule):
    assert rule in rules(text, CHINESE)


def test_a_passage_that_is_not_cited_supports_nothing():
    assert rules("Standard shipping costs €4.90 [2].", SHIPPING, "Gift cards cost €1.90.") == {
        "number"
    }


def test_numbers_are_one_however_they_are_written():
    assert {of_digits(text) for text in ("1,000", "1 000", "1000.0")} == {"1000"}
    assert of_digits("1,5") == of_digits("1.50") == "1.5"
    assert [of_english(text) for text in ("twelve", "twenty-four", "one hundred")] == [
        "12",
        "24",
        "100",
    ]
    assert [of_han(text) for text in ("十五", "两百", "三十", "半", "二〇二六")] == [
        "15",
        "200",
        "30",
        "0.5",
        "2026",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("24 December", "December 24th"),
        ("2 pm", "14:00"),
        ("12 月 24 日", "十二月二十四日"),
        ("下午两点", "14:00"),
        ("周一", "星期一"),
        ("30 days", "thirty days"),
        ("三十天", "30 天"),
    ],
)  # fmt: skip
def test_moments_and_spans_are_one_however_they_are_written(one, other):
    assert [token.key for token in tokens(one)] == [token.key for token in tokens(other)]


def test_marks_belong_to_the_sentence_before_them():
    found = cited_sentences("It costs €4.90. [1] See shop.example/help. Fine, e.g. now [2][3].")
    assert [(each.text, each.marks) for each in found] == [
        ("It costs €4.90.", (1,)),
        ("See shop.example/help.", (2, 3)),
        ("Fine, e.g. now.", (2, 3)),
    ]
    assert without_marks("好的 [1]。") == "好的。"


def test_chinese_sentences_end_without_a_space():
    assert [each.text for each in sentences("可以。不收费！")] == ["可以。", "不收费！"]
