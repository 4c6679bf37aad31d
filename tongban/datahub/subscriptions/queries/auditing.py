"""What feeds have on record, held against the ledger: calls and deliveries against their acts, changes against their contents.

Of a change the content is encrypted under a key that is not in the database, so whose it is and which row it is about is
computed from it anew. That none was taken away is seen by its position: they have no gaps. That each stands where it stood is
seen by its leaf, which was sealed; what was placed in the last seconds is not sealed yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from tongban.datahub.subscriptions import leaves, models, persons, records
from tongban.datahub.subscriptions.queries import subscribed
from tongban.datahub.subscriptions.rules import cutting, publishing
from tongban.datahub.subscriptions.types import Change as Told
from tongban.datahub.subscriptions.types import Feed, Kind
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.foundation.trust.errors import CannotDecrypt

Acts = Sequence[tuple[str, dict[str, Any]]]
MOST = 1000
CHUNK = 1000
CALLS = """
WITH said AS (SELECT * FROM ledger_record WHERE subject_kind = 'feed-call'),
calls AS (SELECT c.*, f.provider_id || '/' || f.code AS name FROM subscriptions_call c LEFT JOIN subscriptions_feed f ON f.id = c.feed)
SELECT coalesce(c.id::text, r.subject_id),
    CASE WHEN c.id IS NULL THEN 'missing' WHEN r.id IS NULL THEN 'inserted' ELSE 'altered' END
FROM calls c FULL JOIN said r ON r.subject_id = c.id::text
WHERE c.id IS NULL OR r.id IS NULL
    OR ('feed.' || c.act, c.at, c.client, c.name, c.first::text, c.last::text, c.count::text, coalesce(c."grant"::text, ''),
        coalesce(c.file::text, ''), to_jsonb(c.fields))
    IS DISTINCT FROM (r.act::text, r.at, r.detail->>'client', r.detail->>'feed', r.detail->>'first', r.detail->>'last',
        r.detail->>'count', r.detail->>'grant', r.detail->>'file', r.detail->'fields')
ORDER BY 1 LIMIT %s
"""
# Of one from before they were said to be on their way, all stands in the act that says what was answered.
DELIVERIES = """
WITH acts AS (SELECT * FROM ledger_record WHERE subject_kind = 'feed-delivery'),
said AS (
    SELECT coalesce(s.subject_id, a.subject_id) AS id, s.at, coalesce(s.detail, a.detail) AS sent, a.detail AS answered
    FROM (SELECT * FROM acts WHERE act = 'feed.sent') s
    FULL JOIN (SELECT * FROM acts WHERE act = 'feed.delivered') a ON a.subject_id = s.subject_id
), deliveries AS (
    SELECT d.*, f.provider_id || '/' || f.code AS name FROM subscriptions_delivery d LEFT JOIN subscriptions_feed f ON f.id = d.feed
)
SELECT coalesce(d.id::text, r.id), CASE WHEN d.id IS NULL THEN 'missing' WHEN r.id IS NULL THEN 'inserted' ELSE 'altered' END
FROM deliveries d FULL JOIN said r ON r.id = d.id::text
WHERE d.id IS NULL OR r.id IS NULL
    OR (d.subscription::text, d.consumer, d."grant"::text, d.first::text, d.last::text, d.count::text, encode(d.digest, 'hex'),
        d.status::text, d.problem)
    IS DISTINCT FROM (r.sent->>'subscription', r.sent->>'consumer', r.sent->>'grant', r.sent->>'first', r.sent->>'last',
        r.sent->>'count', r.sent->>'digest', r.answered->>'status', coalesce(r.answered->>'problem', d.problem))
    OR r.at IS NOT NULL AND (d.at, d.name, to_jsonb(d.fields), d.epoch::text)
        IS DISTINCT FROM (r.at, r.sent->>'feed', r.sent->'fields', r.sent->>'epoch')
ORDER BY 1 LIMIT %s
"""
# A seal whose changes are all forgotten is forgotten with them.
SEALS = """
WITH said AS (
    SELECT r.id, r.subject_id AS feed, r.detail FROM ledger_record r
    LEFT JOIN subscriptions_feed f ON f.provider_id || '/' || f.code = r.subject_id
    WHERE r.subject_kind = 'feed-seal' AND r.act = 'feed.sealed'
        AND (r.detail->>'last')::bigint > coalesce(f.forgotten, 0)
), seals AS (
    SELECT s.*, f.provider_id || '/' || f.code AS name
    FROM subscriptions_change_seal s LEFT JOIN subscriptions_feed f ON f.id = s.feed
)
SELECT coalesce(said.feed || ' ' || (said.detail->>'first') || '–' || (said.detail->>'last'), s.name || ' ' || s.first || '–' || s.last),
    CASE WHEN s.entry IS NULL THEN 'missing' WHEN said.id IS NULL THEN 'inserted' ELSE 'altered' END
FROM seals s FULL JOIN said ON said.id = s.entry
WHERE s.entry IS NULL OR said.id IS NULL OR (s.name, s.first::text, s.last::text, encode(sha256(s.leaves), 'hex'))
    IS DISTINCT FROM (said.feed, said.detail->>'first', said.detail->>'last', said.detail->>'digest')
