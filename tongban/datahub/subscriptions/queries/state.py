"""How subscriptions are doing: where they stand, what was tried, who was told about whom."""

from __future__ import annotations

import uuid

from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.errors import SubscriptionUnknown
from tongban.datahub.subscriptions.types import Delivery, Kind, State, Subscription, Told
from tongban.foundation.statements import queries as reading

DELIVERIES = """
SELECT at, first, last, count, status, micros, problem FROM subscriptions_delivery
WHERE subscription = %s ORDER BY at DESC, id DESC LIMIT %s
"""
# A delivery spans a thousand positions at most, so that those that can hold one position lie close behind it.
TOLD = """
SELECT told.at, f.provider_id, f.code, f.resource, told.consumer, told."grant", c.kind
FROM subscriptions_change c JOIN subscriptions_feed f ON f.id = c.feed
CROSS JOIN LATERAL (
    SELECT d.at, s.consumer_id AS consumer, s."grant" FROM subscriptions_subscription s
    JOIN subscriptions_delivery d ON d.subscription = s.id
    WHERE s.feed_id = c.feed AND d.last BETWEEN c.position AND c.position + 1000 AND d.first <= c.position
        AND d.status BETWEEN 200 AND 299
    UNION ALL
    SELECT p.at, p.client, p."grant" FROM subscriptions_call p
    WHERE p.act = 'pull' AND p.feed = c.feed
        AND p.last BETWEEN c.position AND c.position + 1000 AND p.first <= c.position AND p.count > 0
) told
WHERE c.subject = %s AND c.kind <> 'file' ORDER BY told.at DESC LIMIT %s
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


def told_about(identifier: str, *, limit: int = 100) -> tuple[Told, ...]:
    """Return who was told of changes about one person or company, by its number, the newest first."""
    rows = reading.rows(TOLD, [records.subject_digest(identifier), limit])
    fields = {id: resources.get_grant(id).fields for id in {row[5] for row in rows}}
    return tuple(
        Told(at, provider, feed, resource, consumer, grant, fields[grant], Kind(kind))
        for at, provider, feed, resource, consumer, grant, kind in rows
    )
