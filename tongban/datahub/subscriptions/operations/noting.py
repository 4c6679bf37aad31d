"""Noting what addresses said: what was taken is passed, what was not is tried again after a pause, or given up.

Nothing is passed before the address has taken it, so that whatever dies in between is told again, with the same ids. A
point is only moved on from where the delivery began: one that was replayed meanwhile stays where it was set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from tongban.datahub.subscriptions import states
from tongban.datahub.subscriptions.operations.delivering import locked
from tongban.datahub.subscriptions.operations.recording import Sending
from tongban.datahub.subscriptions.rules import pausing
from tongban.datahub.subscriptions.types import Batch, Reply, State, Subscription
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as writing
from tongban.kernel.errors import N_
from tongban.kernel.types import SYSTEM, Actor, Subject

GAVE_UP = N_("接收地址连续多日没有接收，已停止推送。修复后可以恢复，未推送的变更都还在。")
GONE = N_("接收地址答复不再接收（410）。")
NOT_WANTED = "not-wanted"
TAKEN = """
UPDATE subscriptions_subscription SET position = %s, placed_at = %s, failures = 0, failing_since = NULL,
    next_at = %s::timestamptz, taken_at = coalesce(%s::timestamptz, taken_at), why = ''
WHERE id = %s AND epoch = %s AND position = %s AND state = 'active'
"""
FAILED = """
UPDATE subscriptions_subscription SET failures = failures + 1, failing_since = coalesce(failing_since, %s::timestamptz),
    next_at = %s, why = %s
WHERE id = %s AND epoch = %s AND failures = %s AND state IN ('active', 'proving')
"""
NOTE = """
UPDATE subscriptions_delivery SET status = %s, micros = %s, problem = %s
WHERE subscription = %s AND at = %s AND id = %s AND status IS NULL
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A delivery that was sent, what was said to it and when, and the chance (0 to 1) that scatters the next try."""

    sending: Sending
    reply: Reply
    at: dt.datetime
    chance: float

    @property
    def batch(self) -> Batch:
        """Return what was sent."""
        return self.sending.batch

    @property
    def is_passed(self) -> bool:
        """Return whether the changes of the batch are done with: taken, or nothing of them was to be told."""
        return not self.batch.count or pausing.is_taken(self.reply)


@transaction.atomic
def note_deliveries(*, outcomes: Sequence[Outcome], by: Actor, at: dt.datetime) -> None:
    """Note what was said to deliveries, one of each subscription at most, all in one statement."""
    sent = [one for one in outcomes if one.batch.count]
    parts = [
        _passed(one) if one.is_passed else _failure(one.batch.subscription, one.reply, one.chance, one.at)
        for one in outcomes
    ]
    parts += [_noted(one) for one in sent]
    if sent:
        parts.append(ledger.recording(acts=[_act(one) for one in sent], by=by, at=at))
    writing.run_together(parts)
    for one in outcomes:
        if not one.is_passed:
            _give_up(one.batch.subscription, one.reply, one.at)


@transaction.atomic
def note_proof(
    *, subscription: Subscription, reply: Reply, origin: str, chance: float, by: Actor, at: dt.datetime
) -> None:
    """Note whether an address has said that it wants to be told (CloudEvents webhook 4): then it is."""
    row = locked(subscription.id)
    if row is None:
        return
    if (
        row.state == State.PROVING.value
        and pausing.is_taken(reply)
        and reply.allowed_origin.lower() in ("*", origin.lower())
    ):
        row.per_minute = reply.allowed_rate
        states.step(row, "prove", "", by, at, status=reply.status)
        return
    told = replace(reply, problem=NOT_WANTED) if pausing.is_taken(reply) else reply
    writing.run_together([_failure(subscription, told, chance, at)])
    _give_up(subscription, told, at)


def _passed(one: Outcome) -> writing.Part:
    batch, subscription = one.batch, one.batch.subscription
    pause = pausing.between(subscription.per_minute)
    return writing.Part(TAKEN, [
        batch.end.position, batch.end.placed_at, one.at + pause if pause and batch.count else None,
        one.at if batch.count else None, subscription.id, subscription.epoch, batch.start.position,
    ])  # fmt: skip


def _noted(one: Outcome) -> writing.Part:
    sending, reply = one.sending, one.reply
    return writing.Part(NOTE, [
        reply.status, int(reply.seconds * 1e6), reply.problem[:80], one.batch.subscription.id, sending.at, sending.id,
    ])  # fmt: skip


def _act(one: Outcome) -> Act:
    detail = {"status": one.reply.status, "problem": one.reply.problem[:80]}
    return Act("feed.delivered", Subject("feed-delivery", str(one.sending.id)), detail)


def _failure(subscription: Subscription, reply: Reply, chance: float, at: dt.datetime) -> writing.Part:
    failures = subscription.failures + 1
    next_at = at + pausing.pause(failures, chance, reply.retry_after)
    why = reply.problem or f"HTTP {reply.status}"
    return writing.Part(
        FAILED, [at, next_at, why, subscription.id, subscription.epoch, subscription.failures]
    )


def _give_up(subscription: Subscription, reply: Reply, at: dt.datetime) -> None:
    """Pause a subscription whose address has said that it is gone, or has taken nothing for too long."""
    why = GONE if pausing.is_gone(reply) else ""
    if pausing.is_given_up(subscription.failing_since, at):
        why = GAVE_UP
    row = locked(subscription.id) if why else None
    if row is not None and row.state in (State.ACTIVE.value, State.PROVING.value):
        states.step(row, "pause", why, SYSTEM, at)
