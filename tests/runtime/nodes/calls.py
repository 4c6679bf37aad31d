"""Calling as a programmer does: signed, over the network."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519, Message

COVERED = ("@method", "@authority", "@path", "@query", "x-road-client", "x-road-id", "x-road-issue")


@dataclass(frozen=True, slots=True)
class Called:
    """One call and what came of it; ``status`` 0 when the connection failed."""

    consumer: str
    provider: str
    key: str
    nonce: str
    status: int
    problem: str = ""
    number: str = ""
    there: str = ""
    body: Any = None


@dataclass
class Caller:
    """A subsystem with its key, and where its own node answers."""

    subsystem: str
    host: str
    port: int
    key: str = ""
    pair: tuple[Any, bytes] = field(default_factory=lambda: signatures.make_pair(ED25519))

    def call(self, provider: str, *, trace: str = "", **changes: Any) -> Called:
        """Call a provider's service once. Args: ``trace`` is what W3C's traceparent says, which the caller has signed."""
        nonce, authority = uuid.uuid4().hex, f"{self.host}:{self.port}"
        path, query = f"/r1/{provider}/person", "number=310101199001010014"
        headers = {"x-road-client": self.subsystem, "x-road-id": nonce, "x-road-issue": "SH2026-7"}
        headers |= {"traceparent": trace} if trace else {}
        message = Message(headers, "GET", "http", authority, path, query)
        said = {
            "created": int(time.time()),
            "nonce": nonce,
            "key": self.key,
            "private": self.pair[0],
        } | changes
        added = signatures.signed_headers(
            message, components=(*COVERED, *headers.keys() - set(COVERED)), **said
        )
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request("GET", f"{path}?{query}", headers={**headers, **added})
            answer = connection.getresponse()
            body = answer.read()
        except OSError:
            return Called(self.subsystem, provider, self.key, nonce, 0)
        finally:
            connection.close()
        return Called(
            self.subsystem, provider, self.key, nonce, answer.status, answer.getheader("X-Road-Error", ""),
            answer.getheader("X-Road-Request-Id", ""), answer.getheader("X-Tongban-Provider-Request-Id", ""),
            json.loads(body) if body else None,
        )  # fmt: skip
