"""A generator behind any server that speaks OpenAI's chat completions over HTTP."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from threading import Timer
from urllib.parse import urlsplit

from concierge.adapters.chat_completions import MOST_BYTES, request_body, text_of
from concierge.answering.prompt import Prompt
from concierge.errors import Throttled, TimedOut, Unavailable, UnreadableReply, UnusableKey


class OpenAiGenerator:
    """Implements TextGenerator; `key` is asked for once it is needed, and may return none."""

    def __init__(self, base_url: str, model: str = "", key: Callable[[], str] = str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{base_url!r} is no address such as https://models.example/v1")
        self._host, self._port = parts.hostname, parts.port
        self._is_tls = parts.scheme == "https"
        self._path = f"{parts.path.rstrip('/')}/chat/completions"
        self._model = model
        self._key = key

    def generate(self, prompt: Prompt, timeout_s: float, most_tokens: int) -> str:
        """Send one request and read its reply, both within the time, however slowly bytes come."""
        deadline = time.monotonic() + timeout_s
        body = request_body(prompt, most_tokens, self._model)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        key = self._key()
        if key:
            headers["Authorization"] = f"Bearer {key}"
        connection = self._connection(timeout_s)
        # A timeout of the socket begins anew with each byte; this one does not.
        watchdog = Timer(timeout_s, partial(_cut, connection))
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.request("POST", self._path, body, headers)
            reply = connection.getresponse()
            content = reply.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            if time.monotonic() >= deadline:
                raise TimedOut(f"the generator took longer than {timeout_s:.1f} s") from error
            raise _failed(error) from error
        finally:
            watchdog.cancel()
            connection.close()
        if time.monotonic() >= deadline:
            raise TimedOut(f"the generator took longer than {timeout_s:.1f} s")
        _check(reply, content)
        return text_of(content, reply.headers.get("Content-Type") or "")

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        if not self._is_tls:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=timeout_s, context=context
        )


def _cut(connection: http.client.HTTPConnection) -> None:
    """End whatever a connection waits for."""
    # The reply may hold the socket after the connection has let go of it, so both ways are shut.
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            sock.close()


def _failed(error: Exception) -> Unavailable:
    if isinstance(error, TimeoutError):
        return TimedOut("the generator did not answer in time")
    if isinstance(error, http.client.HTTPException):
        return UnreadableReply(f"the generator's reply broke off: {type(error).__name__}")
    return Unavailable(f"the generator cannot be reached: {type(error).__name__}")


def _check(reply: http.client.HTTPResponse, content: bytes) -> None:
    """Raise what a status means, or UnreadableReply for a body that is not whole."""
    status = reply.status
    if status == http.client.TOO_MANY_REQUESTS:
        raise Throttled("the generator asked to slow down")
    if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
        raise UnusableKey(f"the generator refused the key: {status}")
    if 300 <= status < 400:
        raise UnreadableReply(
            f"the generator redirects ({status}); set the address it redirects to"
        )
    if status >= 400:
        raise Unavailable(f"the generator answered {status}; check its address and model")
    stated = reply.headers.get("Content-Length", "")
    if stated.isdigit() and len(content) < min(int(stated), MOST_BYTES + 1):
        raise UnreadableReply("the generator's reply broke off")
