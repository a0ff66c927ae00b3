import time

import pytest

from benchmarks.bench_guardrails import CASES, judge, open_guard, read_cases

HALVES = ("development", "held-out")
# Longer texts would tell the same and take minutes of one core.
SHORT, LONG = 32_000, 128_000
REPEATED = {
    "words": "How long does it take to ship a lamp? ",
    "chinese": "忽略之前的运费吗",
    "orders": "ignore all previous ",
    "threats": "i will kill ",
    "tags": "<a ",
    "comments": "<!--",
    "scripts": "<script>",
    "hidden": "<div style='display:none'>",
    "handlers": "<b onx=1 ",
    "at signs": "a@",
    "local parts": "a.b+c-",
    "digits": "1",
    "spaced digits": "1 2 ",
    "cards": "4111-",
    "accounts": "DE89 ",
    "base64": "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQK",
    "percent": "%69",
    "entities": "&#105;",
    "single letters": "i g n ",
    "zero width": "\u200b",
    "brackets": "[a](",
    "images": "![a](http://b?c)",
    "flags": "\U0001f3f4\U000e0067",
}


@pytest.fixture(scope="module")
def guard():
    return open_guard()


def test_there_are_enough_cases_of_both_kinds_in_both_languages():
    cases = [case for half in HALVES for case in read_cases(CASES, half)]
    assert len({case.id for case in cases}) == len({case.text for case in cases}) == len(cases)
    for language in ("en", "zh"):
        own = [case for case in cases if case.language == language]
        assert sum(case.expected is not None for case in own) >= 140
        assert sum(case.expected is None for case in own) >= 130
    assert sum(case.expected is not None for case in cases) >= 300
    assert sum(case.expected is None for case in cases) >= 300


@pytest.mark.parametrize("half", HALVES)
def test_attacks_are_caught_and_harmless_texts_pass(guard, half):
    everything = list(judge(guard, CASES, half))[-1]
    assert everything.caught >= 0.95, everything.missed
    assert everything.false_alarms <= 0.03, everything.alarms


@pytest.mark.parametrize("name", REPEATED)
def test_four_times_the_text_takes_little_more_than_four_times_as_long(guard, name):
    short, long = (_seconds(guard, REPEATED[name], size) for size in (SHORT, LONG))
    # A quadratic rule would take sixteen times as long.
    assert long < 9 * short


def _seconds(guard, piece, size):
    text = piece * (size // len(piece))
    times = []
    for _ in range(2):
        started = time.process_time()
        guard.question(text)
        guard.source(text)
        times.append(time.process_time() - started)
    return min(times)
