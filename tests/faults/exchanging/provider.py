"""A department's own service: it answers, and writes down the number of each call that it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def provider(said: dict[str, Any] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Yield its address, and the numbers (X-Road-Id) of the calls as they come.

    ``said`` may hold what is written instead of an answer, whole and raw, by the last part of the path: bytes, or a
    function that is given the connection.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.do_GET()

        def do_GET(self) -> None:
            asked.append(self.headers["X-Road-Id"])
            wrong = (said or {}).get(self.path.partition("?")[0].rpartition("/")[2])
            if wrong is not None:
                self.close_connection = True
                wrong(self.wfile) if callable(wrong) else self.wfile.write(wrong)
                return
            body = json.dumps(
                [{"id": self.headers["X-Road-Id"], "name": "某某", "phone": "13900000000"}]
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Who asked has hung up, or was killed."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
