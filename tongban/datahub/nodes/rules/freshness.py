"""How old the directory may be. Pure.

A node that does not hear from the city knows nothing of keys revoked and grants ended since. With the other nodes it
deals no longer than ten minutes so (X-Road lets a global configuration be valid as long by default). Calls between its own
members go on for a day: a day is the finest that a grant's term is counted in, and both parties are at hand.
"""

from __future__ import annotations

import datetime as dt

FAR = dt.timedelta(minutes=10)
NEAR = dt.timedelta(days=1)


def is_fresh(agreed_at: dt.datetime | None, at: dt.datetime, *, within: dt.timedelta) -> bool:
    """Return whether the directory was agreed recently enough."""
    return agreed_at is not None and at - agreed_at <= within
