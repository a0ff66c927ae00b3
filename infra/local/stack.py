"""Start and stop the AWS emulator, and hand out clients for it."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".build" / "local"
REGION = "eu-central-1"
LOOPBACK = "127.0.0.1"
# What a process needs to find programs, libraries and its user; on Windows and macOS too.
INHERITED = {
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "USER",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
}
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 5
LOGS_KEPT = 10
LOG_LINE = re.compile(r"\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
FAILURE_MARKS = ("execution error", "failed processing", "timed out")


class StackFailed(Exception):
    """The local stack did not start or deploy. The message says why and where to read more."""


class LocalStack:
    """An AWS emulator in a process of its own, on a free port that only this machine can reach.

    A context manager: leaving it, by an exception or Ctrl-C too, ends the emulator and every function that it runs.
    """

    def __init__(self, state: Path = STATE) -> None:
        self.port = _free_port()
        self.endpoint = f"http://{LOOPBACK}:{self.port}"
        self.state = state
        self.log = state / f"emulator-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the emulator and wait until it answers."""
        _tidy(self.state)
        self._scratch.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.emulator"],
                cwd=ROOT,
                env=emulator_environment(os.environ, self.port, self._scratch),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches us first, and functions can be ended with the emulator.
                start_new_session=True,
            )
        self._wait_until_healthy(self._process)

    def stop(self) -> None:
        """End the emulator and its functions: politely, then by force."""
        process, self._process = self._process, None
        if process is not None:
            _end_group(process)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def client(self, service: str) -> Any:
        """Return a boto3 client that talks to this stack, whatever credentials and proxies the machine has."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes any
            config=Config(
                proxies={},
                retries={"total_max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path"},
            ),
        )

    def log_tail(self, lines: int = 30) -> str:
        """Return the end of the emulator's log, which holds what the functions print as well."""
        return "\n".join(self._log_text().splitlines()[-lines:])

    def log_position(self) -> int:
        """Return where the log ends now."""
        return self.log.stat().st_size if self.log.exists() else 0

    def failures(self, function: str, since: int = 0) -> list[str]:
        """Return what the log says of a function that could not start or whose messages failed, with tracebacks."""
        lines = self._log_text(since).splitlines()
        told: list[str] = []
        telling = False
        for line in lines:
            if LOG_LINE.match(line):
                telling = function in line and any(mark in line for mark in FAILURE_MARKS)
            if telling and line:
                told.append(line)
        return told

    def _log_text(self, since: int = 0) -> str:
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[since:].decode(errors="replace")

    @property
    def _scratch(self) -> Path:
        return self.state / f"run-{self.port}"

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            if _answers(f"{self.endpoint}/_ministack/health"):
                return
            time.sleep(0.05)
        raise StackFailed(f"the emulator did not start; its log is {self.log}:\n{self.log_tail()}")


def emulator_environment(base: Mapping[str, str], port: int, scratch: Path) -> dict[str, str]:
    """Return the variables of the emulator and of the functions it runs: ours, and nothing else that the user has set.

    So no real credentials reach it, and a function that reads a variable which the template does not set fails here too.
    """
    kept = {name: value for name, value in base.items() if name in INHERITED}
    return kept | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "NO_PROXY": f"{LOOPBACK},localhost",
        "no_proxy": f"{LOOPBACK},localhost",
        "TMPDIR": str(scratch),
        "STATE_DIR": str(scratch / "state"),
        "S3_DATA_DIR": str(scratch / "s3"),
        # No other listeners, and hands off any containers on this machine.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{scratch}/no-docker.sock",
        # Enforce the functions' IAM policies, so that a missing permission shows here and not on AWS.
        "AUTH": "true",
        # Functions find no segment daemon here.
        "POWERTOOLS_TRACE_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def _tidy(state: Path) -> None:
    """Remove what killed runs left behind, and all but the latest logs."""
    for folder in state.glob("run-*"):
        port = int(folder.name.removeprefix("run-"))
        old = time.time() - folder.stat().st_mtime > START_TIMEOUT_S
        if old and not _answers(f"http://{LOOPBACK}:{port}/_ministack/health"):
            shutil.rmtree(folder, ignore_errors=True)
    logs = sorted(state.glob("emulator-*.log"), key=lambda log: log.stat().st_mtime)
    for log in logs[:-LOGS_KEPT]:
        log.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, then end whatever is left of its group."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_TIMEOUT_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
