"""A call for a service of another node: recorded here, carried there by what stands above this package.

The other node verifies the caller's signature again, authorises by the grant, counts and cuts the fields. Here it is on
record that the call was handed on, and what came back. The same signature is handed on once. The node where grants are
given and revoked hands on nothing without one: it knows at once what the other is told a moment later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tongban.datahub.exchange.errors import NotAuthorised, ProviderFailed, Replayed
from tongban.datahub.exchange.operations.authorising import day_of
from tongban.datahub.exchange.types import Call, Carried, Outcome
from tongban.foundation.http_signatures.types import Signed
from tongban.foundation.statements import operations as writing
from tongban.kernel.law import law

RELAYED = Outcome.RELAYED.value.encode()

RECORD = """
WITH {asked}, verdict AS (
    SELECT asked.*, CASE
        WHEN signed_by.revoked_at IS NOT NULL THEN 'KeyRevoked'
        WHEN signed_by.valid_until <= asked.at THEN 'KeyExpired'
        WHEN asked.day IS NOT NULL AND NOT EXISTS (
            SELECT FROM resources_grant g
            WHERE g.consumer = asked.client AND g.provider = asked.provider AND g.service = asked.service
                AND g.state = 'active' AND asked.day BETWEEN g.valid_from AND g.until
                AND (asked."grant" IS NULL OR g.id = asked."grant")
        ) THEN 'AccessDenied'
        ELSE 'Relayed' END AS outcome
    FROM asked LEFT JOIN exchange_key signed_by ON signed_by.number = asked.key
), recorded AS (
    INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, message_id,
        "user", issue, subject, signed, signature)
    SELECT id, to_timestamp(created), at, key, nonce, client, provider, service, outcome, message, "user", issue,
        subject, signed, signature
    FROM verdict ORDER BY created, key, nonce
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT outcome, recorded.id FROM verdict LEFT JOIN recorded USING (id) ORDER BY place
"""
TYPES = {
    "created": "bigint", "key": "bigint", "nonce": "text", "id": "uuid", "client": "text", "provider": "text",
    "service": "text", "at": "timestamptz", "message": "text", "user": "text", "issue": "text", "subject": "bytea",
    "signed": "bytea", "signature": "bytea", "day": "date", "grant": "uuid",
}  # fmt: skip
_statement = writing.Prepared("exchange_relay", RECORD, TYPES)
_gathering = writing.Gathering(_statement.rows)

Carrier = Callable[[str, Call, Signed], Carried]
"""Hands a call to the node of a code and returns its answer; raises a Fault when there is none."""
_carriers: list[tuple[Carrier, Callable[[], bool]]] = []


def set_carrier(carrier: Carrier, *, gives_grants: Callable[[], bool]) -> None:
    """Make known what carries calls to other nodes; called from above when the process starts.

    ``gives_grants`` says whether this node is the one where grants are given and revoked.
    """
    _carriers[:] = [(carrier, gives_grants)]


def carry(node: str, call: Call, signed: Signed) -> Carried:
    """Return another node's answer to a call that is on record; raise a Fault."""
    if not _carriers:
        raise ProviderFailed("NetworkError")
    return _carriers[0][0](node, call, signed)


@law(
    "exchange-stopped-at-once",
    basis="上海市数据条例 39",
    says="What the city has revoked it hands on to no district from that moment",
)
def record_relayed(
    call: Call, signed: Signed, *, key: int, base: bytes, subject: bytes | None, at: dt.datetime
) -> None:
    """Record a verified call that goes to another node; ``base`` is what was signed, encrypted.

    Raises NotAuthorised when the key is revoked or past its last day, or this node knows that no grant stands, which is
    on record too, or Replayed.
    """
    is_decided_here = bool(_carriers) and _carriers[0][1]()
    outcome, recorded = _gathering.ask((
        b"%d" % (signed.created or 0), b"%d" % key, (signed.nonce or "").encode(), call.number.bytes,
        call.client.encode(), call.provider.encode(), call.service.encode(), at.isoformat().encode(),
        call.id.encode(), call.user.encode(), call.issue.encode(), subject, base, signed.value,
        day_of(at) if is_decided_here else None, call.grant.bytes if call.grant else None,
    ))  # fmt: skip
    if recorded is None:
        raise Replayed
    if outcome != RELAYED:
        raise NotAuthorised(Outcome((outcome or b"").decode()), call.client, call.service_id)
