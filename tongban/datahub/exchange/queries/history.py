"""What was exchanged: a subsystem's own calls, what was asked about one person, one exchange with its evidence."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tongban.datahub.exchange import models
from tongban.datahub.exchange.queries.about import HIDDEN, digest_of
from tongban.datahub.exchange.queries.registry import key_of
from tongban.datahub.exchange.types import Evidence, Exchange, Outcome
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock

COLUMNS = """
SELECT r.id, r.at, r.consumer, r.provider, r.service, r.outcome, r."grant", coalesce(g.fields, '{}'), r.message_id,
    r."user", r.issue, a.status, a.size, a.micros / 1e6::float8, coalesce(a.problem, '')
FROM exchange_record r
LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
LEFT JOIN resources_grant g ON g.id = r."grant"
"""
OF_CONSUMER = (
    COLUMNS
    + "WHERE r.consumer = %s AND r.at < coalesce(%s::timestamptz, 'infinity') ORDER BY r.at DESC LIMIT %s"
)
OF_SUBJECT = (
    COLUMNS
    + f"WHERE r.subject = %(subject)s AND r.outcome = '' AND {HIDDEN} ORDER BY r.at DESC LIMIT %(limit)s"
)
OF_ID = COLUMNS + "WHERE r.id = %s"
EVIDENCE = """
SELECT r.key, r.signed, r.signature, a.digest FROM exchange_record r
LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at WHERE r.id = %s
"""


def exchanges_of(consumer: str, *, before: object = None, limit: int = 100) -> tuple[Exchange, ...]:
    """Return a subsystem's latest calls, refused ones too; ``before`` is the moment of the last one seen."""
    return tuple(map(exchange_of, statements.rows(OF_CONSUMER, [consumer, before, limit])))


def exchanges_about(identifier: str, *, limit: int = 100) -> tuple[Exchange, ...]:
    """Return the latest authorised calls that asked for one person's or company's data, by its number.

    Those that the law keeps from that person are left out, as in ``readings_about``.
    """
    values = {"subject": digest_of(identifier), "limit": limit, "today": clock.today()}
    return tuple(map(exchange_of, statements.rows(OF_SUBJECT, values)))


def find_exchange(id: uuid.UUID) -> Exchange | None:
    """Return one exchange, if there is one."""
    row = statements.one(OF_ID, [id])
    return exchange_of(row) if row else None


def evidence_of(id: uuid.UUID) -> Evidence | None:
    """Return what proves one exchange, what was signed in plain; for a court or an auditor."""
    exchange, row = find_exchange(id), statements.one(EVIDENCE, [id])
    if exchange is None or row is None:
        return None
    number, signed, signature, digest = row
    key = key_of(models.Key.objects.get(number=number))
    plain = trust.decrypt("exchange.signed", bytes(signed))
    return Evidence(exchange, key, plain, bytes(signature), bytes(digest) if digest else None)


def exchange_of(row: Sequence[object]) -> Exchange:
    """Return a row of these columns as an exchange."""
    id, at, consumer, provider, service, outcome, grant, fields, *rest = row
    said = (id, at, consumer, provider, service, Outcome(outcome), grant, tuple(fields), *rest)  # type: ignore[arg-type]
    return Exchange(*said)  # type: ignore[arg-type]
