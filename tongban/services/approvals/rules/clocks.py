"""The clocks of a branch and of the whole: what was promised, what the law allows, stops, extensions.

Working days throughout (行政许可法 82), counted by foundation/calendars; the readings are those of
docs/reference/counting.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tongban.foundation.calendars import rules as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit, Procedure, Stop, Unit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.law import law

EXTENSION = 10
JOINT = 45
JOINT_EXTENSION = 15
ALONE = Limit(20)
FIRST_REVIEW = Limit(20)
HEARING_NOTICE = Limit(7)
AMBER = 2
"""Working days left at which a light turns amber."""
LONGEST_STOP = 365

MSG_ONCE = N_("期限已经延长过一次，不能再延长。")
MSG_TOO_LATE = N_("法定期限到 {due} 已经届满，届满之后不能再延长。")
MSG_REASON = N_("写明延长的理由；会告诉申请人。")
MSG_STOP_DAYS = N_("写明这项程序需要几个工作日（1 到 {most}）；会书面告知申请人。")
MSG_STOP_REASON = N_("写明为什么需要这项程序。")
MSG_HEARING_DAY = N_("听证要提前七个工作日通知：最早可以定在 {earliest}。")
MSG_HEARING_CHAIR = N_("听证主持人不能是审查这件申请的人。")
MSG_HEARING_MISSING = N_("写明听证的日期和主持人。")
MSG_RESUME_DAY = N_("程序的最后一天不能早于第一天，也不能晚于今天。")


@dataclass(frozen=True, slots=True)
class Clock:
    """What a branch's limits are counted from."""

    start: dt.date
    promised: Limit
    statutory: Limit
    stops: tuple[Stop, ...] = ()
    extended: int = 0


@dataclass(frozen=True, slots=True)
class Dues:
    """The last days; None while a stop runs. ``stopped_days`` are working days taken out so far."""

    due_on: dt.date | None
    statutory_on: dt.date | None
    stopped_days: int
    is_provisional: bool


@law("branch-days", basis="行政许可法 42、45、82", says="A branch counts working days from its opening, without the days "
     "of lawful stops; the promise can not be later than what the law allows")  # fmt: skip
def dues(calendar: Calendar, clock: Clock) -> Dues:
    """Return the last days of the promise and of the law."""
    promised, provisional = _due(calendar, clock, clock.promised)
    lawful, _ = _due(calendar, clock, clock.statutory)
    due_on = min(promised, lawful) if promised and lawful else promised or lawful
    return Dues(due_on, lawful, stopped_days(calendar, clock.stops, lawful), provisional)


def _due(calendar: Calendar, clock: Clock, limit: Limit) -> tuple[dt.date | None, bool]:
    if limit.unit is Unit.WORKING_DAYS:
        longer = Limit(limit.number + clock.extended, limit.unit)
        due = calendars.due(calendar, clock.start, longer, clock.stops)
        return due.on, due.provisional
    due = calendars.due(calendar, clock.start, limit, clock.stops)
    if due.on and clock.extended:
        # The ten days of art. 42 are working days (art. 82), whatever the item's own limit is counted in.
        due = calendars.due(calendar, due.on, Limit(clock.extended), clock.stops)
    return due.on, due.provisional


def stopped_days(calendar: Calendar, stops: Iterable[Stop], until: dt.date | None = None) -> int:
    """Return the working days that lawful stops have taken out, each once."""
    days = 0
    lawful = [stop for stop in stops if stop.procedure and stop.noticed]
    for first, last in calendars.merge(lawful):
        day, end = first, last or until or first
        while day <= end:
            days += calendar.is_working(day)
            day += calendars.ONE_DAY
    return days


@law("joint-limit", basis="行政许可法 26、42", says="Joint handling ends within 45 working days of acceptance, 60 when the "
     "government's head has extended it; stopped days are not counted")  # fmt: skip
def joint_due(
    calendar: Calendar, accepted_on: dt.date, stops: Iterable[Stop], *, is_extended: bool
) -> dt.date | None:
    """Return the last day of joint handling; None while a stop runs."""
    limit = Limit(JOINT + (JOINT_EXTENSION if is_extended else 0))
    return calendars.due(calendar, accepted_on, limit, tuple(stops)).on


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment in which a day ends: a limit ends with the end of its last day."""
    return dt.datetime.combine(day + calendars.ONE_DAY, dt.time(), SHANGHAI)


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day in Asia/Shanghai on which something happens."""
    return moment.astimezone(SHANGHAI).date()


@law("branch-extended-once", basis="行政许可法 42", says="Ten working days more, once, before the limit has ended, by the "
     "head of the body, with the reason told to the applicant")  # fmt: skip
def check_may_extend(
    *, is_extended: bool, statutory_on: dt.date | None, reason: str, at: dt.datetime
) -> None:
    """Raise unless the limit may be extended now."""
    if is_extended:
        raise Conflict("branch-extended-once", MSG_ONCE)
    if statutory_on and at >= end_of(statutory_on):
        raise Conflict("branch-extension-too-late", MSG_TOO_LATE, due=statutory_on)
    if len(reason.strip()) < 4:
        raise Invalid("branch-extension-reason", MSG_REASON)


def can_extend(*, is_extended: bool, statutory_on: dt.date | None, at: dt.datetime) -> bool:
    """Return whether the limit may be extended now, given a reason."""
    return not is_extended and (statutory_on is None or at < end_of(statutory_on))


@law("branch-stop-in-writing", basis="行政许可法 45", says="Only a special procedure stops the clock, with a written "
     "notice to the applicant that names how long it takes")  # fmt: skip
def check_may_stop(*, expected_days: int, reason: str) -> None:
    """Raise unless the notice says how long the procedure takes, and why it is needed."""
    if not 1 <= expected_days <= LONGEST_STOP:
        raise Invalid("branch-stop-days", MSG_STOP_DAYS, most=LONGEST_STOP)
    if len(reason.strip()) < 4:
        raise Invalid("branch-stop-reason", MSG_STOP_REASON)


@law("hearing-noticed", basis="行政许可法 48(1)(3)", says="Time and place of a hearing are told seven working days before; "
     "its chair is somebody who does not review the application")  # fmt: skip
def check_hearing(
    calendar: Calendar, *, procedure: Procedure, today: dt.date, on: dt.date | None, chair: str,
    reviewers: Iterable[str],
) -> None:  # fmt: skip
    """Raise unless a hearing is told early enough and chaired by somebody else; other procedures pass."""
    if procedure is not Procedure.HEARING:
        return
    if on is None or not chair.strip():
        raise Invalid("hearing-incomplete", MSG_HEARING_MISSING)
    if chair in set(reviewers):
        raise Conflict("hearing-chair-reviews", MSG_HEARING_CHAIR)
    if calendars.latest_before(calendar, on, HEARING_NOTICE)[0] < today:
        earliest = calendars.due(calendar, today, HEARING_NOTICE).on
        raise Invalid("hearing-too-soon", MSG_HEARING_DAY, earliest=earliest)


def check_resume(*, first: dt.date, last: dt.date, today: dt.date) -> None:
    """Raise unless the procedure's last day lies between its first day and today."""
    if not first <= last <= today:
        raise Invalid("branch-resume-day", MSG_RESUME_DAY)
