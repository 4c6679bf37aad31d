"""Forgetting: what a feed's time is over for is erased, changes and files; that there were such stays on record.

Whom a change was about is kept three years longer, as a keyed digest: so long a person finds who was told.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from tongban.datahub.subscriptions import models, persons, points, states
from tongban.datahub.subscriptions.types import FileState, State
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_read
from tongban.foundation.ledger.types import Wanted
from tongban.foundation.statements import operations as writing
from tongban.kernel.errors import N_
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor, Subject

MOST = 100_000
PASSED = N_("有变更超过保存期限已删除，没有推送过；请向提供方索取全量文件。")
ALLOWED = "SELECT set_config('tongban.forgetting', 'yes', true)"
FORGET = (
    "DELETE FROM subscriptions_change WHERE feed = %s AND position > %s AND position <= %s AND placed_at < %s"
)
KEEP = """
INSERT INTO subscriptions_about (feed, position, placed_at, kind, field, subject)
SELECT feed, position, placed_at, kind, '', subject FROM subscriptions_change
WHERE feed = %s AND position > %s AND position <= %s AND subject IS NOT NULL
"""
LET_GO = "DELETE FROM subscriptions_about WHERE feed = %s AND position <= %s"
FORGET_SEALS = "DELETE FROM subscriptions_change_seal WHERE feed = %s AND last <= %s"
FORGET_KNOWN = "DELETE FROM subscriptions_known WHERE feed = %s AND at < %s"
READERS_KEPT = dt.timedelta(days=3 * 366)


@law(
    "feed-forgotten-when-due",
    basis="个人信息保护法 19、47",
    says="Changes and files are kept for the days that their feed says, and erased when they are over",
)
def forget_due(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Erase changes and files that are older than their feed keeps them; return how many, at most so many a feed."""
    feeds = models.FeedRow.objects.values_list("pk", flat=True)
    return sum(_forget(feed=feed, by=by, at=at) for feed in feeds)


@transaction.atomic
def _forget(*, feed: int, by: Actor, at: dt.datetime) -> int:
    row = models.FeedRow.objects.get(pk=feed)
    name, before = f"{row.provider_id}/{row.code}", at - dt.timedelta(days=row.kept_days)
    last = min(points.before_moment(row, before).position, row.forgotten + MOST)
    changes = last - row.forgotten
    if changes:
        with connection.cursor() as cursor:
            cursor.execute(ALLOWED)
            cursor.execute(KEEP, [feed, row.forgotten, last])
            cursor.execute(FORGET, [feed, row.forgotten, last, before])
            cursor.execute(FORGET_SEALS, [feed, last])
        models.FeedRow.objects.filter(pk=feed).update(forgotten=last)
        _tell_left_behind(feed, last, by, at)
    writing.run(FORGET_KNOWN, [feed, before])
    files = _forget_files(feed, before)
    if changes or files:
        detail = {
            "changes": changes, "until": last, "files": files, "kept_days": row.kept_days,
            "about": persons.digest(feed, row.forgotten, last),
        }  # fmt: skip
        ledger.record(act="feed.forgotten", subject=Subject("feed", name), by=by, at=at, detail=detail)
    _let_go(feed, Subject("feed", name), by, at)
    return changes + files


@law(
    "feed-readers-kept",
    basis="个人信息保护法 19、45、56",
    says="Who was told about whom is kept for three years after the change itself is forgotten, without what it said; then "
    "it is erased, too",
)
def _let_go(feed: int, subject: Subject, by: Actor, at: dt.datetime) -> None:
    """Erase whom the changes were about that were forgotten three years ago."""
    long_ago = ledger_read.entries_before(
        Wanted(points.BEGINNING, at - READERS_KEPT, acts=("feed.forgotten",), subjects=(subject,)), limit=1
    )
    until = int(str(long_ago[0].detail["until"])) if long_ago else 0
    with connection.cursor() as cursor:
        cursor.execute(ALLOWED)
        cursor.execute(LET_GO, [feed, until])
        count = cursor.rowcount
    if count:
        detail = {"until": until, "count": count}
        ledger.record(act="feed.readers_forgotten", subject=subject, by=by, at=at, detail=detail)


def _tell_left_behind(feed: int, last: int, by: Actor, at: dt.datetime) -> None:
    """Set subscriptions that were never told of what is gone to what is left, and say so."""
    rows = models.SubscriptionRow.objects.select_for_update(of=("self",)).select_related("feed")
    for row in rows.filter(feed_id=feed, position__lt=last).exclude(state=State.ENDED.value):
        missed, row.position, row.placed_at = last - row.position, last, points.BEGINNING
        row.epoch, row.why = row.epoch + 1, PASSED
        row.save(update_fields=["position", "placed_at", "epoch", "why"])
        states.tell(row, "passed", PASSED, by, at, missed=missed)


def _forget_files(feed: int, before: dt.datetime) -> int:
    due = models.FileRow.objects.filter(feed_id=feed, begun_at__lt=before)
    ids = list(due.exclude(state=FileState.FORGOTTEN.value).values_list("id", flat=True)[:MOST])
    models.Piece.objects.filter(file_id__in=ids).delete()
    return int(models.FileRow.objects.filter(id__in=ids).update(state=FileState.FORGOTTEN.value, received=0))
