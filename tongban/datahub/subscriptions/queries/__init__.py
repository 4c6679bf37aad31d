"""Every read of feeds, subscriptions and files."""

from tongban.datahub.subscriptions.queries.about import find_told, tally_told, told_about
from tongban.datahub.subscriptions.queries.auditing import audit_feeds
from tongban.datahub.subscriptions.queries.feeds import feeds, get_feed
from tongban.datahub.subscriptions.queries.files import bytes_of, files, get_file
from tongban.datahub.subscriptions.queries.flows import flows
from tongban.datahub.subscriptions.queries.news import new_told
from tongban.datahub.subscriptions.queries.points import position_of
from tongban.datahub.subscriptions.queries.state import (
    deliveries_of,
    get_subscription,
    subscriptions_of,
)
from tongban.datahub.subscriptions.rules.life_cycle import STATE_NAMES
from tongban.datahub.subscriptions.rules.ranges import part_of, wanted

__all__ = [
    "STATE_NAMES",
    "audit_feeds",
    "bytes_of",
    "deliveries_of",
    "feeds",
    "files",
    "find_told",
    "flows",
    "get_feed",
    "get_file",
    "get_subscription",
    "new_told",
    "part_of",
    "position_of",
    "subscriptions_of",
    "tally_told",
    "told_about",
    "wanted",
]
