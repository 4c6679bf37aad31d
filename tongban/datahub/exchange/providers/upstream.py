"""Departments' own REST services, through a bulkhead and a circuit breaker for each.

No redirect is followed, only what the protocol lets through is sent on, and no more is read than was agreed: a provider
that is slow, dead or lies costs its own callers only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.providers import hurried, tracing
from tongban.datahub.exchange.rules import leaving
from tongban.datahub.exchange.types import Call, Row, Service

AT_ONCE = 2
"""Calls to one service at the same time in a process: fewer than its threads, so that others are still answered."""
FAILURES = 5
PAUSE_SECONDS = 10.0
PART = 65_536
PASSED_ON = ("accept", "content-type", "accept-language", "x-road-userid", "x-road-issue")
_own = threading.local()


@dataclass
class Gate:
    """What one service is let: so many calls at once, none for a while after it has failed again and again."""

    free: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    failures: int = 0
    closed_until: float = 0.0

    def enter(self) -> None:
        """Take a place, or raise ProviderFailed."""
        if time.monotonic() < self.closed_until or not self.free.acquire(blocking=False):
            raise ProviderFailed("ServiceFailed.Busy")

    def leave(self, *, has_failed: bool) -> None:
        """Give the place back; after too many failures in a row, close. One call after the pause may try."""
        self.failures = self.failures + 1 if has_failed else 0
        if self.failures >= FAILURES:
            self.closed_until = time.monotonic() + PAUSE_SECONDS
        self.free.release()


_gates: dict[tuple[str, str], Gate] = {}


def circuits() -> list[tuple[str, str, bool]]:
    """Return each service that this process has asked, and whether it is let alone for a while."""
    now = time.monotonic()
    return [(provider, code, now < gate.closed_until) for (provider, code), gate in list(_gates.items())]


def ask(service: Service, call: Call) -> tuple[int, Sequence[Row]]:
    """Return status and rows of the provider's answer; raise ProviderFailed."""
    gate = _gates.setdefault((service.provider, service.code), Gate())
    gate.enter()
    has_failed = True
    try:
        status, body = _sent(service, call)
        rows = leaving.rows_in(leaving.parsed(body)) if body else []
        has_failed = status >= 500
    finally:
        gate.leave(has_failed=has_failed)
    return status, rows


def _sent(service: Service, call: Call) -> tuple[int, bytes]:
    hurried.end_by(time.monotonic() + service.seconds)
    headers = {name: call.message.headers[name] for name in PASSED_ON if name in call.message.headers}
    headers |= {"X-Road-Client": call.client, "X-Road-Service": call.service_id, "X-Road-Id": call.id}
    headers |= tracing.headers_of(call.message.headers)
    headers.setdefault("accept", "application/json")
    headers["accept-encoding"] = "identity"
    try:
        with _session().request(
            call.message.method,
            _address(service, call),
            data=call.body or None,
            headers=headers,
            timeout=service.seconds,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return _status(answer), _read(answer, service)
    except requests.Timeout:
        raise ProviderFailed("ServiceFailed.Timeout") from None
    except ReadTimeoutError:
        raise ProviderFailed("ServiceFailed.Timeout") from None
    except (requests.RequestException, HTTPError):
        raise ProviderFailed("NetworkError") from None


def _address(service: Service, call: Call) -> str:
    rest = call.rest
    if any(part in (".", "..") for part in rest.split("/")):
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    address = service.target.rstrip("/") + quote(rest, safe="/!$&'()*+,;=:@-._~")
    return f"{address}?{call.message.query}" if call.message.query else address


def _status(answer: requests.Response) -> int:
    """Return the status to pass on; raise ProviderFailed for what is no answer, a redirect among them.

    What has no body (204, 205) becomes an answer of no rows.
    """
    status = answer.status_code
    if not (200 <= status < 300 or 400 <= status < 600):
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return 200 if status in (204, 205) else status


def _read(answer: requests.Response, service: Service) -> bytes:
    """Return the body as far as it is within the agreed size."""
    is_plain = answer.headers.get("Content-Encoding", "identity") == "identity"
    if not is_plain or not answer.headers.get("Content-Length", "0").isdigit():
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    parts, size = [], 0
    while part := answer.raw.read1(PART, decode_content=False):
        size += len(part)
        if size > service.most_bytes:
            raise ProviderFailed("ServiceFailed.InvalidResponse")
        parts.append(part)
    return b"".join(parts)


def _session() -> requests.Session:
    if not hasattr(_own, "session"):
        _own.session = hurried.session()
    session: requests.Session = _own.session
    return session
