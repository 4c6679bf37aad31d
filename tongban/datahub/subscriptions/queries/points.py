"""Whether a feed has gone on: what who waits asks again and again."""

from __future__ import annotations

from tongban.foundation.statements import queries as reading

POSITION = "SELECT position FROM subscriptions_feed WHERE provider_id = %s AND code = %s"


def position_of(provider: str, feed: str) -> int:
    """Return the position of a feed's last change; 0 where there is no such feed."""
    found = reading.one(POSITION, [provider, feed])
    return int(found[0]) if found else 0
