"""Authorising and recording a call: one statement.

It looks at the key, the service, the grant and how often the grant was used today, records the call with what it found,
and counts it. A signature that was seen before conflicts with its record, so it is neither recorded nor counted again.

Counting: each connection has a row of its own, so that calls under one grant do not wait for each other. Two that count
at once do not see each other, so close to the day's limit (``CLOSE``, more than there are connections) the statement
declines, and is run again under a lock: the limit is kept to the call.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from tongban.datahub.exchange.errors import NotAuthorised, Replayed
from tongban.datahub.exchange.types import Call, Outcome, Permit
from tongban.foundation.http_signatures.types import Signed
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI

CLOSE = 256
IS_CLOSE = "close"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"
AUTHORISE = """
WITH usable AS (
    SELECT g.id, g.fields, g.per_day FROM resources_grant g
    WHERE g.consumer = %(client)s AND g.provider = %(provider)s AND g.service = %(service)s AND g.state = 'active'
        AND %(day)s::date BETWEEN g.valid_from AND g.until
        AND (%(grant)s::uuid IS NULL OR g.id = %(grant)s::uuid)
    ORDER BY g.valid_from DESC, g.id DESC LIMIT 1
), verdict AS (
    SELECT usable.id AS "grant", usable.fields, published.version, CASE
        WHEN EXISTS (SELECT FROM exchange_key WHERE number = %(key)s AND revoked_at IS NOT NULL) THEN 'KeyRevoked'
        WHEN published.code IS NULL THEN 'UnknownService'
        WHEN usable.id IS NULL THEN 'AccessDenied'
        WHEN NOT published.is_enabled THEN 'ServiceDisabled'
        WHEN used.calls >= usable.per_day THEN 'QuotaExceeded'
        WHEN used.calls + %(close)s >= usable.per_day THEN 'close'
        ELSE '' END AS outcome
    FROM (SELECT 1) AS one
    LEFT JOIN exchange_service published ON published.provider_id = %(provider)s AND published.code = %(service)s
    LEFT JOIN usable ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(calls), 0) AS calls FROM exchange_meter m
        WHERE m."grant" = usable.id AND m.day = %(day)s::date
    ) used ON true
), recorded AS (
    INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant",
        message_id, "user", issue, subject, signed, signature)
    SELECT %(id)s::uuid, to_timestamp(%(created)s::bigint), %(at)s::timestamptz, %(key)s::bigint, %(nonce)s, %(client)s,
        %(provider)s, %(service)s, verdict.outcome, verdict."grant", %(message)s, %(user)s, %(issue)s,
        %(subject)s::bytea, %(signed)s::bytea, %(signature)s::bytea
    FROM verdict WHERE verdict.outcome <> 'close'
    ON CONFLICT DO NOTHING RETURNING outcome, "grant"
), counted AS (
    INSERT INTO exchange_meter AS m ("grant", day, shard, calls)
    SELECT "grant", %(day)s::date, pg_backend_pid() %% 512, 1 FROM recorded WHERE outcome = ''
    ON CONFLICT ("grant", day, shard) DO UPDATE SET calls = m.calls + 1
)
SELECT verdict.outcome, verdict."grant", verdict.fields, verdict.version, EXISTS (SELECT FROM recorded)
FROM verdict
"""


def authorise(
    call: Call, signed: Signed, *, key: int, base: bytes, subject: bytes | None, at: dt.datetime
) -> Permit:
    """Record a verified call and return its permit; ``base`` is what was signed, encrypted.

    Raises NotAuthorised, which is on record too, or Replayed.
    """
    values = {
        "id": call.number,
        "client": call.client,
        "provider": call.provider,
        "service": call.service,
        "day": at.astimezone(SHANGHAI).date(),
        "grant": call.grant,
        "key": key,
        "created": signed.created,
        "at": at,
        "nonce": signed.nonce,
        "message": call.id,
        "user": call.user,
        "issue": call.issue,
        "subject": subject,
        "signed": base,
        "signature": signed.value,
        "close": CLOSE,
    }
    outcome, grant, fields, version, is_new = _asked(values)
    if outcome == IS_CLOSE:
        outcome, grant, fields, version, is_new = _asked_alone(values, str(grant))
    if not is_new:
        raise Replayed
    if outcome:
        raise NotAuthorised(Outcome(outcome), call.client, call.service_id)
    return Permit(grant, frozenset(fields), version)


def _asked(values: dict[str, object]) -> tuple[Any, ...]:
    found = statements.one(AUTHORISE, values)
    assert found is not None  # noqa: S101 - the statement always gives one row
    return found


def _asked_alone(values: dict[str, object], grant: str) -> tuple[Any, ...]:
    with transaction.atomic():
        statements.one(LOCK, [grant])
        return _asked(values | {"close": 0})
