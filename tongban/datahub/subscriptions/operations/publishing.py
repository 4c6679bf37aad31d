"""Publishing changes: many at once, in the caller's transaction, each once by the provider's own id."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Sequence

from django.db import connection, transaction

from tongban.datahub.subscriptions import records
from tongban.datahub.subscriptions.access import check_speaks_for
from tongban.datahub.subscriptions.errors import ChangeDiffers, FeedNeedsSubject
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
# In the order of their ids, so that two who publish the same wait for each other and not in a circle.
NEW = """
INSERT INTO subscriptions_known (feed, own_id, digest, at)
SELECT %s, own_id, digest, %s FROM unnest(%s::text[], %s::bytea[]) AS given (own_id, digest) ORDER BY own_id
ON CONFLICT DO NOTHING RETURNING own_id
"""
# They wait for their positions in the order in which they were told.
WAIT = """
INSERT INTO subscriptions_pending (feed, happened_at, kind, row, subject, content, named)
SELECT %s, happened_at, kind, row, subject, content, named::jsonb
FROM unnest(%s::timestamptz[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[], %s::text[])
    WITH ORDINALITY AS one (happened_at, kind, row, subject, content, named, place) ORDER BY place
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
    id, is passed over; raises ChangeDiffers when it said something else then. Raises FeedUnknown, NotAllowed, FeedNeedsSubject,
    BadChange, TooManyChanges.
    """
    found = records.feed(records.feed_row(provider, feed))
    check_speaks_for(by, provider, at)
    if found.names_nobody:
        raise FeedNeedsSubject(found.resource)
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
    if not changes:
        return Published(0, 0)
    digests = [bytes.fromhex(trust_queries.keyed_digest(DIGEST, content)) for content in contents]
    ids = [change.id for change in changes]
    new = {id for (id,) in reading.rows(NEW, [feed.id, at, ids, digests])}
    _check_known(feed, {id: digest for id, digest in zip(ids, digests, strict=True) if id not in new})
    if new:
        told = zip(changes, contents, strict=True)
        _wait(feed, [(change, content) for change, content in told if change.id in new], at)
        _tell(feed, len(new), b"".join(digests), by, at)
    return Published(len(new), len(changes) - len(new))


def _wait(feed: Feed, told: Sequence[tuple[Change, bytes]], at: dt.datetime) -> None:
    changes = [change for change, _ in told]
    writing.run(WAIT, [
        feed.id,
        [change.at or at for change in changes],
        [change.kind.value for change in changes],
        [records.row_digest(publishing.row_of(feed, change)) for change in changes],
        [records.subject_digest(cutting.subject_of(feed, change)) for change in changes],
        [trust.encrypt(records.CONTENT, content) for _, content in told],
        [json.dumps(named) if (named := records.named_digests(feed, change)) else None for change in changes],
    ])  # fmt: skip


def _check_known(feed: Feed, again: dict[str, bytes]) -> None:
    """Raise ChangeDiffers when what was published before was something else."""
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
