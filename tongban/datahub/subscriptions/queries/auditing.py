"""What feeds have on record, held against the ledger: calls and deliveries against their acts, changes against their contents.

Of a change the content is encrypted under a key that is not in the database, so whose it is and which row it is about is
computed from it anew. That none was taken away is seen by its position: they have no gaps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.rules import cutting, publishing
from tongban.datahub.subscriptions.types import Change as Told
from tongban.datahub.subscriptions.types import Feed, Kind
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.foundation.trust.errors import CannotDecrypt
from tongban.kernel.types import Subject

MOST = 1000
CHUNK = 1000
DECLARATIONS = 1000
CALLS = """
WITH said AS (SELECT * FROM ledger_record WHERE subject_kind = 'feed-call'),
calls AS (SELECT c.*, f.provider_id || '/' || f.code AS name FROM subscriptions_call c LEFT JOIN subscriptions_feed f ON f.id = c.feed)
SELECT coalesce(c.id::text, r.subject_id),
    CASE WHEN c.id IS NULL THEN 'missing' WHEN r.id IS NULL THEN 'inserted' ELSE 'altered' END
FROM calls c FULL JOIN said r ON r.subject_id = c.id::text
WHERE c.id IS NULL OR r.id IS NULL
    OR ('feed.' || c.act, c.at, c.client, c.name, c.first::text, c.last::text, c.count::text, coalesce(c."grant"::text, ''),
        coalesce(c.file::text, ''))
    IS DISTINCT FROM (r.act::text, r.at, r.detail->>'client', r.detail->>'feed', r.detail->>'first', r.detail->>'last',
        r.detail->>'count', r.detail->>'grant', r.detail->>'file')
ORDER BY 1 LIMIT %s
"""
DELIVERIES = """
WITH said AS (SELECT * FROM ledger_record WHERE subject_kind = 'feed-delivery')
SELECT coalesce(d.id::text, r.subject_id),
    CASE WHEN d.id IS NULL THEN 'missing' WHEN r.id IS NULL THEN 'inserted' ELSE 'altered' END
FROM subscriptions_delivery d FULL JOIN said r ON r.subject_id = d.id::text
WHERE d.id IS NULL OR r.id IS NULL
    OR (d.subscription::text, d.first::text, d.last::text, d.count::text, d.status::text, encode(d.digest, 'hex'))
    IS DISTINCT FROM (r.detail->>'subscription', r.detail->>'first', r.detail->>'last', r.detail->>'count',
        r.detail->>'status', r.detail->>'digest')
ORDER BY 1 LIMIT %s
"""
CHANGES = """
SELECT position, kind, row, subject, content FROM subscriptions_change
WHERE feed = %s AND position > %s ORDER BY position LIMIT %s
"""


def audit_feeds() -> tuple[Drift, ...]:
    """Return what is on record of feeds and not as the ledger says, the first thousand."""
    return tuple(islice(_drifts(), MOST))


def _drifts() -> Iterator[Drift]:
    for kind, sql in (("feed-call", CALLS), ("feed-delivery", DELIVERIES)):
        for id, change in statements.rows(sql, [MOST]):
            yield Drift(kind, id, Change(change))
    for row in models.FeedRow.objects.order_by("pk").iterator():
        yield from _changes(row)


def _changes(row: models.FeedRow) -> Iterator[Drift]:
    """Yield the positions of a feed where a change is missing, or is not about whom and what its content says."""
    last, feeds = row.forgotten, _declared(records.feed(row))
    name = f"{row.provider_id}/{row.code}"
    while found := statements.rows(CHANGES, [row.pk, last, CHUNK]):
        for position, *said in found:
            if position != last + 1:
                yield Drift("feed-change", f"{name} {last + 1}", Change.MISSING)
            if not _is_of(feeds, said):
                yield Drift("feed-change", f"{name} {position}", Change.ALTERED)
            last = position
    if last < row.position:
        yield Drift("feed-change", f"{name} {last + 1}", Change.MISSING)


def _declared(feed: Feed) -> list[Feed]:
    """Return the feed as it is, and as it was declared before: what came then was about whom it said then."""
    acts = ledger.entries(Subject("feed", f"{feed.provider}/{feed.code}"), limit=DECLARATIONS)
    said = [one.detail for one in acts if one.act == "feed.declared"]
    return [feed, *(replace(feed, keys=tuple(one["keys"]), subject=str(one["subject"])) for one in said)]  # type: ignore[arg-type]


def _is_of(feeds: Sequence[Feed], said: Sequence[Any]) -> bool:
    kind, row, subject, content = said
    try:
        fields = json.loads(trust.decrypt(records.CONTENT, content))
    except (CannotDecrypt, ValueError):
        return False
    told = Told(id="", kind=Kind(kind), fields=fields)
    return any(_digests(feed, told) == (bytes(row), bytes(subject) if subject else None) for feed in feeds)


def _digests(feed: Feed, told: Told) -> tuple[bytes, bytes | None] | None:
    try:
        row = records.row_digest(publishing.row_of(feed, told))
    except KeyError:
        return None
    return row, records.subject_digest(cutting.subject_of(feed, told))
