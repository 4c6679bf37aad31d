"""Subscriptions: made, paused, resumed, set to another point, ended."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.errors import SubsystemUnknown
from tongban.datahub.subscriptions import grants, models, points, records, states
from tongban.datahub.subscriptions.access import check_speaks_for
from tongban.datahub.subscriptions.errors import BadBatch, SubscribedAlready, SubscriptionUnknown
from tongban.datahub.subscriptions.operations.publishing import wake
from tongban.datahub.subscriptions.rules import addresses, cutting
from tongban.datahub.subscriptions.rules.cloudevents import MOST_EVENTS
from tongban.datahub.subscriptions.types import Cursor, State
from tongban.kernel.errors import N_
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor

BATCH = 100
GRANT_ENDED = N_("数据共享授权已经结束。")


@transaction.atomic
def subscribe(
    *, provider: str, feed: str, consumer: str, address: str, grant: uuid.UUID | None = None, batch: int = BATCH,
    after: int | None = None, since: dt.datetime | None = None, by: Actor, at: dt.datetime,
) -> uuid.UUID:  # fmt: skip
    """Have a webhook told of a feed's changes, once it has said that it wants to be; return the subscription's id.

    From now on, or from ``after`` a position, or from a moment. ``batch`` is how many events it takes at once; with 1 each
    comes alone. Without ``grant`` the widest of the consumer's counts. Raises FeedUnknown, SubsystemUnknown, NotAllowed,
    NoGrant, KeyNotGranted, BadAddress, BadBatch, NoSuchPoint, SubscribedAlready.
    """
    row = records.feed_row(provider, feed)
    if not any(one.code == consumer for one in exchange.subsystems()):
        raise SubsystemUnknown(consumer)
    check_speaks_for(by, consumer, at)
    addresses.check_address(address, settings.WEBHOOK_NETWORKS)
    if not 1 <= batch <= MOST_EVENTS:
        raise BadBatch(MOST_EVENTS)
    given = grants.grant_for(records.feed(row), consumer, grant, at)
    cutting.check_keys(records.feed(row), given.fields)
    cursor = _point(row, after, since)
    said = {
        "feed": row, "grant": given.id, "consumer_id": consumer, "address": address, "batch": batch,
        "position": cursor.position, "placed_at": cursor.placed_at, "created_at": at, "created_by": f"{by.kind}:{by.id}",
        "again": _reached(row.pk, consumer),
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = models.SubscriptionRow.objects.create(**said)
    except IntegrityError:
        raise SubscribedAlready from None
    # Where to, without path and query: they may hold what only the receiver should know. All of it by its digest.
    to, digest = addresses.target_of(address).origin, records.address_digest(address)
    states.tell(made, "made", "", by, at, to=to, address=digest, after=cursor.position)
    transaction.on_commit(wake, robust=True)
    return made.id


@transaction.atomic
def replay(
    *, subscription: uuid.UUID, after: int | None = None, since: dt.datetime | None = None, by: Actor, at: dt.datetime
) -> Cursor:  # fmt: skip
    """Tell everything after a position, or from a moment on, once more, with the same ids; return the point.

    What was told before counts under the grant. Without either it goes on with what comes now, and leaves out what was not
    told yet. Raises SubscriptionUnknown,
    NotAllowed, NotInThisState, NoSuchPoint.
    """
    row = _locked(subscription, by, at)
    cursor = _point(models.FeedRow.objects.get(pk=row.feed_id), after, since)
    row.position, row.placed_at, row.epoch = cursor.position, cursor.placed_at, row.epoch + 1
    row.again = _reached(row.feed_id, row.consumer_id)
    states.step(row, "replay", "", by, at, after=cursor.position)
    transaction.on_commit(wake, robust=True)
    return cursor


@transaction.atomic
def pause(*, subscription: uuid.UUID, why: str = "", by: Actor, at: dt.datetime) -> None:
    """Tell nothing until the subscription is resumed; nothing is lost meanwhile."""
    states.step(_locked(subscription, by, at), "pause", why, by, at)


@transaction.atomic
def resume(*, subscription: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Go on where it stopped, once the address says again that it wants to be told; raise NoGrant, NotInThisState."""
    row = _locked(subscription, by, at)
    grants.grant_for(records.feed(row.feed), row.consumer_id, row.grant, at)
    states.step(row, "resume", "", by, at)
    transaction.on_commit(wake, robust=True)


@transaction.atomic
def end(*, subscription: uuid.UUID, why: str = "", by: Actor, at: dt.datetime) -> None:
    """End a subscription for good."""
    states.step(_locked(subscription, by, at), "end", why, by, at)


@law(
    "feed-stopped-with-grant",
    basis="上海市数据条例 39",
    says="When a grant ends or is revoked, every subscription under it ends at once, and says why",
)
@transaction.atomic
def end_of_grant(*, grant: uuid.UUID, why: str, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """End the subscriptions under a grant that has ended; return how many."""
    rows = models.SubscriptionRow.objects.select_for_update(of=("self",)).select_related("feed")
    standing = list(rows.filter(grant=grant).exclude(state=State.ENDED.value))
    for row in standing:
        states.step(row, "end", GRANT_ENDED, by, at, reason=why)
    return len(standing)


def _reached(feed: int, consumer: str) -> int:
    """Return the highest position of a feed that was ever sent to a consumer, by any of its subscriptions."""
    rows = models.SubscriptionRow.objects.filter(feed_id=feed, consumer_id=consumer)
    return int(rows.aggregate(Max("reached", default=0))["reached__max"])


def _locked(id: uuid.UUID, by: Actor, at: dt.datetime) -> models.SubscriptionRow:
    rows = models.SubscriptionRow.objects.select_for_update(of=("self",)).select_related("feed")
    row = rows.filter(id=id).first()
    if row is None:
        raise SubscriptionUnknown
    check_speaks_for(by, row.consumer_id, at)
    return row


def _point(row: models.FeedRow, after: int | None, since: dt.datetime | None) -> Cursor:
    if after is not None:
        return points.after_position(row, after)
    return points.before_moment(row, since) if since else points.newest(row)