ORDER BY 1 LIMIT %s
"""
ACTS = """
SELECT act, detail FROM ledger_record WHERE subject_kind = 'feed' AND subject_id = %s
    AND act IN ('feed.declared', 'feed.forgotten', 'feed.readers_forgotten') ORDER BY at DESC, id DESC
"""
CHANGES = """
SELECT position, kind, row, subject, content FROM subscriptions_change
WHERE feed = %s AND position > %s ORDER BY position LIMIT %s
"""


def audit_feeds() -> tuple[Drift, ...]:
    """Return what is on record of feeds and not as the ledger says, the first thousand."""
    return tuple(islice(_drifts(), MOST))


def _drifts() -> Iterator[Drift]:
    for kind, sql in (("feed-call", CALLS), ("feed-delivery", DELIVERIES), ("feed-seal", SEALS)):
        for id, change in statements.rows(sql, [MOST]):
            yield Drift(kind, id, Change(change))
    yield from subscribed.altered()
    for row in models.FeedRow.objects.order_by("pk").iterator():
        yield from _changes(row)


def _changes(row: models.FeedRow) -> Iterator[Drift]:
    """Yield the positions of a feed where a change is missing, is not the one that was sealed, or not about whom it says."""
    name = f"{row.provider_id}/{row.code}"
    acts = [(act, json.loads(detail)) for act, detail in statements.rows(ACTS, [name])]
    feeds, last = _declared(records.feed(row), acts), _forgotten(acts)
    if last != row.forgotten or not _is_declared(row, acts):
        yield Drift("feed", name, Change.ALTERED)
    for begin, end in _not_as_forgotten(row.pk, acts):
        yield Drift("feed-about", f"{name} {begin}–{end}", Change.ALTERED)
    others = set(islice(_not_as_sealed(row.pk, last), MOST))
    while found := statements.rows(CHANGES, [row.pk, last, CHUNK]):
        named = persons.named(row.pk, last, found[-1][0])
        for position, *said in found:
            if position != last + 1:
                yield Drift("feed-change", f"{name} {last + 1}", Change.MISSING)
            if position in others or not _is_of(feeds, said, named.get(position, [])):
                yield Drift("feed-change", f"{name} {position}", Change.ALTERED)
            last = position
    if last < row.position:
        yield Drift("feed-change", f"{name} {last + 1}", Change.MISSING)


def _not_as_sealed(feed: int, forgotten: int) -> Iterator[int]:
    """Yield the positions behind what is forgotten where another change stands than was sealed there."""
    seals = models.ChangeSeal.objects.filter(feed=feed, last__gt=forgotten).order_by("first")
    for seal in seals.iterator(chunk_size=10):
        now = leaves.by_position(feed, seal.first, seal.last)
        for position, leaf in leaves.cut(seal.first, bytes(seal.leaves)).items():
            if now.get(position, leaf) != leaf:
                yield position


def _declared(feed: Feed, acts: Acts) -> list[Feed]:
    """Return the feed as it is declared and as it was before: what came then was about whom it said then."""
    return [
        replace(
            feed,
            keys=tuple(one["keys"]),
            subject=str(one["subject"]),
            personal=tuple(one.get("personal", ())),
        )
        for one in _said(acts, "feed.declared")
    ]


def _is_declared(row: models.FeedRow, acts: Acts) -> bool:
    """Return whether a feed is as it was declared last."""
    newest = next(iter(_said(acts, "feed.declared")), {})
    return all(value == getattr(row, name) for name, value in newest.items())


def _said(acts: Acts, act: str) -> list[dict[str, Any]]:
    return [detail for said, detail in acts if said == act]


def _not_as_forgotten(feed: int, acts: Acts) -> Iterator[tuple[int, int]]:
    """Yield the positions from which to which whom the forgotten changes were about is not as the ledger says."""
    gone = max((int(one["until"]) for one in _said(acts, "feed.readers_forgotten")), default=0)
    for one in _said(acts, "feed.forgotten"):
        until = int(one["until"])
        after = until - int(one["changes"])
        if "about" in one and until > gone and persons.digest(feed, after, until) != one["about"]:
            yield after + 1, until


def _forgotten(acts: Acts) -> int:
    """Return up to which position changes were forgotten, as the ledger says."""
    return max((int(one["until"]) for one in _said(acts, "feed.forgotten")), default=0)


def _is_of(feeds: Sequence[Feed], said: Sequence[Any], named: list[tuple[str, str]]) -> bool:
    kind, row, subject, content = said
    try:
        fields = json.loads(trust.decrypt(records.CONTENT, content))
    except (CannotDecrypt, ValueError):
        return False
    told = Told(id="", kind=Kind(kind), fields=fields)
    about = bytes(row), bytes(subject) if subject else None, named
    return any(_digests(feed, told) == about for feed in feeds)


def _digests(feed: Feed, told: Told) -> tuple[bytes, bytes | None, list[tuple[str, str]]] | None:
    try:
        row = records.row_digest(publishing.row_of(feed, told))
    except KeyError:
        return None
    return row, records.subject_digest(cutting.subject_of(feed, told)), records.named_digests(feed, told)
