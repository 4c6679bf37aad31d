"""What is about to be sent, on record before it is: whoever dies afterwards, and whatever is answered, it can not be denied."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.subscriptions import records
from tongban.datahub.subscriptions.errors import GrantUsedUp
from tongban.datahub.subscriptions.types import Batch
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as writing
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

SEND = """
INSERT INTO subscriptions_delivery (id, subscription, at, feed, consumer, "grant", fields, epoch, first, last, count, digest, problem)
VALUES (%s, %s, %s, %s, %s, %s, %s::text[], %s, %s, %s, %s, %s, '')
"""
REACHED = "UPDATE subscriptions_subscription SET reached = greatest(reached, %s) WHERE id = %s"
HOLD = """
UPDATE subscriptions_subscription SET next_at = %s, why = %s WHERE id = %s AND epoch = %s AND position = %s AND state = 'active'
"""
HELD = dt.timedelta(minutes=30)
"""How long what is told again waits for the next look when the grant's day is used up."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery on its way. ``id`` is its own on record, and what its acts on the ledger are about."""

    batch: Batch
    at: dt.datetime
    id: uuid.UUID = field(default_factory=new_id)


@law(
    "feed-delivery-recorded",
    basis="数据安全法 27；个人信息保护法 54",
    says="Every delivery is on record before it is sent: to whom, which changes and fields, under which grant, the digest of "
    "what is sent; then what was said to it",
)
@transaction.atomic
def record_sending(*, batches: Sequence[Batch], by: Actor, at: dt.datetime) -> list[Sending]:
    """Put on record what is sent next to some subscriptions, all in one statement, and return it; nothing before that.

    What was told before is a use of its grant; beyond the day's limit it waits.
    """
    sent, parts = list[Sending](), list[writing.Part]()
    for batch in batches:
        if _is_allowed(batch, at):
            sent.append(Sending(batch, at))
        else:
            parts.append(_hold(batch, at))
    if sent:
        parts += [part for one in sent for part in (_row(one), _reached(one))]
        parts.append(ledger.recording(acts=[_act(one) for one in sent], by=by, at=at))
    writing.run_together(parts)
    return sent


def _is_allowed(batch: Batch, at: dt.datetime) -> bool:
    """Return whether a batch may be sent now; told again, it is counted. What is only tried again was counted."""
    to = batch.subscription
    is_again = batch.start.position < to.again and not to.failures
    return not is_again or exchange.use_grant(grant=to.grant, at=at)


def _hold(batch: Batch, at: dt.datetime) -> writing.Part:
    to = batch.subscription
    return writing.Part(HOLD, [at + HELD, GrantUsedUp().code, to.id, to.epoch, to.position])


def _reached(one: Sending) -> writing.Part:
    return writing.Part(REACHED, [one.batch.end.position, one.batch.subscription.id])


def _row(one: Sending) -> writing.Part:
    batch, to = one.batch, one.batch.subscription
    return writing.Part(SEND, [
        one.id, to.id, one.at, to.feed.id, to.consumer, to.grant, list(batch.fields), to.epoch, batch.start.position + 1,
        batch.end.position, batch.count, records.sha256(batch.body),
    ])  # fmt: skip


def _act(one: Sending) -> Act:
    batch, to = one.batch, one.batch.subscription
    detail = {
        "subscription": str(to.id), "feed": f"{to.feed.provider}/{to.feed.code}", "consumer": to.consumer,
        "grant": str(to.grant), "fields": list(batch.fields), "epoch": to.epoch, "first": batch.start.position + 1,
        "last": batch.end.position, "count": batch.count, "digest": records.sha256(batch.body).hex(),
    }  # fmt: skip
    return Act("feed.sent", Subject("feed-delivery", str(one.id)), detail)
