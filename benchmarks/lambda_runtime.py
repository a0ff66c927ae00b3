"""A Lambda Runtime API on loopback that starts one handler in `awslambdaric` and times it.

It speaks the four calls that the runtime client makes (next, response, error, init error), so a
handler runs here as it does in Lambda: a fresh process, the layer on its path, events over HTTP.
"""

import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

API = "/2018-06-01/runtime"
OUTPUT_TAIL = 4000  # characters of the handler's output that an error quotes
T = TypeVar("T")


class HandlerFailed(Exception):  # errors read as facts
    """The handler did not start, raised, or died; the message carries its output."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What one invocation returned, and the seconds from its `next` reply to its response."""

    payload: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of the process: now and at its highest."""

    resident_mb: float
    peak_mb: float

    @classmethod
    def of(cls, pid: int | str = "self") -> Self:
        """Return what the kernel counts; getrusage would count what forked the process too."""
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        sizes = dict(line.split(":", 1) for line in status.splitlines())
        return cls(*(int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")))


@dataclass(frozen=True, slots=True)
class _Polled:
    at: float


@dataclass(frozen=True, slots=True)
class _Replied:
    at: float
    body: bytes


@dataclass(frozen=True, slots=True)
class _Failed:
    reason: str


class _Api(ThreadingHTTPServer):
    """The server side: events go in by one queue, what the handler did comes out by another."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.events: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.outcomes: queue.SimpleQueue[_Polled | _Replied | _Failed] = queue.SimpleQueue()
        self.sent_at = 0.0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that end with their process; what it did is known."""


class _Calls(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one write: two would wait for each other's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Api

    def do_GET(self) -> None:
        """`next`: say that the handler is ready, and keep it waiting until there is an event."""
        self.server.outcomes.put(_Polled(time.perf_counter()))
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(event)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", f"{time.time_ns():032x}")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000))
        self.send_header(
            "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:0:function:measured"
        )
        self.end_headers()
        self.wfile.write(event)
        self.server.sent_at = time.perf_counter()

    def do_POST(self) -> None:
        """`response`, `error` or `init/error`."""
        at = time.perf_counter()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        replied = self.path.endswith("/response")
        self.server.outcomes.put(_Replied(at, body) if replied else _Failed(body.decode()))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is inherited
        """Say nothing: a line per call would be timed as well."""


class LambdaRuntime:
    """Runs `handler` (`folder.module.function`) from its task root, as a context manager.

    `init_s` is the time from process start to the first poll. The process sees only `environment`
    and what Lambda itself would set, and is killed on the way out whatever it is doing.
    """

    def __init__(
        self,
        handler: str,
        task_root: Path,
        *,
        python: Sequence[str] = (sys.executable,),
        environment: Mapping[str, str] | None = None,
        timeout_s: float = 120,
    ) -> None:
        self._command = [*python, "-m", "awslambdaric", handler]
        self._task_root = task_root
        self._environment = dict(environment or {})
        self._timeout_s = timeout_s
        self.init_s = 0.0
        self.pid = 0

    def __enter__(self) -> Self:
        self._output = tempfile.TemporaryFile()
        self._api = _Api()
        threading.Thread(target=self._api.serve_forever, args=(0.05,), daemon=True).start()
        started = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._task_root,
            env=self._lambda_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        self.pid = self._process.pid
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        try:
            self.init_s = self._await(_Polled).at - started
        except BaseException:
            self._stop()
            raise
        self._ready = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def invoke(self, event: Any) -> Invocation:
        """Send one event and return what came back, or raise HandlerFailed."""
        if not self._ready:
            self._await(_Polled)
        self._ready = False
        self._api.events.put(json.dumps(event).encode())
        replied = self._await(_Replied)
        return Invocation(json.loads(replied.body), replied.at - self._api.sent_at)

    def memory(self) -> Memory:
        """Return the resident memory that the kernel counts for the process."""
        return Memory.of(self.pid)

    def _lambda_environment(self) -> dict[str, str]:
        host, port = self._api.server_address[:2]
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
            "AWS_LAMBDA_FUNCTION_NAME": "measured",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "LAMBDA_TASK_ROOT": str(self._task_root),
            **self._environment,
            "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}",
        }

    def _await(self, wanted: type[T]) -> T:
        try:
            outcome = self._api.outcomes.get(timeout=self._timeout_s)
        except queue.Empty:
            raise HandlerFailed(self._told(f"no answer within {self._timeout_s:g} s")) from None
        if isinstance(outcome, wanted):
            return outcome
        reason = outcome.reason if isinstance(outcome, _Failed) else f"unexpected {outcome}"
        self._ready = False
        raise HandlerFailed(self._told(reason))

    def _told(self, reason: str) -> str:
        self._output.seek(0)
        output = self._output.read().decode(errors="replace")[-OUTPUT_TAIL:]
        return f"{reason}\n{output}".rstrip()

    def _watch(self) -> None:
        code = self._process.wait()
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._api.outcomes.put(_Failed(f"the process ended: {name}"))

    def _stop(self) -> None:
        self._process.kill()
        self._watcher.join()
        self._api.events.put(None)
        self._api.shutdown()
        self._api.server_close()
        self._output.close()
