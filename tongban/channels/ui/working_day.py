"""What the bar on top of every page of staff says about today."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongban.foundation.calendars import queries as calendars
from tongban.kernel.clock import SHANGHAI


def frame(at: dt.datetime) -> dict[str, Any]:
    """Return the moment in the city's time, and whether its day is a working day."""
    now = at.astimezone(SHANGHAI)
    return {"now": now, "is_working": calendars.current_calendar().is_working(now.date())}
