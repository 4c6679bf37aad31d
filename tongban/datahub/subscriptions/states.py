"""A subscription's steps through its life: each recorded and told."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.subscriptions.events import SubscriptionChanged
from tongban.datahub.subscriptions.models import SubscriptionRow
from tongban.datahub.subscriptions.rules import life_cycle
from tongban.datahub.subscriptions.types import State
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM, Actor, Subject

UNASKED = ("pause", "end", "passed")


def step(row: SubscriptionRow, act: str, why: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    """Take a subscription's locked row to the state after an act, in the caller's transaction; raise NotInThisState.

    It begins the new state without failures.
    """
    row.state = life_cycle.after(State(row.state), act).value
    row.why, row.failures, row.failing_since, row.next_at = why, 0, None, None
    row.save()
    tell(row, act, why, by, at, **detail)


def tell(row: SubscriptionRow, act: str, why: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    """Record what happened to a subscription and tell those who react."""
    feed = f"{row.feed.provider_id}/{row.feed.code}"
    said = {"feed": feed, "consumer": row.consumer_id, "grant": str(row.grant), "why": why, **detail}
    subject = Subject("subscription", str(row.id))
    ledger.record(act=f"feed.subscription_{act}", subject=subject, by=by, at=at, detail=said)
    is_unasked = by == SYSTEM and act in UNASKED
    outbox.publish(
        SubscriptionChanged(str(row.id), row.consumer_id, feed, row.state, why, is_unasked=is_unasked), at=at
    )
