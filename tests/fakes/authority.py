"""An authority and registers as a city would run them: HTTP on this machine, with its faults to order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import POLL
from tongban.foundation.identity.adapters.demonstration import (
    DemonstrationAuthority,
    DemonstrationRegisters,
)
from tongban.foundation.identity.types import RegisterCompany, RegisterPerson

KEY = "the-key-of-this-city"


class FakeAuthority:
    """Knows the invented people; ``faults`` are answered before anything else, one each time."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path: str, question: dict[str, Any]) -> tuple[int, Any]:
        if path == "/check":
            found = DemonstrationAuthority().check(question["name"], question["number"])
            return 200, {
                "matches": found.matches,
                "birth_on": found.birth_on and found.birth_on.isoformat(),
                "sex": found.sex,
                "died_on": found.died_on and found.died_on.isoformat(),
            }
        registers = DemonstrationRegisters()
        if path == "/person":
            return _document(registers.person(question["number"]))
        if path == "/company":
            return _document(registers.company(question["credit_code"]))
        return 404, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake.asked.append((self.path, body.decode()))
                status, text = fake._status_and_text(self.path, self.headers["Authorization"], body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler

    def _status_and_text(self, path: str, key: str, body: bytes) -> tuple[int, bytes]:
        fault = self.faults.pop(0) if self.faults else ""
        if fault:
            return (200, b"<html>") if fault == "garbage" else (int(fault), b"{}")
        if key != f"Bearer {KEY}":
            return 401, b"{}"
        status, document = self.answer(path, json.loads(body))
        return status, json.dumps(document).encode()


def _document(found: RegisterPerson | RegisterCompany | None) -> tuple[int, Any]:
    if found is None:
        return 404, {}
    values = {
        name: {"value": value, "register": register} for name, (value, register) in found.values.items()
    }
    if isinstance(found, RegisterPerson):
        return 200, {
            "name": found.name,
            "number": found.number,
            "died_on": found.died_on and found.died_on.isoformat(),
            "wards": [{"name": name, "number": number} for name, number in found.wards],
            "values": values,
        }
    plain = (
        "name",
        "credit_code",
        "representative_name",
        "representative_number",
        "address",
        "kind",
        "district",
    )
    dissolved = found.dissolved_on and found.dissolved_on.isoformat()
    return 200, {name: getattr(found, name) for name in plain} | {"dissolved_on": dissolved, "values": values}


@contextmanager
def authority() -> Iterator[FakeAuthority]:
    """Run the fake until the block ends."""
    fake = FakeAuthority()
    thread = threading.Thread(target=fake.server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.server.shutdown()
        fake.server.server_close()
        thread.join()
