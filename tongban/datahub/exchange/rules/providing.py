"""How long a department has to provide what it has granted. Pure."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.calendars import rules as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law

PROVIDE_DAYS = 20
"""Working days from the grant until the data can be had (政务数据共享条例; the number was not read in its text, see
docs/reference/counting.md)."""


@law("data-provided-in-time", basis="上海市数据条例 39；政务数据共享条例（第四章）", says="What was granted can be had within twenty "
     "working days: the owner publishes the service, or supervision hears of it")  # fmt: skip
def provided_by(calendar: Calendar, granted_on: dt.date) -> dt.date:
    """Return the last day on which the service of a grant has to be published."""
    return calendars.due(calendar, granted_on, Limit(PROVIDE_DAYS)).on or granted_on


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a limit that ends with a day is over."""
    return dt.datetime.combine(day + calendars.ONE_DAY, dt.time.min, SHANGHAI)
