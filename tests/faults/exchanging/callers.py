"""A system that calls again and again, in a process of its own: each call is written down before it is sent, and its answer."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit

from tests.faults.browser import GaveUp
from tests.faults.exchanging.setting import Access
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import Message

COVERED = ("@method", "@authority", "@path", "@query", "x-road-client", "x-road-id")
PATIENCE = 120.0
"""Seconds after which a call is given up: nothing that is killed stays away that long."""
PAUSE = 0.1
REPLAYED = (400, "Client.InvalidSignatureValue")
SAYS_AGAIN = 3
"""Of the answers that were lost every third is asked for again by the very same request, which may count once only."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came back; ``there`` is the number at the provider's node, where that is another one."""

    status: int
    number: str
    there: str
    digest: str
    problem: str = ""


class Caller:
    """Signs and sends, over one connection as long as it lasts."""

    def __init__(self, access: Access) -> None:
        self._access, self._private = access, access.signer()
        where = urlsplit(access.address)
        self._host, self._port = where.hostname or "", where.port or 80
        self._line: http.client.HTTPConnection | None = None

    def signed(
        self, id: str, path: str, query: str, *, ahead: int = 0, body: bytes = b"", **changes: str
    ) -> tuple[str, dict[str, str]]:
        """Return the address and the headers of a call that is signed now, by a clock that is so many seconds ahead.

        ``changes`` are headers, ``x_road_client`` instead of its own; ``algorithm`` is what the signature calls itself.
        """
        algorithm = changes.pop("algorithm", None)
        headers = {"x-road-client": self._access.consumer, "x-road-id": id}
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        message = Message(
            headers,
            method="POST" if body else "GET",
            scheme="http",
            authority=f"{self._host}:{self._port}",
            path=path,
            query=query,
        )
        added = signatures.signed_headers(
            message,
            body,
            components=COVERED,
            key=self._access.key,
            private=self._private,
            created=int(time.time()) + ahead,
            nonce=uuid.uuid4().hex,
            algorithm=algorithm,
        )
        return f"{path}?{query}", headers | added

    def send(self, address: str, headers: dict[str, str], body: bytes = b"") -> Said | None:
        """Return what came back, nothing when the connection broke."""
        try:
            if self._line is None:
                self._line = http.client.HTTPConnection(self._host, self._port, timeout=20)
            self._line.request("POST" if body else "GET", address, body or None, headers)
            came = self._line.getresponse()
            body = came.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return None
        number, there = (
            came.headers.get(name, "") for name in ("X-Road-Request-Id", "X-Tongban-Provider-Request-Id")
        )
        problem = came.headers.get("X-Road-Error", "")
        return Said(came.status, number, there, hashlib.sha256(body).hexdigest(), problem)

    def hang_up(self) -> None:
        """Let go of the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None


def again(access: Access, request: tuple[str, dict[str, str]]) -> tuple[int, str]:
    """Send a request on a connection of its own, so that whichever process takes it answers; return what it says."""
    caller = Caller(access)
    try:
        return told(caller.send(*request))
    finally:
        caller.hang_up()


def told(said: Said | None) -> tuple[int, str]:
    """Return status and error of an answer, of none zero and nothing."""
    return (said.status, said.problem) if said else (0, "")


def call(access: Access, count: int, seed: int, file: Path) -> None:
    """Call so many times, one service after the other, each call until it is answered."""
    caller = Caller(access)
    with file.open("a", encoding="utf-8") as lines:
        for place in range(count):
            path = access.paths[place % len(access.paths)]
            _until_answered(caller, path, f"{seed}-{place}", lines)


def _until_answered(caller: Caller, path: str, name: str, lines: IO[str]) -> None:
    """Call until it is answered with 200; each attempt is a call of its own, with an X-Road-Id of its own."""
    until, attempt = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until:
        attempt += 1
        id = f"{name}-{attempt}"
        request = caller.signed(id, path, f"name={quote('上海市公安局')}")
        _write(lines, {"made": id})
        said = caller.send(*request)
        if said is None and attempt % SAYS_AGAIN == 1:
            time.sleep(PAUSE)
            said = caller.send(*request)
        if said is not None and said.status == 200:
            _write(lines, {"answered": id, "number": said.number, "there": said.there, "digest": said.digest})
            return
        time.sleep(PAUSE)
    raise GaveUp(f"{path} {name}")


def _write(lines: IO[str], said: dict[str, object]) -> None:
    with suppress(BrokenPipeError):
        lines.write(json.dumps(said) + "\n")
        lines.flush()
