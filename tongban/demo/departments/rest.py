"""The departments' REST services: one process, an address for each department's service, JSON over HTTP on this machine."""

from __future__ import annotations

import datetime as dt
import json
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tongban.client.errors import NotGenuine
from tongban.datahub.resources.types import Resource
from tongban.demo.departments import insurance, records
from tongban.demo.departments.insurance import Employers
from tongban.demo.departments.troubles import Trouble
from tongban.foundation.identity.queries import Population

HOST = "127.0.0.1"
LATENCY = (0.001, 0.006)
"""Seconds that a system of its kind takes, from … to."""
SLOW_SECONDS = 3.0
POLL_SECONDS = 0.1
MOST_TOLD = 4 << 20
"""Bytes of a delivery; the node sends less."""


class Departments(ThreadingHTTPServer):
    """Answers for all departments; each request in a thread of its own."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        resources: Mapping[str, Resource],
        population: Population,
        *,
        port: int = 0,
        today: Callable[[], dt.date],
        troubles: Callable[[], Mapping[str, Trouble]] = dict,
        employers: Employers | None = None,
    ) -> None:
        super().__init__((HOST, port), _Handler)
        self.resources, self.population, self.today, self.troubles = resources, population, today, troubles
        self.employers = employers
        self.chance = random.Random()  # noqa: S311 - how long an answer takes

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a node that has hung up: it does not wait for a slow department for ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """Return where the services lie; ``address_of`` says which is where."""
        return f"http://{HOST}:{self.server_address[1]}"


def path_of(resource: Resource) -> str:
    """Return the path of a department's service."""
    return f"/{resource.department}/{resource.code}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Departments
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == insurance.PATH and self.server.employers is not None:
            self._say(200, {"rows": self.server.employers.latest()})
            return
        department, _, code = where.path.strip("/").partition("/")
        resource = self.server.resources.get(code)
        if resource is None or resource.department != department:
            self._say(404, {"error": "unknown"})
            return
        if self._is_dead(department):
            return
        asked = dict(parse_qsl(where.query))
        found = records.rows(
            resource, asked.get(records.asked_by(resource), ""), self.server.population, self.server.today()
        )
        self._say(200, {"rows": self._as_told(resource, found)})

    def do_OPTIONS(self) -> None:
        """Say to the node, and to nobody else, that changes may be told here."""
        self._receive(b"")

    def do_POST(self) -> None:
        """Take what the node tells; answered once it is done."""
        length = self.headers.get("Content-Length", "")
        self._receive(self.rfile.read(min(int(length), MOST_TOLD)) if length.isdigit() else b"")

    def _receive(self, body: bytes) -> None:
        employers = self.server.employers
        if employers is None or self.path != insurance.PATH:
            self._say(404, {"error": "unknown"})
            return
        if self._is_dead(insurance.DEPARTMENT):
            return
        url, headers = f"http://{self.headers.get('Host', '')}{self.path}", self.headers.items()
        try:
            if self.command == "OPTIONS":
                self._say(200, {}, employers.welcome(url, headers))
            else:
                employers.take(url, headers, body)
                self._say(200, {})
        except NotGenuine:
            self._say(403, {"error": "not-genuine"})

    def _as_told(self, resource: Resource, found: list[records.Row]) -> list[records.Row]:
        """Return employers as the changes of their companies have made them."""
        if resource.code != insurance.RESOURCE or self.server.employers is None:
            return found
        told = ((row, self.server.employers.state_of(str(row["credit-code"]))) for row in found)
        return [row | {"state": state} if state else row for row, state in told]

    def _is_dead(self, department: str) -> bool:
        """Take as long as such a system does, or too long; hang up where it is to be dead."""
        trouble = self.server.troubles().get(department)
        if trouble is Trouble.DEAD:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return True
        time.sleep(SLOW_SECONDS if trouble is Trouble.SLOW else self.server.chance.uniform(*LATENCY))
        return False

    def _say(self, status: int, document: object, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: the exchange has the record."""


@contextmanager
def answering(server: Departments) -> Iterator[Departments]:
    """Answer in threads of this process for the block."""
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
