"""The grant behind what a consumer receives: looked at each time, so that one that ends, ends with the next delivery."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.errors import GrantUnknown
from tongban.datahub.resources.types import Grant
from tongban.datahub.subscriptions.errors import NoGrant
from tongban.datahub.subscriptions.types import Feed
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law


@law(
    "feed-needs-grant",
    basis="上海市数据条例 39、40",
    says="Changes and files are given under a grant, for as long as it stands: it is looked at before each delivery",
)
def grant_for(feed: Feed, consumer: str, grant: uuid.UUID | None, at: dt.datetime) -> Grant:
    """Return the grant by which a consumer may receive a feed, the one named or the widest; raise NoGrant."""
    found = _named(grant) if grant else resources.grants(consumer=consumer, provider=feed.provider)
    today = at.astimezone(SHANGHAI).date()
    fit = [
        one
        for one in found
        if (one.consumer, one.provider, one.resource) == (consumer, feed.provider, feed.resource)
        and one.is_valid_on(today)
    ]
    if not fit:
        raise NoGrant(consumer, f"{feed.provider}/{feed.code}")
    return max(fit, key=lambda one: (len(one.fields), one.until, one.id))


def _named(grant: uuid.UUID) -> tuple[Grant, ...]:
    try:
        return (resources.get_grant(grant),)
    except GrantUnknown:
        return ()
