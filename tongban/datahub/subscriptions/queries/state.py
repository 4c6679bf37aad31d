"""How subscriptions are doing: where they stand, what was tried."""

from __future__ import annotations

import uuid

from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.errors import SubscriptionUnknown
from tongban.datahub.subscriptions.types import Delivery, State, Subscription
from tongban.foundation.statements import queries as reading

DELIVERIES = """
SELECT id, at, first, last, count, status, micros, problem FROM subscriptions_delivery
WHERE subscription = %s ORDER BY at DESC, id DESC LIMIT %s
"""


def subscriptions_of(
    consumer: str = "", *, provider: str = "", feed: str = "", state: State | None = None
) -> tuple[Subscription, ...]:
    """Return subscriptions: all, or those of a consumer, to a provider's feeds, in a state; the newest first."""
    wanted = {
        "consumer_id": consumer,
        "feed__provider_id": provider,
        "feed__code": feed,
        "state": state.value if state else "",
    }
    rows = models.SubscriptionRow.objects.select_related("feed")
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return tuple(records.subscription(row) for row in rows.order_by("-created_at", "-id"))


def get_subscription(id: uuid.UUID) -> Subscription:
    """Return a subscription; raise SubscriptionUnknown."""
    row = models.SubscriptionRow.objects.select_related("feed").filter(id=id).first()
    if row is None:
        raise SubscriptionUnknown
    return records.subscription(row)


def deliveries_of(subscription: uuid.UUID, *, limit: int = 20) -> tuple[Delivery, ...]:
    """Return the latest attempts to deliver, the newest first."""
    return tuple(records.delivery(row) for row in reading.rows(DELIVERIES, [subscription, limit]))
