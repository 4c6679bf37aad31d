"""What this node has decided about somebody, for the node where they read their account; and what other nodes have told.

A call that was handed on is told by the node that decided it, so that each is told once. Told is also what a law keeps
from the person: it is kept from them where the account is shown, which is where the secrecy stands (``about``).
"""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.exchange.models import Heard
from tongban.datahub.exchange.queries.about import digest_of
from tongban.datahub.exchange.types import Noted
from tongban.foundation.statements import queries as statements

MOST = 500
# Within months that the moment of arrival names: a signature is accepted for minutes only (``protocol.POLICY``).
DECIDED = """
SELECT r.id, r.at, r.signed_at, k.id, r.nonce, r.consumer, r.provider, r.service, r.outcome, r."grant", r."user", r.issue,
    a.status
FROM exchange_record r JOIN exchange_key k ON k.number = r.key
LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
WHERE r.subject = %(subject)s AND r.outcome <> 'Relayed' AND r.at >= %(since)s
    AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
    AND (%(at)s::timestamptz IS NULL OR (r.at, r.id) < (%(at)s::timestamptz, %(id)s::uuid))
ORDER BY r.at DESC, r.id DESC LIMIT %(most)s
"""
IS_ABOUT = (
    "SELECT EXISTS (SELECT FROM exchange_record WHERE id = %s AND subject = %s AND outcome <> 'Relayed')"
)


def decided_about(
    identifier: str, *, since: dt.datetime, before: tuple[dt.datetime, uuid.UUID] | None = None
) -> tuple[Noted, ...]:
    """Return what was asked here about a person or company, newest first, at most ``MOST``.

    ``before`` is the moment and id of the last one told.
    """
    at, id = before or (None, None)
    values = {"subject": digest_of(identifier), "since": since, "at": at, "id": id, "most": MOST}
    return tuple(Noted(*row) for row in statements.rows(DECIDED, values))


def is_about(id: uuid.UUID, identifier: str) -> bool:
    """Return whether a call was about this person or company, and decided here."""
    row = statements.one(IS_ABOUT, [id, digest_of(identifier)])
    return bool(row and row[0])


def heard(subject: bytes) -> dict[str, dt.datetime]:
    """Return when each other node has told last what it has about a subject, by the digest of here."""
    return {row.node: row.at for row in Heard.objects.filter(subject=subject)}
