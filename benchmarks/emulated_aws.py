"""S3 and DynamoDB for measuring: one process beside the functions that counts its own time.

`python -m benchmarks.emulated_aws FOLDER` serves the objects of a folder and moto's DynamoDB,
prints where, and ends with its input.
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

from benchmarks.static_s3 import StaticS3

SPENT_PATH = "/benchmarks/spent"


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls answered, and the seconds in which at least one of them was being worked on."""

    calls: int
    seconds: float


class EmulatedAws:
    """The emulator as a child process of another environment's Python; a context manager."""

    def __init__(self, python: Path, folder: Path) -> None:
        self._command = [str(python), "-m", "benchmarks.emulated_aws", str(folder)]

    def __enter__(self) -> Self:
        self._process = Popen(self._command, stdin=PIPE, stdout=PIPE, text=True)
        assert self._process.stdout is not None  # noqa: S101  # a pipe was asked for
        addresses = self._process.stdout.readline().split()
        if not addresses:
            raise RuntimeError("the emulator did not start; its error is above")
        self.s3, self.dynamodb = addresses
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def spent(self) -> Spent:
        """Return what was spent since the last question."""
        with urllib.request.urlopen(self.dynamodb + SPENT_PATH) as reply:  # noqa: S310  # loopback
            return Spent(**json.load(reply))


class Stopwatch:
    """Counts the time of calls, without that of reading and sending."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []

    def add(self, began: float, ended: float) -> None:
        """Count one call."""
        self._spans.append((began, ended))

    def around(self, application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """Wrap a WSGI application, and answer at SPENT_PATH in its place."""

        def timed(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"] == SPENT_PATH:
                spans, self._spans = self._spans, []
                start("200 OK", [("Content-Type", "application/json")])
                return [json.dumps({"calls": len(spans), "seconds": covered(spans)}).encode()]
            began = time.perf_counter()
            try:
                return application(environ, start)
            finally:
                self.add(began, time.perf_counter())

        return timed


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """Return how long at least one span lasted, so that calls at once are not counted twice."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def _serve(folder: Path) -> None:
    warnings.filterwarnings("ignore", "When using MotoServer")  # names what is not needed here
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
            """Say nothing: a line per call would be timed as well."""

    stopwatch = Stopwatch()
    application = stopwatch.around(DomainDispatcherApplication(create_backend_app))
    dynamodb = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    s3 = StaticS3(folder, stopwatch.add)
    for server in (s3, dynamodb):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ports = (s3.server_address[1], dynamodb.server_port)
    print(*(f"http://127.0.0.1:{port}" for port in ports), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
