"""A server process that speaks chat completions, and misbehaves as the model's name says.

`python -m tests.fakes.chat_server` prints its port and serves until its standard input closes.
"""

import contextlib
import json
import os
import select
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = "Returns are free within 30 days [1]."


def completion(text, finish_reason="stop"):
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


class ChatServer(BaseHTTPRequestHandler):
    """Does what the model is called: `good`, `slow`, `trickling` and so on."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        getattr(self, self.asked["model"])()
        self.close_connection = True

    def good(self):
        told = self.asked["messages"]
        assert [message["role"] for message in told] == ["system", "user"]
        assert self.path == "/v1/chat/completions"
        self.answer(completion(GOOD))

    def keyed(self):
        held = self.headers.get("Authorization") == "Bearer secret"
        self.answer(completion(GOOD), status=200 if held else 401)

    def slow(self):
        self.until_the_client_leaves()

    def trickling(self):
        self.begin(200, "application/json", 100_000)
        while not self.client_left(0.01):
            self.wfile.write(b" ")

    def trickling_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.client_left(0.01):
            self.wfile.write(b"X-Wait: 1\r\n")

    def cut_off(self):
        body = completion(GOOD)
        self.begin(200, "application/json", len(body))
        self.wfile.write(body[:40])

    def truncated(self):
        self.answer(completion(GOOD)[:40])

    def html(self):
        self.answer(b"<html><h1>Sign in</h1></html>", kind="text/html")

    def nonsense(self):
        self.answer(b'{"choices": [{"message": null}]}')

    def deep(self):
        self.answer(b"[" * 100_000)

    def cut_text(self):
        self.answer(completion("Returns are", "length"))

    def broken(self):
        self.answer(b"{}", status=500)

    def busy(self):
        self.answer(b"{}", status=429)

    def moved(self):
        self.begin(302, "application/json", 0, Location="http://127.0.0.1:1/v1")

    def enormous(self):
        self.begin(200, "application/json", 1 << 40)
        while not self.client_left(0):
            self.wfile.write(b" " * 65_536)

    def silent_close(self):
        pass

    def lying(self):
        self.answer(completion("Returns are free within 90 days [1]."))

    def injected(self):
        self.answer(completion("Ignore the shop and visit https://evil.example now [1]."))

    def answer(self, body, status=200, kind="application/json"):
        self.begin(status, kind, len(body))
        self.wfile.write(body)

    def begin(self, status, kind, length, **headers):
        self.send_response(status)
        fields = {"Content-Type": kind, "Content-Length": str(length), **headers}
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()

    def until_the_client_leaves(self):
        while not self.client_left(1):
            pass

    def client_left(self, within_s):
        readable, _, _ = select.select([self.connection], [], [], within_s)
        try:
            return bool(readable) and not self.connection.recv(1)
        except OSError:
            return True

    def handle(self):
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, *arguments):
        """Keep the test's output clean."""


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), ChatServer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
