"""The data keys of this process: found, made, unwrapped, and kept in memory.

A key is made on a connection of its own and stands whatever becomes of the transaction that first needed it: kept
in memory and rolled back in the table, it would take with it all that other transactions encrypt meanwhile.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import rules
from tongban.foundation.trust.errors import WrongMasterKey
from tongban.foundation.trust.models import Key
from tongban.foundation.trust.suites import NONCE_BYTES, Suite, suite_named
from tongban.foundation.trust.types import INTERNATIONAL
from tongban.kernel import clock

FRESH_SECONDS = 30.0
"""How long another process may go on with the key before the current one. It stays readable."""

MAKE = """
INSERT INTO trust_key (purpose, kind, version, suite, wrapped, master, made_at)
SELECT %s, %s, %s, %s, %s, %s, %s
ON CONFLICT DO NOTHING
"""
REWRAP = "UPDATE trust_key SET wrapped = %s, master = %s WHERE number = %s"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key as used."""

    number: int
    suite: Suite
    secret: bytes


_by_number: dict[int, DataKey] = {}
_current: dict[tuple[str, str], tuple[float, DataKey]] = {}


def current(purpose: str, kind: str = "data") -> DataKey:
    """Return the newest key for a purpose; make the first one. That of an index never changes."""
    found = _current.get((purpose, kind))
    if found and (kind == "index" or time.monotonic() - found[0] < FRESH_SECONDS):
        return found[1]
    with statements.looking_up():
        row = _newest(purpose, kind)
        if row is None:
            make(purpose, kind, version=1, suite=INTERNATIONAL)
            row = _newest(purpose, kind)
    assert row is not None  # noqa: S101 - just made, or another process was quicker
    key = _keep(row)
    _current[purpose, kind] = time.monotonic(), key
    return key


def numbered(number: int) -> DataKey:
    """Return the key of a number; raise ValueError when there is none."""
    if number not in _by_number:
        row = Key.objects.filter(number=number).first()
        if row is None:
            raise ValueError("no such key")
        _keep(row)
    return _by_number[number]


def make(purpose: str, kind: str, *, version: int, suite: str) -> None:
    """Make a key of this version unless there is one."""
    secret = secrets.token_bytes(suite_named(suite).key_bytes if kind == "data" else 32)
    wrapped = _wrap(secret, purpose, kind, version, settings.MASTER_KEY)
    _write(
        MAKE,
        [purpose, kind, version, suite, wrapped, rules.fingerprint(settings.MASTER_KEY), clock.now()],
    )
    _current.pop((purpose, kind), None)


def rewrap(before: str) -> int:
    """Wrap anew, by the present master key, the keys that the one before wrapped; return how many."""
    rows = list(Key.objects.filter(master=rules.fingerprint(before)))
    for row in rows:
        secret = _unwrap(row, before)
        wrapped = _wrap(secret, row.purpose, row.kind, row.version, settings.MASTER_KEY)
        _write(REWRAP, [wrapped, rules.fingerprint(settings.MASTER_KEY), row.number])
    return len(rows)


def forget() -> None:
    """Forget all keys in memory; they are read again."""
    _by_number.clear()
    _current.clear()


def _newest(purpose: str, kind: str) -> Key | None:
    return Key.objects.filter(purpose=purpose, kind=kind).order_by("-version").first()


def _keep(row: Key) -> DataKey:
    if row.number not in _by_number:
        secret = _unwrap(row, settings.MASTER_KEY)
        _by_number[row.number] = DataKey(row.number, suite_named(row.suite), secret)
    return _by_number[row.number]


def _wrap(secret: bytes, purpose: str, kind: str, version: int, master: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    context = f"{purpose}|{kind}|{version}".encode()
    return nonce + suite_named(INTERNATIONAL).lock(rules.wrapping_key(master), nonce, secret, context)


def _unwrap(row: Key, master: str) -> bytes:
    wrapped, context = bytes(row.wrapped), f"{row.purpose}|{row.kind}|{row.version}".encode()
    try:
        return suite_named(INTERNATIONAL).unlock(
            rules.wrapping_key(master), wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context
        )
    except ValueError:
        raise WrongMasterKey from None


def _write(statement: str, values: list[object]) -> None:
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute(statement, values)
    finally:
        own.close()
