"""Departments' own REST services.

No redirect is followed, only what the protocol lets through is sent on, and no more is read than was agreed: a provider
that is slow, dead or lies costs its own callers only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from tongban.datahub.exchange.errors import ProviderFailed, WrongParameters
from tongban.datahub.exchange.providers import gates, hurried, tracing
from tongban.datahub.exchange.rules import leaving, passing
from tongban.datahub.exchange.rules.protocol import REPRESENTED
from tongban.datahub.exchange.types import Call, Row, Service

PART = 65_536
PASSED_ON = ("accept", "content-type", "accept-language", "x-road-userid", "x-road-issue", REPRESENTED)
_own = threading.local()


def ask(service: Service, call: Call, query: Sequence[tuple[str, str]]) -> tuple[int, Sequence[Row]]:
    """Return status and rows of the provider's answer to these parameters; raise WrongParameters or ProviderFailed."""
    address = _address(service, call, query)
    with gates.through(service) as passage:
        status, body = _sent(service, call, address)
        passage.has_failed = status >= 500
    return status, leaving.rows_in(leaving.parsed(body)) if body else []


def _sent(service: Service, call: Call, address: str) -> tuple[int, bytes]:
    hurried.end_by(time.monotonic() + service.seconds)
    headers = {name: call.message.headers[name] for name in PASSED_ON if name in call.message.headers}
    headers |= {"X-Road-Client": call.client, "X-Road-Service": call.service_id, "X-Road-Id": call.id}
    headers |= tracing.headers_of(call.message.headers)
    headers.setdefault("accept", "application/json")
    headers["accept-encoding"] = "identity"
    try:
        with _session().request(
            call.message.method,
            address,
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


def _address(service: Service, call: Call, query: Sequence[tuple[str, str]]) -> str:
    if any(part in (".", "..") for part in call.rest.split("/")):
        raise WrongParameters(call.rest[:80])
    return passing.target_of(service, call, query)


def _status(answer: requests.Response) -> int:
    """Return the status to pass on; raise ProviderFailed for what is no answer, a redirect among them.

    What has no body (204, 205) becomes an answer of no rows.
    """
    status = answer.status_code
    if not (200 <= status < 300 or 400 <= status < 600):
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return 200 if status in (204, 205) else status


def _read(answer: requests.Response, service: Service) -> bytes:
    """Return the body as far as it is within the agreed size; raise ProviderFailed where what was asked for is not there.

    A 200 of nothing answers what was sent to be kept (POST), and 204 says that there are no rows: to a GET it is no answer.
    """
    is_plain = answer.headers.get("Content-Encoding", "identity") == "identity"
    if not is_plain or not answer.headers.get("Content-Length", "0").isdigit():
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    parts, size = [], 0
    while part := answer.raw.read1(PART, decode_content=False):
        size += len(part)
        if size > service.most_bytes:
            raise ProviderFailed("ServiceFailed.InvalidResponse")
        parts.append(part)
    if not size and answer.status_code == 200 and answer.request.method == "GET":
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return b"".join(parts)


def _session() -> requests.Session:
    if not hasattr(_own, "session"):
        _own.session = hurried.session()
    session: requests.Session = _own.session
    return session
