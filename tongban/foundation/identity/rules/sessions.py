"""How long somebody stays signed in: 15 minutes after the last sign of life, twelve hours at most."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.identity.types import SessionState
from tongban.kernel.law import law

IDLE = dt.timedelta(minutes=15)
"""GB/T 22239-2019 8.1.4.1 b): an idle connection ends by itself; the standard leaves the minutes to us."""
WARN = dt.timedelta(minutes=2)
LONGEST = dt.timedelta(hours=12)


@law(
    "session-ends-idle",
    basis="GB/T 22239-2019 8.1.4.1",
    says="A session ends by itself after 15 idle minutes",
)
def session_state(*, began: dt.datetime, seen: dt.datetime, at: dt.datetime) -> SessionState:
    """Return whether a session still holds, from its beginning, the last sign of life and now.

    A sign of life from the future (a clock set back) ends it: nobody can tell how long it was idle.
    """
    left = min(seen + IDLE, began + LONGEST) - at
    if left <= dt.timedelta(0) or seen > at + dt.timedelta(minutes=1):
        return SessionState(False, 0, False)
    return SessionState(True, int(left.total_seconds()), left <= WARN)
