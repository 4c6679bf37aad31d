"""The days of an answer, counted in working days from the day after the demand came in. Pure."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.resources.types import Clock, Request
from tongban.foundation.calendars import rules as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.law import law

EXTENDED_BY = 10
"""Working days that an answer may take longer, once (政务数据共享条例; as answering.ANSWER_DAYS)."""
NEAR = 2
"""Working days before its end from which a limit is called near."""
GRANT_DAYS = 365
"""A grant without a last day of its own ends after a year: whoever still needs the data says so again."""


@law("data-answer-days", basis="上海市数据条例 39；政务数据共享条例（第四章）", says="The owner answers within ten working "
     "days, or what its duty says; data that is not in the catalogue is confirmed within fifteen")  # fmt: skip
def due_on(calendar: Calendar, stated_on: dt.date, days: int) -> dt.date:
    """Return the last day of an answer that has so many working days."""
    return calendars.due(calendar, stated_on, Limit(days)).on or stated_on


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a limit that ends with a day is over."""
    return dt.datetime.combine(day + calendars.ONE_DAY, dt.time.min, SHANGHAI)


def day_of(at: dt.datetime) -> dt.date:
    """Return the day of a moment in the city."""
    return at.astimezone(SHANGHAI).date()


@law("data-answer-extended-once", basis="政务数据共享条例（第四章）", says="An answer takes longer only once, by ten working "
     "days at most, with the consent of the data authority and a reason, before its limit has ended")  # fmt: skip
def check_may_extend(request: Request, days: int, reason: str, today: dt.date) -> None:
    """Raise Invalid or Conflict where an answer can not take so many working days longer."""
    if request.is_extended:
        raise Conflict("data-extended-once", N_("这项需求的答复期限已经延长过一次，不能再延长。"))
    if request.is_overdue(today):
        raise Conflict("data-extended-late", N_("答复期限已过，不能再延长。"))
    if not 1 <= days <= EXTENDED_BY:
        raise Invalid("data-extended-too-long", N_("最多延长 {most} 个工作日。"), most=EXTENDED_BY)
    if not reason.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))


def valid_until(until: dt.date | None, today: dt.date) -> dt.date:
    """Return the last day of a grant: as wanted, at most a year from today; raise Invalid for a day that is over."""
    if until is not None and until < today:
        raise Invalid("data-until-past", N_("截止日期 {until} 已经过去。"), until=until.isoformat())
    last = today + dt.timedelta(days=GRANT_DAYS)
    return last if until is None else min(until, last)


def clock_of(calendar: Calendar, request: Request, today: dt.date) -> Clock | None:
    """Return how the limit of an answer stands; None for what does not wait."""
    if request.due_on is None or request.answered_at is not None:
        return None
    return running(calendar, day_of(request.stated_at), request.due_on, today)


def running(calendar: Calendar, since: dt.date, due_on: dt.date, today: dt.date) -> Clock:
    """Return how a limit stands that began after a day and ends with another."""
    allowed, _ = calendars.count(calendar, since, max(since, due_on))
    used, _ = calendars.count(calendar, since, max(since, today))
    is_overdue = today > due_on
    first, last = sorted((today, due_on))
    left = calendars.count(calendar, first, last)[0] * (-1 if is_overdue else 1)
    return Clock(used, allowed, left, is_overdue, not is_overdue and left <= NEAR, due_on)
