"""Another system that wants to be told who has left: takes logout tokens, is away for the first few."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

from tests.fakes import POLL


@contextmanager
def listening_system(failing: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Yield the system's address and the tokens it was given; the first ``failing`` ones it answers with 503."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            heard.append(parse_qs(body)["logout_token"][0])
            self.send_response(503 if len(heard) <= failing else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/left", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
