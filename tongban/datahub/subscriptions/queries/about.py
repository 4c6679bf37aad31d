"""Who was told about one person or company, for that person: so without what the law still keeps from them.

A file holds many people's data as a whole; that it was downloaded stands on the ledger, and with nobody in particular.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from tongban.datahub.subscriptions.rules.pausing import NOT_SENT
from tongban.datahub.subscriptions.types import Kind, Tally, Told
from tongban.foundation.statements import queries as reading
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law
from tongban.kernel.types import Subject

# A delivery spans a thousand positions at most, so that those that can hold one position lie close behind it. One that
# told of several changes of a person's is one entry: the last of them. Of one that was sent again and again, as nobody
# confirmed it, the first is an entry, and the one that was confirmed.
CAME = """
SELECT DISTINCT ON (told.at, told.id) told.id, told.at, told.kind, f.provider_id, f.code, f.resource, told.consumer,
    told."grant", told.fields, told.is_taken, c.kind AS what, c.field <> '' AS is_named
FROM (
    SELECT feed, position, kind, '' AS field FROM subscriptions_change WHERE subject = %(subject)s AND kind <> 'file'
    UNION ALL
    SELECT feed, position, kind, field FROM subscriptions_about WHERE subject = %(subject)s
) c JOIN subscriptions_feed f ON f.id = c.feed
CROSS JOIN LATERAL (
    (SELECT DISTINCT ON (d.subscription, d.epoch, d.first, d.confirmed) d.id, d.at, 'feed-delivery' AS kind, d.consumer, d."grant",
        d.fields, d.confirmed IS NOT NULL AS is_taken
    FROM (
        SELECT *, CASE WHEN status BETWEEN 200 AND 299 THEN id END AS confirmed FROM subscriptions_delivery
        WHERE feed = c.feed AND last BETWEEN c.position AND c.position + 1000 AND first <= c.position
            AND (status IS NULL OR status > 0 OR problem <> ALL(%(not_sent)s::text[]))
    ) d ORDER BY d.subscription, d.epoch, d.first, d.confirmed, d.at, d.id)
    UNION ALL
    SELECT p.id, p.at, 'feed-call', p.client, p."grant", p.fields, true FROM subscriptions_call p
    WHERE p.act = 'pull' AND p.feed = c.feed AND p.last BETWEEN c.position AND c.position + 1000
        AND p.first <= c.position AND p.count > 0
) told
WHERE (c.field = '' OR c.field = ANY(told.fields)) AND told.at >= %(since)s AND told.at < %(until)s AND NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= %(today)s::date AND s.since <= told.at AND s."grant" = told."grant")
ORDER BY told.at DESC, told.id DESC, c.field <> '', c.position DESC
"""
TOLD = f"""
SELECT came.id, came.at, came.kind, came.provider_id, came.code, came.resource, came.consumer, came."grant",
    coalesce(came.fields, g.fields), g.purpose, g.items, g.basis, came.what, came.is_taken, came.is_named
FROM ({CAME}) came JOIN resources_grant g ON g.id = came."grant"
WHERE (%(before)s::timestamptz IS NULL OR (came.at, came.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
    AND (%(id)s::uuid IS NULL OR came.id = %(id)s::uuid) AND (%(resource)s::text IS NULL OR came.resource = %(resource)s::text)
ORDER BY came.at DESC, came.id DESC LIMIT %(limit)s
"""  # noqa: S608 - of constants
TALLY = f"""
SELECT (came.at AT TIME ZONE 'Asia/Shanghai')::date, came.consumer, came.resource, count(*) FROM ({CAME}) came
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 - of constants
EVER = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 1, 1, tzinfo=dt.UTC))


@law(
    "feed-sent-is-read",
    basis="个人信息保护法 44、45、55",
    says="What was written to a receiver counts as read by it, whatever it answered and if it answered nothing; the person "
    "sees it, and that it was not confirmed",
)
def told_about(
    subject: bytes, *, since: dt.datetime, until: dt.datetime, resource: str | None = None,
    before: tuple[dt.datetime, uuid.UUID] | None = None, limit: int = 100, at: dt.datetime,
) -> tuple[Told, ...]:  # fmt: skip
    """Return who was told of changes about a subject in a period, newest first; ``exchange.queries.digest_of`` names it.

    ``before`` is the moment and id of the last one seen. What is told under a grant that the law keeps secret comes to
    light on the day after.
    """
    moment, id = before or (None, None)
    asked = {"before": moment, "before_id": id, "id": None, "resource": resource, "limit": limit}
    return tuple(map(_one, reading.rows(TOLD, _values(subject, since, until, at) | asked)))


def find_told(subject: bytes, id: uuid.UUID, *, at: dt.datetime) -> Told | None:
    """Return one delivery or pull if it told about this subject and may be seen by them."""
    asked = {"before": None, "before_id": None, "id": id, "resource": None, "limit": 1}
    row = reading.one(TOLD, _values(subject, *EVER, at) | asked)
    return _one(row) if row else None


def tally_told(
    subject: bytes, *, since: dt.datetime, until: dt.datetime, at: dt.datetime
) -> tuple[Tally, ...]:
    """Return how often a subject was told about in a period: by day, consumer, resource."""
    return tuple(Tally(*row) for row in reading.rows(TALLY, _values(subject, since, until, at)))


def _values(subject: bytes, since: dt.datetime, until: dt.datetime, at: dt.datetime) -> dict[str, object]:
    today = at.astimezone(SHANGHAI).date()
    asked = {"subject": subject, "since": since, "until": until, "today": today}
    return asked | {"not_sent": list(NOT_SENT)}


def _one(row: Sequence[Any]) -> Told:
    id, at, kind, provider, feed, resource, consumer, grant, fields, purpose, items, basis, what, *said = row
    is_taken, is_named = said
    return Told(
        id, at, Subject(kind, str(id)), provider, feed, resource, consumer, grant, tuple(fields), purpose, tuple(items), basis,
        Kind(what), is_taken, is_named,
    )  # fmt: skip
