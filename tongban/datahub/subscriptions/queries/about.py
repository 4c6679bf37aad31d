"""Who was told about one person or company, for that person: so without what the law still keeps from them.

A file holds many people's data as a whole; that it was downloaded stands on the ledger, and with nobody in particular.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from tongban.datahub.subscriptions.types import Kind, Told
from tongban.foundation.statements import queries as reading
from tongban.kernel.clock import SHANGHAI

# A delivery spans a thousand positions at most, so that those that can hold one position lie close behind it. One that
# told of several changes of a person's is one entry: the last of them.
TOLD = """
SELECT DISTINCT ON (told.at, told.id) told.id, told.at, f.provider_id, f.code, f.resource, told.consumer, told."grant",
    g.fields, g.purpose, g.items, g.basis, c.kind
FROM subscriptions_change c JOIN subscriptions_feed f ON f.id = c.feed
CROSS JOIN LATERAL (
    SELECT d.id, d.at, s.consumer_id AS consumer, s."grant" FROM subscriptions_subscription s
    JOIN subscriptions_delivery d ON d.subscription = s.id
    WHERE s.feed_id = c.feed AND d.last BETWEEN c.position AND c.position + 1000 AND d.first <= c.position
        AND d.status BETWEEN 200 AND 299
    UNION ALL
    SELECT p.id, p.at, p.client, p."grant" FROM subscriptions_call p
    WHERE p.act = 'pull' AND p.feed = c.feed AND p.last BETWEEN c.position AND c.position + 1000
        AND p.first <= c.position AND p.count > 0
) told
JOIN resources_grant g ON g.id = told."grant"
WHERE c.subject = %(subject)s AND c.kind <> 'file' AND told.at >= %(since)s AND told.at < %(until)s
    AND (%(before)s::timestamptz IS NULL OR (told.at, told.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
    AND (%(id)s::uuid IS NULL OR told.id = %(id)s::uuid) AND NOT EXISTS (
        SELECT FROM exchange_secrecy s
        WHERE s.ended_on IS NULL AND s.until >= %(today)s::date AND s.since <= told.at AND s."grant" = told."grant")
ORDER BY told.at DESC, told.id DESC, c.position DESC LIMIT %(limit)s
"""
EVER = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 1, 1, tzinfo=dt.UTC))


def told_about(
    subject: bytes, *, since: dt.datetime, until: dt.datetime, before: tuple[dt.datetime, uuid.UUID] | None = None,
    limit: int = 100, at: dt.datetime,
) -> tuple[Told, ...]:  # fmt: skip
    """Return who was told of changes about a subject in a period, newest first; ``exchange.queries.digest_of`` names it.

    ``before`` is the moment and id of the last one seen. What is told under a grant that the law keeps secret comes to
    light on the day after.
    """
    moment, id = before or (None, None)
    return _told(subject, at, since=since, until=until, before=moment, before_id=id, id=None, limit=limit)


def find_told(subject: bytes, id: uuid.UUID, *, at: dt.datetime) -> Told | None:
    """Return one delivery or pull if it told about this subject and may be seen by them."""
    since, until = EVER
    found = _told(subject, at, since=since, until=until, before=None, before_id=None, id=id, limit=1)
    return found[0] if found else None


def _told(subject: bytes, at: dt.datetime, **asked: object) -> tuple[Told, ...]:
    values = {"subject": subject, "today": at.astimezone(SHANGHAI).date(), **asked}
    return tuple(map(_one, reading.rows(TOLD, values)))


def _one(row: Sequence[Any]) -> Told:
    id, at, provider, feed, resource, consumer, grant, fields, purpose, items, basis, kind = row
    return Told(
        id,
        at,
        provider,
        feed,
        resource,
        consumer,
        grant,
        tuple(fields),
        purpose,
        tuple(items),
        basis,
        Kind(kind),
    )
