"""Every read of feeds, subscriptions and files."""

from tongban.datahub.subscriptions.queries.feeds import feeds, get_feed
from tongban.datahub.subscriptions.queries.state import (
    deliveries_of,
    get_subscription,
    subscriptions_of,
    told_about,
)

__all__ = [
    "deliveries_of",
    "feeds",
    "get_feed",
    "get_subscription",
    "subscriptions_of",
    "told_about",
]
