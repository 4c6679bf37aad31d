"""Feeds, and what stands in them."""

from __future__ import annotations

from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.types import Feed


def feeds(*, provider: str = "", resource: str = "") -> tuple[Feed, ...]:
    """Return the feeds, all or those of a provider, of a resource."""
    wanted = {"provider_id": provider, "resource": resource}
    rows = models.FeedRow.objects.filter(**{name: value for name, value in wanted.items() if value})
    return tuple(records.feed(row) for row in rows.order_by("provider_id", "code"))


def get_feed(provider: str, code: str) -> Feed:
    """Return a feed; raise FeedUnknown."""
    return records.feed(records.feed_row(provider, code))
