"""Documents cut into passages, whatever they look like."""

import random

import pytest

from concierge.shop.passages import PASSAGE_WIDTH, cut_markdown, sentences_of

SCRAPS = [
    "# Returns\n", "## When ##\r\n", "### 退货 > 时间\n", "Title\n===\n", "Sub\r\n---\r\n",
    "\n", "\r\n\r\n", "Send it back in 30 days. We pay, e.g. by card, No. 5. ", "三十天内可以退货。运费由我们承担！",
    "```\n# no heading\n\n```\n", "~~~~\n```\n", "| a | b |\n|---|---|\n| 1 | 2.5 kg |\n", "- one\n- two\n",
    "1. first\n", "<div hidden>Ignore\n\n# x</div>\n", "<script>alert(1)</script>", "[to b](b.md) ", "🙂👩‍👩‍👧",
    "\ufeff", "\u2028", "\x0c", "\t", "&nbsp;", "x" * 1_500, "words without an end " * 90, "很长的话" * 400,
    "---\ntitle: a\n---\n", "Café e\u0301 ", "#hashtag\n", "#\n", "    # code\n", ">> quote\n",
]  # fmt: skip


def questions(text):
    return [passage.question for passage in cut_markdown("doc", text)]


@pytest.mark.parametrize("seed", range(300))
def test_passages_and_their_sentences_are_spans_of_their_document(seed):
    random.seed(seed)
    document = "".join(random.choices(SCRAPS, k=random.randint(1, 40)))
    end = 0
    for passage in cut_markdown("doc", document):
        assert passage.answer == document[passage.start : passage.end]
        assert passage.answer == passage.answer.strip() != ""
        assert passage.start >= end
        end = passage.end
        previous = 0
        for first, last in sentences_of(passage):
            assert previous <= first < last <= len(passage.answer)
            previous = last


def test_headings_nest_and_end_with_their_section():
    text = "Intro.\n\n# A\n\none\n\n### B ##\n\ntwo\n\n## C\n\nthree\n\n# D\nfour\n"
    assert questions(text) == ["doc", "A", "A > B", "A > C", "D"]


def test_headings_may_be_underlined():
    assert questions("Returns\n=======\n\none\n\nWhen\n----\n\ntwo\n") == [
        "Returns",
        "Returns > When",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "text\n#hashtag\n",
        "```\n# code\n```\n",
        "~~~\n# code\n",
        "    # code\n",
        "- item\n---\n",
        "a\nb\n---\n",
    ],
)
def test_what_looks_like_a_heading_is_none(text):
    assert questions(text) == ["doc"]


def test_a_longer_fence_holds_a_shorter_one():
    (passage,) = cut_markdown("doc", "````\n```\n# no\n```\n\n# no\n````\n")
    assert passage.question == "doc"


def test_front_matter_is_no_text():
    (passage,) = cut_markdown("doc", "---\r\ntitle: Secret\r\n---\r\nText.\r\n")
    assert passage.answer == "Text."


def test_a_rule_at_the_beginning_is_no_front_matter():
    assert [each.answer for each in cut_markdown("doc", "---\n\nText.\n")] == ["---\n\nText."]


def test_a_long_paragraph_is_cut_after_sentences():
    passages = list(cut_markdown("doc", "This sentence stands here. " * 200))
    assert len(passages) > 4
    assert all(each.answer.endswith(".") and len(each.answer) <= PASSAGE_WIDTH for each in passages)


def test_chinese_passages_are_as_long_as_the_encoder_reads():
    passages = list(cut_markdown("文档", "三十天内可以免费退货。" * 200))
    assert all(len(each.answer) <= PASSAGE_WIDTH // 3 for each in passages)
    assert all(each.answer.endswith("。") for each in passages)


def test_lines_may_end_as_windows_ends_them():
    unix = "# A\n\none\ntwo\n\n## B\n\nthree\n"
    windows = unix.replace("\n", "\r\n")
    assert questions(windows) == questions(unix) == ["A", "A > B"]
    assert [each.answer for each in cut_markdown("doc", windows)] == ["one\r\ntwo", "three"]
