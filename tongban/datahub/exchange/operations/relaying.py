"""A call for a service of another node: recorded here, carried there by what stands above this package.

The other node verifies the caller's signature again, authorises by the grant, counts and cuts the fields. Here it is on
record that the call was handed on, and what came back. The same signature is handed on once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tongban.datahub.exchange.errors import NotAuthorised, ProviderFailed, Replayed
from tongban.datahub.exchange.types import Call, Carried, Outcome
from tongban.foundation.http_signatures.types import Signed
from tongban.foundation.statements import queries as statements

RECORD = """
WITH verdict AS (
    SELECT CASE WHEN EXISTS (SELECT FROM exchange_key WHERE number = %(key)s AND revoked_at IS NOT NULL)
        THEN 'KeyRevoked' ELSE 'Relayed' END AS outcome
), recorded AS (
    INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, message_id,
        "user", issue, subject, signed, signature)
    SELECT %(id)s::uuid, to_timestamp(%(created)s::bigint), %(at)s::timestamptz, %(key)s::bigint, %(nonce)s, %(client)s,
        %(provider)s, %(service)s, verdict.outcome, %(message)s, %(user)s, %(issue)s, %(subject)s::bytea,
        %(signed)s::bytea, %(signature)s::bytea
    FROM verdict ON CONFLICT DO NOTHING RETURNING outcome
)
SELECT verdict.outcome, EXISTS (SELECT FROM recorded) FROM verdict
"""

Carrier = Callable[[str, Call, Signed], Carried]
"""Hands a call to the node of a code and returns its answer; raises a Fault when there is none."""
_carriers: list[Carrier] = []


def set_carrier(carrier: Carrier) -> None:
    """Make known what carries calls to other nodes; called from above when the process starts."""
    _carriers[:] = [carrier]


def carry(node: str, call: Call, signed: Signed) -> Carried:
    """Return another node's answer to a call that is on record; raise a Fault."""
    if not _carriers:
        raise ProviderFailed("NetworkError")
    return _carriers[0](node, call, signed)


def record_relayed(
    call: Call, signed: Signed, *, key: int, base: bytes, subject: bytes | None, at: dt.datetime
) -> None:
    """Record a verified call that goes to another node; ``base`` is what was signed, encrypted.

    Raises NotAuthorised when the key is revoked, which is on record too, or Replayed.
    """
    values = {
        "id": call.number,
        "client": call.client,
        "provider": call.provider,
        "service": call.service,
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
    }
    found = statements.one(RECORD, values)
    assert found is not None  # noqa: S101 - the statement always gives one row
    outcome, is_new = found
    if not is_new:
        raise Replayed
    if outcome != Outcome.RELAYED.value:
        raise NotAuthorised(Outcome(outcome), call.client, call.service_id)
