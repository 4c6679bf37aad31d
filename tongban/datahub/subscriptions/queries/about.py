"""Who was told about one person or company, for that person: so without what the law still keeps from them.

A file holds many people's data as a whole; that it was downloaded stands on the ledger, and with nobody in particular.
"""

from __future__ import annotations

import datetime as dt

from tongban.datahub.subscriptions.types import Kind, Told
from tongban.foundation.statements import queries as reading
from tongban.kernel.clock import SHANGHAI

# A delivery spans a thousand positions at most, so that those that can hold one position lie close behind it.
TOLD = """
SELECT told.id, told.at, f.provider_id, f.code, f.resource, told.consumer, told."grant", g.fields, g.purpose, g.items, g.basis,
    c.kind
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
WHERE c.subject = %(subject)s AND c.kind <> 'file' AND told.at >= %(since)s AND told.at < %(until)s AND NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= %(today)s::date AND s.since <= told.at AND s."grant" = told."grant")
ORDER BY told.at DESC, told.id DESC LIMIT %(limit)s
"""


def told_about(
    subject: bytes, *, since: dt.datetime, until: dt.datetime, limit: int = 100, at: dt.datetime
) -> tuple[Told, ...]:
    """Return who was told of changes about a subject in a period, newest first; ``exchange.queries.digest_of`` names it.

    What is told under a grant that the law keeps secret comes to light on the day after.
    """
    values = {
        "subject": subject, "since": since, "until": until, "limit": limit, "today": at.astimezone(SHANGHAI).date(),
    }  # fmt: skip
    return tuple(
        Told(
            id,
            moment,
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
        for id, moment, provider, feed, resource, consumer, grant, fields, purpose, items, basis, kind in reading.rows(
            TOLD, values
        )
    )
