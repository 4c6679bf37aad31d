"""Delivering: which subscriptions have something to do, and what each of them is told next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from tongban.datahub.resources.types import Grant
from tongban.datahub.subscriptions import grants, points, records, states
from tongban.datahub.subscriptions.errors import KeyNotGranted, NoGrant
from tongban.datahub.subscriptions.models import SubscriptionRow
from tongban.datahub.subscriptions.operations.subscribing import GRANT_ENDED
from tongban.datahub.subscriptions.rules import cloudevents, cutting, pausing
from tongban.datahub.subscriptions.types import Batch, Cursor, Feed, Kind, Placed, State, Subscription
from tongban.kernel.types import SYSTEM, Actor


def due(*, at: dt.datetime, leaving: Collection[uuid.UUID] = (), limit: int) -> list[Subscription]:
    """Return subscriptions with something to do, whose turn it is, without those named; the longest waiting first."""
    rows = (
        SubscriptionRow.objects.select_related("feed")
        .filter(Q(state=State.PROVING.value) | Q(state=State.ACTIVE.value, position__lt=F("feed__position")))
        .filter(Q(next_at=None) | Q(next_at__lte=at))
        .exclude(id__in=list(leaving))
        .order_by(F("taken_at").asc(nulls_first=True), "id")
    )
    return [records.subscription(row) for row in rows[:limit]]


def next_batch(subscription: Subscription, *, at: dt.datetime) -> Batch | None:
    """Return what is to be sent next, with the fields that are granted now; None when the subscription has ended."""
    grant = _grant(subscription, at)
    if grant is None:
        return None
    most = pausing.batch_after(subscription.batch, subscription.failures)
    start = Cursor(subscription.position, subscription.placed_at)
    changes = points.changes_after(subscription.feed.id, start, most)
    end, events = events_of(subscription.feed, changes, grant, most)
    kind, body = cloudevents.body_of(events, is_single=subscription.batch == 1) if events else ("", b"")
    return Batch(subscription, start, end or start, len(events), kind, body, grant.fields)


def events_of(
    feed: Feed, changes: Sequence[Placed], grant: Grant, most: int
) -> tuple[Cursor | None, list[str]]:
    """Return the events that fit, and the point after them and what follows them unsaid."""
    prefix, fields = cloudevents.prefix_of(feed, settings.SITE_ADDRESS), set(grant.fields)
    has_files = cutting.covers_all(feed, fields)
    events: list[str] = []
    size, end = 2, None
    for change in changes:
        is_told = has_files or change.kind is not Kind.FILE
        data = cutting.granted(change, feed.keys, fields) if is_told else None
        if data is not None:
            event = cloudevents.event(prefix, change, data)
            size += len(event.encode()) + 1
            if events and (len(events) == most or size > cloudevents.MOST_BYTES):
                break
            events.append(event)
        end = change
    return Cursor(end.position, dt.datetime.fromisoformat(end.placed_at)) if end else None, events


def _grant(subscription: Subscription, at: dt.datetime) -> Grant | None:
    try:
        grant = grants.grant_for(subscription.feed, subscription.consumer, subscription.grant, at)
        cutting.check_keys(subscription.feed, grant.fields)
    except (NoGrant, KeyNotGranted) as why:
        end_without_grant(subscription=subscription.id, why=str(why), by=SYSTEM, at=at)
        return None
    return grant


@transaction.atomic
def end_without_grant(*, subscription: uuid.UUID, why: str, by: Actor, at: dt.datetime) -> None:
    """End a subscription whose grant does not carry it any more."""
    row = locked(subscription)
    if row is not None:
        states.step(row, "end", GRANT_ENDED, by, at, reason=why)


def locked(id: uuid.UUID) -> SubscriptionRow | None:
    """Return a subscription's row that has not ended, held until the transaction is over."""
    rows = SubscriptionRow.objects.select_for_update(of=("self",)).select_related("feed")
    found: SubscriptionRow | None = rows.filter(id=id).exclude(state=State.ENDED.value).first()
    return found
