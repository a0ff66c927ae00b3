import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.lambda_runtime import HandlerFailed, LambdaRuntime

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("awslambdaric") is None, reason="awslambdaric is not installed"
)

Start = Callable[[str], LambdaRuntime]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def start(code: str) -> LambdaRuntime:
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "main.py").write_text(code, encoding="utf-8")
        return LambdaRuntime(
            "shop.main.handler", tmp_path, environment={"GREETING": "hello"}, timeout_s=60
        )

    return start


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_handler_answers_events_and_is_timed(start: Start) -> None:
    echo = "import os\ndef handler(event, context):\n    return [event, os.environ['GREETING']]\n"

    with start(echo) as runtime:
        answers = [runtime.invoke({"n": n}) for n in range(3)]
        memory = runtime.memory()

    assert [answer.payload for answer in answers] == [[{"n": n}, "hello"] for n in range(3)]
    assert runtime.init_s > 0
    assert all(answer.seconds > 0 for answer in answers)
    assert memory.peak_mb >= memory.resident_mb > 1


def test_the_context_is_that_of_lambda(start: Start) -> None:
    code = (
        "def handler(event, context):\n"
        "    left = context.get_remaining_time_in_millis()\n"
        "    return [context.function_name, bool(context.aws_request_id), left > 0]\n"
    )

    with start(code) as runtime:
        assert runtime.invoke({}).payload == ["measured", True, True]


def test_text_outside_ascii_survives_both_ways(start: Start) -> None:
    with start("def handler(event, context):\n    return event\n") as runtime:
        assert runtime.invoke({"q": "雨伞 ☂"}).payload == {"q": "雨伞 ☂"}


def test_an_error_at_import_is_told_with_its_traceback(start: Start) -> None:
    broken = "print('loading', flush=True)\nraise RuntimeError('no such setting')\n"

    with pytest.raises(HandlerFailed, match="no such setting") as failure, start(broken):
        pass

    assert "loading" in str(failure.value)
    assert "RuntimeError" in str(failure.value)


def test_a_process_that_dies_at_import_is_noticed(start: Start) -> None:
    with pytest.raises(HandlerFailed, match="exit code 3"), start("import os\nos._exit(3)\n"):
        pass


def test_an_error_in_one_invocation_leaves_the_next_alone(start: Start) -> None:
    moody = (
        "def handler(event, context):\n"
        "    if event['bad']:\n"
        "        raise ValueError('a bad event')\n"
        "    return 'fine'\n"
    )

    with start(moody) as runtime:
        with pytest.raises(HandlerFailed, match="a bad event"):
            runtime.invoke({"bad": True})
        assert runtime.invoke({"bad": False}).payload == "fine"


def test_a_process_that_dies_in_an_invocation_is_noticed(start: Start) -> None:
    deadly = "import os, signal\ndef handler(e, c):\n    os.kill(os.getpid(), signal.SIGKILL)\n"

    with start(deadly) as runtime, pytest.raises(HandlerFailed, match="SIGKILL"):
        runtime.invoke({})


def test_a_process_that_ignores_polite_signals_is_gone_afterwards(start: Start) -> None:
    stubborn = (
        "import signal, threading\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "def handler(event, context):\n"
        "    return 'still here'\n"
    )

    with start(stubborn) as runtime:
        os.kill(runtime.pid, signal.SIGTERM)
        assert runtime.invoke({}).payload == "still here"
        assert is_running(runtime.pid)

    assert not is_running(runtime.pid)


def test_the_process_is_gone_after_an_error_of_the_caller(start: Start) -> None:
    with pytest.raises(KeyError), start("def handler(e, c):\n    return e\n") as runtime:
        raise KeyError(runtime.pid)

    assert not is_running(runtime.pid)


def test_only_the_given_environment_is_seen(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "1")
    code = "import os\ndef handler(e, c):\n    return 'SECRET_OF_THE_CALLER' in os.environ\n"

    with start(code) as runtime:
        assert runtime.invoke({}).payload is False


def test_another_python_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import sys\ndef handler(e, c):\n    return sys.flags.utf8_mode"
    )

    with LambdaRuntime(
        "main.handler", tmp_path, python=[sys.executable, "-X", "utf8=1"]
    ) as runtime:
        assert runtime.invoke({}).payload == 1
