"""S3 and DynamoDB for measuring: moto in a process of its own that counts the time it takes.

`python -m benchmarks.emulated_aws` prints its port and serves until its input ends.
"""

import json
import sys
import threading
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType
from typing import Any, Self

SPENT_PATH = "/benchmarks/spent"
CREDENTIALS = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "local",
    "aws_secret_access_key": "local",
}


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls answered, and the seconds in which at least one of them was being worked on."""

    calls: int
    seconds: float


class EmulatedAws:
    """The emulator as a child process of another environment's Python; a context manager."""

    def __init__(self, python: Path) -> None:
        self._python = python

    def __enter__(self) -> Self:
        self._process = Popen(
            [self._python, "-m", "benchmarks.emulated_aws"], stdin=PIPE, stdout=PIPE, text=True
        )
        assert self._process.stdout is not None  # noqa: S101  # a pipe was asked for
        port = self._process.stdout.readline().strip()
        if not port:
            raise RuntimeError("the emulator did not start; its error is above")
        self.endpoint = f"http://127.0.0.1:{port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def client(self, service: str) -> Any:
        """Return a client of ours, for laying out what the functions read."""
        import boto3  # not needed by the emulator's own process

        return boto3.client(service, endpoint_url=self.endpoint, **CREDENTIALS)

    def spent(self) -> Spent:
        """Return what was spent since the last question."""
        with urllib.request.urlopen(self.endpoint + SPENT_PATH) as reply:  # noqa: S310  # loopback
            return Spent(**json.load(reply))


class _Stopwatch:
    """Counts the time of a WSGI application, without that of reading and sending."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._spans: list[tuple[float, float]] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == SPENT_PATH:
            spans, self._spans = self._spans, []
            start("200 OK", [("Content-Type", "application/json")])
            return [json.dumps({"calls": len(spans), "seconds": covered(spans)}).encode()]
        started = time.perf_counter()
        try:
            return self._application(environ, start)
        finally:
            self._spans.append((started, time.perf_counter()))


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """Return how long at least one span lasted, so that calls at once are not counted twice."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def _serve() -> None:
    warnings.filterwarnings("ignore", "When using MotoServer")  # names what is not needed here
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
            """Say nothing: a line per call would be timed as well."""

    application = _Stopwatch(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
