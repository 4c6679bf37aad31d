"""What this process knows by heart: keys, which never change, and services, for a second.

Whether a key is revoked, a service paused or a grant ended is asked with every call: nothing of that is kept here.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from functools import lru_cache

from tongban.datahub.exchange.models import Key as KeyRow
from tongban.datahub.exchange.models import Service as ServiceRow
from tongban.datahub.exchange.types import CERTIFICATE, Service, ServiceKind
from tongban.foundation.http_signatures.types import Key
from tongban.foundation.statements import queries as statements

FRESH_SECONDS = 1.0
MOST_SERVICES = 10_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that is registered: the number of its row, whose it is, and when it counts."""

    number: int
    subsystem: str
    valid_from: dt.datetime
    valid_until: dt.datetime


_services: dict[tuple[str, str], tuple[float, Service | None]] = {}


class _NoKey(Exception):
    """Not kept: a key may be registered the next moment."""


def find_key(id: str) -> tuple[Key, int, str] | None:
    """Return a key, its number and its subsystem, whether it is revoked or not."""
    try:
        return _key(id)
    except _NoKey:
        return None


@lru_cache(maxsize=10_000)
def _key(id: str) -> tuple[Key, int, str]:
    with statements.looking_up():
        row = KeyRow.objects.filter(id=id).first()
    if row is None or row.algorithm == CERTIFICATE:
        raise _NoKey
    return Key(row.id, row.algorithm, bytes(row.public)), row.number, row.subsystem_id


def find_certificate(id: str) -> Certificate | None:
    """Return a certificate for mutual TLS by its fingerprint, whether it is revoked or not."""
    try:
        return _certificate(id)
    except _NoKey:
        return None


@lru_cache(maxsize=10_000)
def _certificate(id: str) -> Certificate:
    row = KeyRow.objects.filter(id=id, algorithm=CERTIFICATE).first()
    if row is None or row.valid_from is None or row.valid_until is None:
        raise _NoKey
    return Certificate(row.number, row.subsystem_id, row.valid_from, row.valid_until)


def find_service(provider: str, code: str, *, version: int | None = None) -> Service | None:
    """Return a service as published, at most a second old, or of this version at least."""
    kept = _services.get((provider, code))
    now = time.monotonic()
    if kept and now < kept[0] and (version is None or (kept[1] and kept[1].version >= version)):
        return kept[1]
    with statements.looking_up():
        row = ServiceRow.objects.filter(provider_id=provider, code=code).first()
    found = service_of(row) if row else None
    if len(_services) >= MOST_SERVICES:
        _services.clear()
    _services[provider, code] = now + FRESH_SECONDS, found
    return found


def is_kept(provider: str, code: str) -> bool:
    """Return whether a service of this name was seen here lately; nothing is asked for it."""
    kept = _services.get((provider, code))
    return kept is not None and kept[1] is not None


def service_of(row: ServiceRow) -> Service:
    """Return a service's row as others see it."""
    return Service(
        provider=row.provider_id,
        code=row.code,
        version=row.version,
        kind=ServiceKind(row.kind),
        target=row.target,
        resource=row.resource,
        parameters=tuple(row.parameters),
        subject=row.subject,
        database=row.database,
        seconds=row.seconds,
        most_bytes=row.most_bytes,
        is_enabled=row.is_enabled,
        paths=tuple(row.paths),
        renames=row.renames,
        personal=tuple(row.personal),
    )


def forget() -> None:
    """Forget everything (tests)."""
    _key.cache_clear()
    _certificate.cache_clear()
    _services.clear()
