"""The demo's own rules: which files it imports, what it says of them, when it fails."""

import io

import pytest

from infra.local.imports import ImportFailed, NothingToImport, account, check, files_in
from infra.local.scripts import with_typo
from infra.local.stack import LocalStack
from infra.local.steps import Steps
from infra.local.wording import asked, explained, said, shown


def report(**changed):
    return {
        "kind": "catalogue",
        "file": "products.csv",
        "status": "completed",
        "reason": "",
        "rows": 5,
        "accepted": 3,
        "removed": 0,
        "duplicates": 1,
        "quarantined": {"price: … is not a number": 1},
        "warnings": [],
    } | changed


def test_files_are_taken_products_first_and_other_files_left_alone(tmp_path):
    for name in ("events/a.jsonl.gz", "catalogue/b.csv", "catalogue/a.csv", "catalogue/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [(file.kind, file.name) for file in files_in(tmp_path)] == [
        ("catalogue", "a.csv"),
        ("catalogue", "b.csv"),
        ("events", "a.jsonl.gz"),
    ]


def test_folder_without_files_says_where_they_belong(tmp_path):
    with pytest.raises(NothingToImport, match="/catalogue/"):
        files_in(tmp_path)


def test_account_of_an_import_names_every_row():
    first, reason = account(report())
    assert "5 rows, 3 accepted, 1 duplicates, 1 quarantined, none unaccounted for" in first
    assert reason.split(maxsplit=1) == ["1", "price: … is not a number"]


@pytest.mark.parametrize(
    "wrong", [{"status": "rejected"}, {"status": "failed"}, {"rows": 6}, {"accepted": 2}]
)
def test_import_that_is_not_whole_fails_the_demo(wrong):
    with pytest.raises(ImportFailed, match=r"products\.csv"):
        check(report(**wrong))


def test_import_with_quarantined_rows_is_whole():
    check(report())


def test_typo_changes_one_letter_of_the_longest_word():
    assert with_typo("Green kettle") == "Green ketle"


def test_handoff_is_shown_without_an_answer():
    reply = {"action": "handoff", "confidence": 0.01, "language": "en", "citations": []}
    assert said(reply) == ["    handed to a person, confidence 0.01"]


def test_explanation_adds_up_with_few_causes_by_name_and_the_others_together():
    causes = [{"kind": "view", "id": f"i-{n}", "value": 0.1} for n in range(5)]
    parts = [
        {"name": "content", "value": 0.5, "because": causes},
        {"name": "popularity", "value": 0.2},
    ]
    lines = explained({"score": 0.7, "parts": parts}, {"i-0": "Kettle"})
    assert [line.strip() for line in lines] == [
        "score 0.700 = 0.500 content + 0.200 popularity",
        "content 0.500 = 0.100 “Kettle” + 0.100 “i-1” + 0.100 “i-2” + 0.200 2 more",
    ]


def test_request_is_shown_as_json_with_lists_of_things_counted():
    line = asked("POST", "/v1/events", {"events": [{}, {}], "tags": ["a"], "query": "茶"})
    assert line == 'POST /v1/events {"events": [… 2 …], "tags": ["a"], "query": "茶"}'


def test_product_without_price_is_shown_by_its_title():
    assert shown({"title": "Kettle"}) == "    · Kettle"


def test_step_that_fails_is_marked_and_its_error_goes_on():
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Steps(out).step("deploy"):
        raise ValueError("no")
    assert out.getvalue().strip().startswith("✗ deploy")


def test_failures_in_the_log_are_those_of_the_function_asked_for(tmp_path):
    stack = LocalStack(tmp_path)
    stack.log.write_text(
        "2026-11-23 17:44:15 INFO [lambda] all is well\n"
        "2026-11-23 17:44:15 WARNING [lambda] ESM: Lambda shop-ImporterFunction-1 failed processing\n"
        "Traceback (most recent call last):\n"
        "KeyError: 'x'\n"
        "2026-11-23 17:44:16 WARNING [lambda] ESM: Lambda shop-RecordFunction-1 failed processing\n",
        encoding="utf-8",
    )
    told = stack.failures("ImporterFunction")
    assert told[1:] == ["Traceback (most recent call last):", "KeyError: 'x'"]
    assert stack.failures("ImporterFunction", since=stack.log_position()) == []
