"""The part of S3 that functions read from, served out of a folder in under a millisecond a call.

Gets of whole objects, conditional on their ETag; path-style addresses; nothing is checked.
"""

import hashlib
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

MISSING = b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"

Observe = Callable[[float, float], None]


class StaticS3(ThreadingHTTPServer):
    """Serves `<folder>/<bucket>/<key>`; `observe` is told when each call began and was answered."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, observe: Observe) -> None:
        super().__init__(("127.0.0.1", 0), _Gets)
        self.folder = folder
        self.observe = observe


class _Gets(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: StaticS3

    def do_GET(self) -> None:
        began = time.perf_counter()
        path = self.server.folder / unquote(urlsplit(self.path).path).lstrip("/")
        if not path.is_file():
            self._answer(404, MISSING)
        elif self.headers.get("If-None-Match") == _etag(path):
            self._answer(304)
        else:
            self._send_file(path, began)
            return
        self.server.observe(began, time.perf_counter())

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, path: Path, began: float) -> None:
        with path.open("rb") as file:
            self.send_response(200)
            self.send_header("ETag", _etag(path))
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            # From here on it is the reader who sets the pace.
            self.server.observe(began, time.perf_counter())
            if path.stat().st_size:
                self.connection.sendfile(file)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is inherited
        """Say nothing: a line per call would be timed as well."""


def _etag(path: Path) -> str:
    status = path.stat()
    state = f"{status.st_mtime_ns} {status.st_size}"
    return f'"{hashlib.md5(state.encode(), usedforsecurity=False).hexdigest()}"'
