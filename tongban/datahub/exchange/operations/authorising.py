"""Authorising and recording a call: one statement.

It looks at the key, the service, the grant of that service's resource and how often it was used today, records the call
with what it found, and counts it. A signature that was seen before conflicts with its record, so it is neither recorded nor counted again.

Of several grants for one purpose the newest counts. Where the purposes differ the call has to name one: the person is told
no purpose that nobody claimed.

Counting: each connection has a row of its own, so that calls under one grant do not wait for each other. Two that count
at once do not see each other, so close to the day's limit (``CLOSE``, more than there are connections) the statement
declines, and is run again under a lock: the limit is kept to the call.

Calls that come to a process while others are being recorded go together, as rows of one statement: they share its
work and its commit, for which each waits before its provider is asked. They are written in the order of their signatures
and then counted in the order of their grants, so that two processes never wait for each other in a circle.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction

from tongban.datahub.exchange.errors import NotAuthorised, Replayed
from tongban.datahub.exchange.types import Call, Outcome, Permit
from tongban.foundation.http_signatures.types import Signed
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI

CLOSE = b"256"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"
AUTHORISE = """
WITH {asked}, verdict AS (
    SELECT asked.*, CASE WHEN usable.differ THEN NULL ELSE usable.id END AS granted, usable.fields, published.version, CASE
        WHEN signed_by.revoked_at IS NOT NULL THEN 'KeyRevoked'
        WHEN signed_by.valid_until <= asked.at THEN 'KeyExpired'
        WHEN published.code IS NULL THEN 'UnknownService'
        WHEN usable.id IS NULL THEN 'AccessDenied'
        WHEN NOT published.is_enabled THEN 'ServiceDisabled'
        WHEN usable.differ THEN 'GrantAmbiguous'
        WHEN used.calls >= usable.per_day THEN 'QuotaExceeded'
        WHEN used.calls + asked.close >= usable.per_day THEN 'close'
        ELSE '' END AS outcome
    FROM asked
    LEFT JOIN exchange_key signed_by ON signed_by.number = asked.key
    LEFT JOIN exchange_service published ON published.provider_id = asked.provider AND published.code = asked.service
        AND published.kind <> 'node'
    LEFT JOIN LATERAL (
        SELECT g.id, g.fields, g.per_day, min(g.purpose) OVER together <> max(g.purpose) OVER together
            OR min(g.items) OVER together <> max(g.items) OVER together
            OR min(g.basis) OVER together <> max(g.basis) OVER together AS differ
        FROM resources_grant g
        WHERE g.consumer = asked.client AND g.provider = asked.provider AND g.service = asked.service
            AND g.resource = published.resource AND g.state = 'active' AND asked.day BETWEEN g.valid_from AND g.until
            AND (asked."grant" IS NULL OR g.id = asked."grant")
        WINDOW together AS ()
        ORDER BY g.valid_from DESC, g.id DESC LIMIT 1
    ) usable ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(calls), 0) AS calls FROM exchange_meter m
        WHERE m."grant" = usable.id AND m.day = asked.day
    ) used ON true
), recorded AS (
    INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant",
        message_id, "user", issue, subject, signed, signature)
    SELECT id, to_timestamp(created), at, key, nonce, client, provider, service, outcome, granted,
        message, "user", issue, subject, signed, signature
    FROM verdict WHERE outcome <> 'close' ORDER BY created, key, nonce
    ON CONFLICT DO NOTHING RETURNING id
), counted AS (
    INSERT INTO exchange_meter AS m ("grant", day, shard, calls)
    SELECT granted, day, pg_backend_pid() % 512, count(*)
    FROM verdict JOIN recorded USING (id) WHERE outcome = '' GROUP BY granted, day ORDER BY granted
    ON CONFLICT ("grant", day, shard) DO UPDATE SET calls = m.calls + excluded.calls
)
SELECT outcome, granted, array_to_json(fields), version, recorded.id FROM verdict LEFT JOIN recorded USING (id) ORDER BY place
"""


class Asked(NamedTuple):
    """A call as the statement takes it: in bytes, text and numbers as PostgreSQL reads them."""

    created: bytes
    key: bytes
    nonce: bytes
    id: bytes
    client: bytes
    provider: bytes
    service: bytes
    day: bytes
    grant: bytes | None
    at: bytes
    message: bytes
    user: bytes
    issue: bytes
    subject: bytes | None
    signed: bytes
    signature: bytes
    close: bytes


TYPES = {
    "created": "bigint",
    "key": "bigint",
    "id": "uuid",
    "day": "date",
    "grant": "uuid",
    "at": "timestamptz",
}
TYPES |= {"subject": "bytea", "signed": "bytea", "signature": "bytea", "close": "int"}
_statement = writing.Prepared(
    "exchange_authorise", AUTHORISE, {name: TYPES.get(name, "text") for name in Asked._fields}
)
_gathering = writing.Gathering(_statement.rows)


def authorise(
    call: Call, signed: Signed, *, key: int, base: bytes, subject: bytes | None, at: dt.datetime
) -> Permit:
    """Record a verified call and return its permit; ``base`` is what was signed, encrypted.

    Raises NotAuthorised, which is on record too, or Replayed.
    """
    asked = Asked(
        created=b"%d" % (signed.created or 0),
        key=b"%d" % key,
        nonce=(signed.nonce or "").encode(),
        id=call.number.bytes,
        client=call.client.encode(),
        provider=call.provider.encode(),
        service=call.service.encode(),
        day=day_of(at),
        grant=call.grant.bytes if call.grant else None,
        at=at.isoformat().encode(),
        message=call.id.encode(),
        user=call.user.encode(),
        issue=call.issue.encode(),
        subject=subject,
        signed=base,
        signature=signed.value,
        close=CLOSE,
    )
    outcome, grant, fields, version, recorded = _gathering.ask(asked)
    if outcome == b"close":
        outcome, grant, fields, version, recorded = _asked_alone(asked, grant)
    if recorded is None:
        raise Replayed
    if outcome:
        raise NotAuthorised(Outcome(outcome.decode()), call.client, call.service_id)
    return Permit(_uuid(grant), _names(fields), int(version or 0))


def _asked_alone(asked: Asked, grant: bytes | None) -> tuple[bytes | None, ...]:
    with transaction.atomic():
        statements.one(LOCK, [(grant or b"").decode()])
        (said,) = _statement.rows([asked._replace(close=b"0")])
    assert not isinstance(said, Exception)  # noqa: S101 - one by itself raises
    return said


def day_of(at: dt.datetime) -> bytes:
    """Return the day of a moment, by which grants are good and calls are counted."""
    return at.astimezone(SHANGHAI).date().isoformat().encode()


@lru_cache(maxsize=10_000)
def _names(fields: bytes | None) -> frozenset[str]:
    return frozenset(json.loads(fields or b"[]"))


@lru_cache(maxsize=10_000)
def _uuid(text: bytes | None) -> uuid.UUID:
    return uuid.UUID((text or b"").decode())
