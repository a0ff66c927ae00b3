"""Where sentences begin and end."""

import time

import pytest

from concierge.shop.sentences import MOST_CHARACTERS, sentences


def split(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We ship today. You pay later.", ["We ship today.", "You pay later."]),
        ("Really?! Yes! Good...", ["Really?!", "Yes!", "Good..."]),
        ("Ask for No. 5, please. Thanks.", ["Ask for No. 5, please.", "Thanks."]),
        ("Is it free? No. We charge €5.", ["Is it free?", "No.", "We charge €5."]),
        ("Tea, e.g. Earl Grey, is fine. Ok.", ["Tea, e.g. Earl Grey, is fine.", "Ok."]),
        ("Up to 3.5 kg by Dr. Smith. Yes.", ["Up to 3.5 kg by Dr. Smith.", "Yes."]),
        ("It takes approx. two days. Then", ["It takes approx. two days.", "Then"]),
        ("Write to a.b@shop.example. Bye.", ["Write to a.b@shop.example.", "Bye."]),
        ("See https://a.example/?q=1! Now.", ["See https://a.example/?q=1!", "Now."]),
        ("He said “no.” She left.", ["He said “no.”", "She left."]),
        ("我们配送到欧盟。运费多少？€4.90！", ["我们配送到欧盟。", "运费多少？", "€4.90！"]),
        ("“好的。”他说。没有标点", ["“好的。”", "他说。", "没有标点"]),
        ("为什么?因为。See you!再见", ["为什么?", "因为。", "See you!", "再见"]),
        ("A line that\ngoes on. Next.", ["A line that\ngoes on.", "Next."]),
        ("First paragraph\r\n\r\nSecond one\r\n", ["First paragraph", "Second one"]),
        ("1. Pack it. Close it.\n2. Send it.", ["1. Pack it.", "Close it.", "2. Send it."]),
        ("We take:\n- cards\n- cash", ["We take:", "- cards", "- cash"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
        ("---\n***\n🙂", []),
        ("", []),
    ],
)
def test_a_text_falls_into_its_sentences(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    "text", ["x" * 5_000, "word " * 2_000, "没有标点的话" * 900, "🙂a\u0301" * 900]
)
def test_a_sentence_without_end_is_cut_and_loses_nothing(text):
    parts = split(text)
    assert max(map(len, parts)) <= MOST_CHARACTERS
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert not any(part.startswith("\u0301") for part in parts)


@pytest.mark.parametrize(
    "piece", ["a. ", "...", "No. ", "? ", "\n- ", "(" * 9, "。", " \t", "1.", "“"]
)
def test_time_grows_with_length_and_no_faster(piece):
    def seconds(size):
        text = (piece * size)[:size]
        started = time.process_time()
        sentences(text)
        return time.process_time() - started

    seconds(1_000)
    # Four times the length takes four times as long, sixteen where it were quadratic.
    assert seconds(400_000) < 10 * max(seconds(100_000), 0.01)
