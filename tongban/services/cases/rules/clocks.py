"""The days of a case: five for completeness, then what was promised and what the law allows at most."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.calendars.types import Limit, Unit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law

COMPLETENESS = Limit(5)
JOINT = Limit(45)
ALONE = Limit(20)
CORRECTION = Limit(5)
"""Working days in which the keeper of a register answers who says that it is wrong."""


@law("case-days-working", basis="行政许可法 82", says="The five days of completeness are working days")
@law("case-received-when-entered", basis="电子签名法 11（类推）", says="What enters the system is received then, "
     "at night and on holidays too; that day is not counted")  # fmt: skip
def day_of(moment: dt.datetime) -> dt.date:
    """Return the day in Asia/Shanghai on which something happened."""
    return moment.astimezone(SHANGHAI).date()


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment in which a day ends: a limit ends with the end of its last day."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SHANGHAI)


def is_over(day: dt.date, moment: dt.datetime) -> bool:
    """Return whether a limit with this last day has ended at the moment."""
    return moment >= end_of(day)


@law("case-joint-limit", basis="行政许可法 42", says="Alone the law gives 20 working days, in joint handling 45, "
     "unless an item's own law says otherwise")  # fmt: skip
def statutory_limit(own: Limit | None, items: int) -> Limit:
    """Return how long the law gives from acceptance: joint handling 45 days, else the item's own, else 20."""
    if items > 1:
        return JOINT
    return own if own is not None else ALONE


def limit_of(days: int, is_calendar: bool) -> Limit:
    """Return a limit of an item as the calendar counts it."""
    return Limit(days, Unit.DAYS if is_calendar else Unit.WORKING_DAYS)
