import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cold_cases import api_event
from benchmarks.cold_report import Start, print_report, summarise
from benchmarks.emulated_aws import Spent, covered
from benchmarks.lambda_runtime import Memory
from benchmarks.measured_shop import environment
from benchmarks.static_s3 import StaticS3
from concierge.settings import AnswerSettings, RecommendSettings, SearchSettings, Settings


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[StaticS3]:
    (tmp_path / "bucket" / "models").mkdir(parents=True)
    (tmp_path / "bucket" / "models" / "current.json").write_bytes(b'{"id": "one"}')
    calls: list[tuple[float, float]] = []
    with StaticS3(tmp_path, lambda began, ended: calls.append((began, ended))) as server:
        server.calls = calls
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def get(s3: StaticS3, key: str, **headers: str) -> tuple[int, bytes, str]:
    address = f"http://127.0.0.1:{s3.server_address[1]}/bucket/{key}"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as reply:
            return reply.status, reply.read(), reply.headers["ETag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), ""


def a_start(init_s: float, first_s: float, aws_s: float = 0.0) -> Start:
    spent = Spent(3, aws_s)
    return Start(init_s, first_s, spent, Spent(0, 0.0), [0.002, 0.004], spent, Memory(100, 120))


def test_an_object_is_read_with_its_etag(s3: StaticS3) -> None:
    status, body, etag = get(s3, "models/current.json")

    assert (status, body) == (200, b'{"id": "one"}')
    assert etag.startswith('"')
    assert len(s3.calls) == 1


def test_an_object_that_is_known_is_not_sent_again(s3: StaticS3) -> None:
    etag = get(s3, "models/current.json")[2]

    assert get(s3, "models/current.json", **{"If-None-Match": etag})[:2] == (304, b"")


def test_a_missing_object_is_told_as_s3_tells_it(s3: StaticS3) -> None:
    status, body, _ = get(s3, "models/none.json")

    assert status == 404
    assert b"<Code>NoSuchKey</Code>" in body


def test_calls_at_once_are_counted_once() -> None:
    assert covered([(0, 2), (1, 3), (1, 2), (5, 6)]) == pytest.approx(4)
    assert covered([]) == 0


def test_starts_are_compared_with_the_floor_of_their_own_turn() -> None:
    starts = {"search": [a_start(0.4, 0.1), a_start(0.8, 0.2)], "usual": [a_start(9, 1)]}

    report = summarise([0.25, 0.5], starts, "usual")

    search = report["functions"]["search"]
    assert search["floors"] == pytest.approx(2)
    assert search["cold_ms"] == pytest.approx(750)
    assert [each["within"] for each in search["within"]] == [True, True, True, True]


def test_a_budget_that_is_missed_is_said_to_be_over(capsys: pytest.CaptureFixture[str]) -> None:
    report = summarise([0.1], {"search": [a_start(0.2, 0.1, aws_s=0.1)]}, "usual")
    head = {
        "date": "",
        "machine": "",
        "load": 0,
        "python": "",
        "layer": {},
        "starts": 1,
        "disk": "warm",
    }

    print_report({**head, "products": 1, "entries": 1}, report)

    told = capsys.readouterr().out
    assert "over  search: floors, S3 and DynamoDB included: 3.00" in told
    assert "PASS  search: floors, without the emulator's time: 2.00" in told


def test_an_event_is_what_the_gateway_sends() -> None:
    event = api_event("/v1/search", {"query": "umbrella"})

    assert (event["httpMethod"], event["path"]) == ("POST", "/v1/search")
    assert json.loads(event["body"]) == {"query": "umbrella"}


@pytest.mark.parametrize("settings", [RecommendSettings, SearchSettings, AnswerSettings])
def test_what_is_measured_finds_all_its_settings(settings: type[Settings]) -> None:
    found = environment("http://127.0.0.1:1", "http://127.0.0.1:2")

    assert settings.from_env({**found, "ALLOWED_ORIGIN": "*"})
