"""Delivering: what a subscription is told next, and what its address said to it.

Nothing is marked as told before the address has taken it, so that whatever dies in between is told again, with the same
ids. A point is only moved on from where the delivery began: one that was replayed meanwhile stays where it was set.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from tongban.datahub.resources.types import Grant
from tongban.datahub.subscriptions import grants, points, records, states
from tongban.datahub.subscriptions.errors import KeyNotGranted, NoGrant
from tongban.datahub.subscriptions.models import SubscriptionRow
from tongban.datahub.subscriptions.operations.subscribing import GRANT_ENDED
from tongban.datahub.subscriptions.rules import cloudevents, cutting, pausing
from tongban.datahub.subscriptions.types import Batch, Cursor, Feed, Placed, Reply, State, Subscription
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as writing
from tongban.kernel.errors import N_
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor, Subject

READ = 1_000
GAVE_UP = N_("接收地址连续多日没有接收，已停止推送。修复后可以恢复，未推送的变更都还在。")
GONE = N_("接收地址答复不再接收（410）。")
NOT_WANTED = "not-wanted"
TAKEN = """
UPDATE subscriptions_subscription SET position = %s, placed_at = %s, failures = 0, failing_since = NULL, next_at = %s,
    taken_at = coalesce(%s, taken_at), why = ''
WHERE id = %s AND epoch = %s AND position = %s AND state = 'active'
"""
FAILED = """
UPDATE subscriptions_subscription SET failures = failures + 1, failing_since = coalesce(failing_since, %s), next_at = %s,
    why = %s
WHERE id = %s AND epoch = %s AND failures = %s AND state IN ('active', 'proving')
"""
NOTE = """
INSERT INTO subscriptions_delivery (id, subscription, at, first, last, count, status, micros, digest, problem)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A delivery that was tried, what was said to it, and the chance (0 to 1) that scatters the next try."""

    batch: Batch
    reply: Reply
    at: dt.datetime
    chance: float


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
    changes = points.changes_after(subscription.feed.id, start, min(READ, 2 * most))
    end, events = events_of(subscription.feed, changes, grant, most)
    kind, body = cloudevents.body_of(events, is_single=subscription.batch == 1) if events else ("", b"")
    return Batch(subscription, start, end or start, len(events), kind, body)


def events_of(
    feed: Feed, changes: Sequence[Placed], grant: Grant, most: int
) -> tuple[Cursor | None, list[str]]:
    """Return the events that fit, and the point after them and what follows them unsaid."""
    prefix, fields = cloudevents.prefix_of(feed, settings.SITE_ADDRESS), set(grant.fields)
    if not cutting.covers_all(feed, fields):
        changes = [one for one in changes if one.kind.value != "file"]
    events: list[str] = []
    size, end = 2, None
    for change in changes:
        data = cutting.granted(change, feed.keys, fields)
        if data is not None:
            event = cloudevents.event(prefix, change, data)
            size += len(event.encode()) + 1
            if events and (len(events) == most or size > cloudevents.MOST_BYTES):
                break
            events.append(event)
        end = Cursor(change.position, change.placed_at)
    return end, events


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
    row = _locked(subscription)
    if row is not None:
        states.step(row, "end", GRANT_ENDED, by, at, reason=why)


@transaction.atomic
def note_proof(
    *, subscription: Subscription, reply: Reply, origin: str, chance: float, by: Actor, at: dt.datetime
) -> None:
    """Note whether an address has said that it wants to be told (CloudEvents webhook 4): then it is."""
    row = _locked(subscription.id)
    if row is None or row.state != State.PROVING.value:
        return
    is_wanted = pausing.is_taken(reply) and reply.allowed_origin.lower() in ("*", origin.lower())
    if is_wanted:
        row.per_minute = reply.allowed_rate
        states.step(row, "prove", "", by, at, status=reply.status)
        return
    told = reply if reply.problem or not pausing.is_taken(reply) else replace(reply, problem=NOT_WANTED)
    _note_failure(subscription, told, chance, at)
    _give_up(subscription, told, at)


@law(
    "feed-delivery-recorded",
    basis="数据安全法 27；个人信息保护法 54",
    says="Every delivery is on record: to whom, which changes, under which grant, the digest of what was sent",
)
@transaction.atomic
def note_deliveries(*, outcomes: Sequence[Outcome], by: Actor, at: dt.datetime) -> None:
    """Note what addresses said: what was taken is passed, what was not is tried again after a pause, or given up."""
    acts = [act for one in outcomes if (act := _note(one)) is not None]
    if acts:
        ledger.record_many(acts=acts, by=by, at=at)


def _note(one: Outcome) -> Act | None:
    batch, reply, subscription = one.batch, one.reply, one.batch.subscription
    is_taken = not batch.count or pausing.is_taken(reply)
    if is_taken:
        pause = pausing.between(subscription.per_minute)
        writing.run(TAKEN, [
            batch.end.position, batch.end.placed_at, one.at + pause if pause and batch.count else None,
            one.at if batch.count else None, subscription.id, subscription.epoch, batch.start.position,
        ])  # fmt: skip
    else:
        _note_failure(subscription, reply, one.chance, one.at)
        _give_up(subscription, reply, one.at)
    return _recorded(one) if batch.count else None


def _recorded(one: Outcome) -> Act:
    batch, reply, digest = one.batch, one.reply, records.sha256(one.batch.body)
    first, last, subscription = batch.start.position + 1, batch.end.position, batch.subscription
    micros = int(reply.seconds * 1e6)
    writing.run(NOTE, [
        new_id(), subscription.id, one.at, first, last, batch.count, reply.status, micros, digest, reply.problem[:80],
    ])  # fmt: skip
    detail = {
        "consumer": subscription.consumer, "grant": str(subscription.grant), "first": first, "last": last,
        "count": batch.count, "status": reply.status, "digest": digest.hex(),
    }  # fmt: skip
    return Act("feed.delivered", Subject("subscription", str(subscription.id)), detail)


def _note_failure(subscription: Subscription, reply: Reply, chance: float, at: dt.datetime) -> None:
    failures = subscription.failures + 1
    next_at = at + pausing.pause(failures, chance, reply.retry_after)
    why = reply.problem or f"HTTP {reply.status}"
    writing.run(FAILED, [at, next_at, why, subscription.id, subscription.epoch, subscription.failures])


def _give_up(subscription: Subscription, reply: Reply, at: dt.datetime) -> None:
    """Pause a subscription whose address has said that it is gone, or has taken nothing for too long."""
    why = GONE if pausing.is_gone(reply) else ""
    if pausing.is_given_up(subscription.failing_since, at):
        why = GAVE_UP
    row = _locked(subscription.id) if why else None
    if row is not None and row.state in (State.ACTIVE.value, State.PROVING.value):
        states.step(row, "pause", why, SYSTEM, at)


def _locked(id: uuid.UUID) -> SubscriptionRow | None:
    """Return a subscription's row that has not ended."""
    rows = SubscriptionRow.objects.select_for_update(of=("self",)).select_related("feed")
    found: SubscriptionRow | None = rows.filter(id=id).exclude(state=State.ENDED.value).first()
    return found
