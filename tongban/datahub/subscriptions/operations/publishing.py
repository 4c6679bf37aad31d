"""Publishing changes: many at once, in the caller's transaction, each once by the provider's own id."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from django.db import connection, transaction

from tongban.datahub.subscriptions import records
from tongban.datahub.subscriptions.access import check_speaks_for
from tongban.datahub.subscriptions.errors import ChangeDiffers
from tongban.datahub.subscriptions.events import ChangesPublished
from tongban.datahub.subscriptions.rules import cutting, publishing
from tongban.datahub.subscriptions.types import Change, Feed, Published
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as reading
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

CHANNEL = "tongban_feeds"
WAKE_PAUSE = 0.02
"""Seconds; who delivers also looks by itself for a while after there was something."""
DIGEST = "subscriptions.digest"
# What is new waits for its position in the order in which it was told.
TAKE = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::text[], %(moments)s::timestamptz[], %(kinds)s::text[], %(rows)s::bytea[],
        %(subjects)s::bytea[], %(contents)s::bytea[], %(digests)s::bytea[])
        WITH ORDINALITY AS one (own_id, happened_at, kind, row, subject, content, digest, place)
), new AS (
    INSERT INTO subscriptions_known (feed, own_id, digest, at)
    SELECT %(feed)s, own_id, digest, %(at)s FROM given ON CONFLICT DO NOTHING RETURNING own_id
), waiting AS (
    INSERT INTO subscriptions_pending (feed, happened_at, kind, row, subject, content)
    SELECT %(feed)s, happened_at, kind, row, subject, content FROM given JOIN new USING (own_id) ORDER BY place
)
SELECT own_id FROM new
"""
KNOWN = "SELECT own_id, digest FROM subscriptions_known WHERE feed = %s AND own_id = ANY(%s)"


@law(
    "feed-newest-data",
    basis="上海市数据条例 40",
    says="Departments use the newest data: a change is told to all who were granted it when it is committed",
)
def publish_changes(
    *, provider: str, feed: str, changes: Sequence[Change], by: Actor, at: dt.datetime
) -> Published:
    """Publish changes in a feed, all or none, and return how many were new.

    Belongs into the transaction that makes the changes, where they are the node's own. What was published before, by its
    id, is passed over; raises ChangeDiffers when it said something else then. Raises FeedUnknown, NotAllowed, BadChange,
    TooManyChanges.
    """
    found = records.feed(records.feed_row(provider, feed))
    check_speaks_for(by, provider, at)
    contents = publishing.contents(found, changes)
    # No savepoint: what fails here fails the act that made the changes.
    with transaction.atomic(savepoint=False):
        return take(found, changes, contents, by, at)


@law(
    "feed-content-locked",
    basis="个人信息保护法 51",
    says="What a change says is kept encrypted; whose it is and which row, as keyed digests",
)
def take(
    feed: Feed, changes: Sequence[Change], contents: Sequence[bytes], by: Actor, at: dt.datetime
) -> Published:
    """Write what is new of checked changes; raise ChangeDiffers."""
    digests = [bytes.fromhex(trust_queries.keyed_digest(DIGEST, content)) for content in contents]
    values = {
        "feed": feed.id,
        "at": at,
        "ids": [change.id for change in changes],
        "moments": [change.at or at for change in changes],
        "kinds": [change.kind.value for change in changes],
        "rows": [records.row_digest(publishing.row_of(feed, change)) for change in changes],
        "subjects": [records.subject_digest(cutting.subject_of(feed, change)) for change in changes],
        "contents": [trust.encrypt(records.CONTENT, content) for content in contents],
        "digests": digests,
    }
    new = {id for (id,) in reading.rows(TAKE, values)} if changes else set()
    _check_known(feed, changes, digests, new)
    if new:
        _tell(feed, len(new), b"".join(digests), by, at)
    return Published(len(new), len(changes) - len(new))


def _check_known(feed: Feed, changes: Sequence[Change], digests: Sequence[bytes], new: set[str]) -> None:
    again = {
        change.id: digest for change, digest in zip(changes, digests, strict=True) if change.id not in new
    }
    if again:
        for id, digest in reading.rows(KNOWN, [feed.id, list(again)]):
            if bytes(digest) != again[id]:
                raise ChangeDiffers(id)


def _tell(feed: Feed, count: int, digests: bytes, by: Actor, at: dt.datetime) -> None:
    name = f"{feed.provider}/{feed.code}"
    detail = {"count": count, "digest": records.sha256(digests).hex()}
    writing.run_together([
        *outbox.publishing([ChangesPublished(name, count)], at=at),
        ledger.recording(acts=[Act("feed.published", Subject("feed", name), detail)], by=by, at=at),
    ])  # fmt: skip
    transaction.on_commit(wake, robust=True)


_woken_at = 0.0


def wake() -> None:
    """Wake who gives positions and delivers. After the commit: within, NOTIFY makes commits queue up."""
    global _woken_at
    moment = time.monotonic()
    if moment - _woken_at >= WAKE_PAUSE:
        _woken_at = moment
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
