"""When a delivery is tried again, and when nobody tries any more. Pure."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.subscriptions.types import Reply

FIRST = dt.timedelta(seconds=1)
LONGEST = dt.timedelta(minutes=30)
PATIENCE = dt.timedelta(days=3)
"""So long an address may take nothing before its subscription pauses: a long weekend, as no law sets it."""
GONE = 410
NOT_SENT = ("no-connection", "tls", "bad-webhook")
"""Problems of deliveries of which nothing was written to the receiver."""
MOST_DOUBLINGS = 30


def is_taken(reply: Reply) -> bool:
    """Return whether the receiver has taken what was sent."""
    return 200 <= reply.status < 300


def is_gone(reply: Reply) -> bool:
    """Return whether the receiver says that it will never take anything again (CloudEvents webhook 2.2)."""
    return reply.status == GONE


def pause(failures: int, chance: float, retry_after: int | None = None) -> dt.timedelta:
    """Return how long to wait after so many failures in a row.

    Twice as long each time, up to ``LONGEST``; ``chance``, from 0 to 1, takes up to a half off it, so that many who failed
    together do not come back together. What the receiver asks for (Retry-After, seconds) is kept, up to ``LONGEST``.
    """
    doubled = min(FIRST * 2 ** min(failures - 1, MOST_DOUBLINGS), LONGEST)
    asked = min(dt.timedelta(seconds=max(retry_after or 0, 0)), LONGEST)
    return max(doubled * (1 - chance / 2), asked)


def is_given_up(failing_since: dt.datetime | None, at: dt.datetime) -> bool:
    """Return whether an address has taken nothing for too long."""
    return failing_since is not None and at - failing_since >= PATIENCE


def batch_after(batch: int, failures: int) -> int:
    """Return how many events to send after so many failures: half as many each time, so that one too many is found."""
    return max(batch >> min(failures, MOST_DOUBLINGS), 1)


def between(per_minute: int | None) -> dt.timedelta:
    """Return how long to wait after a delivery for a receiver that allows so many requests a minute."""
    return dt.timedelta(minutes=1) / per_minute if per_minute else dt.timedelta()
