"""An operator's SMS gateway on this machine: it checks every signature, takes each id once, and fails to order."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import POLL
from tongban.foundation.messages.gateway import signature

KEY, SECRET = "city", "s3cret/with:signs"
CLOCKS_APART = 300  # seconds


class FakeSms:
    """``taken`` are the messages accepted; ``faults`` are answered before anything else, one each time."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.refused: list[str] = []
        self.faults: list[tuple[int, bytes]] = []
        self._nonces: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://{KEY}:s3cret%2Fwith%3Asigns@127.0.0.1:{self._server.server_address[1]}/v1/messages"

    def __enter__(self) -> FakeSms:
        threading.Thread(target=self._server.serve_forever, args=(POLL,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, headers: Any, body: bytes) -> tuple[int, dict[str, str]]:
        moment, nonce = headers["X-Time"], headers["X-Nonce"]
        if headers["X-Signature"] != signature(SECRET, headers["X-Key"], moment, nonce, body):
            return self._refuse(401, "signature-wrong")
        if abs(time.time() - int(moment)) > CLOCKS_APART:
            return self._refuse(401, "clock-wrong")
        if nonce in self._nonces:
            return self._refuse(401, "nonce-used")
        self._nonces.add(nonce)
        said = json.loads(body)
        if not said["phone"].isascii() or not said["phone"].isdigit() or len(said["phone"]) != 11:
            return self._refuse(400, "number-invalid")
        self.taken.setdefault(said["id"], said)
        return 200, {"code": "ok", "number": f"m{list(self.taken).index(said['id']) + 1}"}

    def _refuse(self, status: int, code: str) -> tuple[int, dict[str, str]]:
        self.refused.append(code)
        return status, {"code": code}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if fake.faults:
                    status, text = fake.faults.pop(0)
                else:
                    status, said = fake.answer(self.headers, body)
                    text = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler
