"""How days are counted. Pure: the official lists come in as a mapping, the clock does not come in at all.

Readings where the law is silent are the ones of docs/reference/counting.md, each named where it is used.
"""

from __future__ import annotations

import calendar as month_lengths
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from tongban.foundation.calendars.types import (
    CalendarDay,
    DayCount,
    DayKind,
    Due,
    Limit,
    Reason,
    Stop,
    Unit,
)
from tongban.kernel.errors import N_, Invalid

ONE_DAY = dt.timedelta(days=1)
PROVISIONAL = "provisional"
MAX_UNITS = {Unit.WORKING_DAYS: 2600, Unit.DAYS: 3660, Unit.MONTHS: 120, Unit.YEARS: 10}
# A notice has moved days of the year before as early as 29 December (2018, for 2019): until the next
# year's notice is out, the last week of an announced year may still change.
YEAR_END_WEEK = (12, 25)

MSG_TOO_LONG = N_("期限 {number} 超出可以计算的范围（最多 {most}）。")
MSG_ENDS_BEFORE = N_("结束日 {end} 早于开始日 {start}。")
MSG_STOP_REVERSED = N_("停钟的结束日 {last} 早于开始日 {first}。")
MSG_OUT_OF_RANGE = N_("日期 {date} 超出可以计算的范围（1949 年至 2200 年）。")


class Calendar:
    """Which days are working days: the official lists over Monday–Friday.

    A year without a notice is counted by weekends and whatever fixed holidays the pack gives, and is
    marked provisional.
    """

    def __init__(self, days: Mapping[dt.date, CalendarDay]) -> None:
        self._days = dict(days)
        self.announced = frozenset(
            int(day.source.removeprefix("notice-"))
            for day in self._days.values()
            if day.source.startswith("notice-")
        )

    def is_working(self, day: dt.date) -> bool:
        """Return whether offices work: Monday–Friday, minus days off, plus worked weekend days."""
        listed = self._days.get(day)
        return listed.kind is DayKind.WORK if listed else day.weekday() < 5

    def is_provisional(self, day: dt.date) -> bool:
        """Return whether a notice that is not out yet may still change this day."""
        if day.year not in self.announced:
            return True
        return (day.month, day.day) >= YEAR_END_WEEK and day.year + 1 not in self.announced

    def reason(self, day: dt.date) -> tuple[Reason, str]:
        """Return why the day is or is not a working day, and the holiday's name if there is one."""
        listed = self._days.get(day)
        if listed is None:
            return (Reason.WORKING_DAY if day.weekday() < 5 else Reason.WEEKEND), ""
        if listed.kind is DayKind.WORK:
            return (Reason.WORKED_WEEKEND if day.weekday() >= 5 else Reason.WORKING_DAY), listed.name
        return Reason.HOLIDAY, listed.name

    def first_working_from(self, day: dt.date) -> dt.date:
        """Return the day itself if it is a working day, else the next one."""
        while not self.is_working(day):
            day += ONE_DAY
        return day


def day_zero(moment: dt.datetime | dt.date, zone: dt.tzinfo) -> dt.date:
    """Return the calendar day of an act; it is never counted (民法典 201, by analogy).

    What enters an online system at night or on a holiday is received then (电子签名法 11, by analogy).
    """
    if not isinstance(moment, dt.datetime):
        return moment
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)).date()


def due(calendar: Calendar, start: dt.date, limit: Limit, stops: Iterable[Stop] = ()) -> Due:
    """Return the last day of a limit that starts with an act on ``start``, and every day of the count.

    The limit ends with the end of its last day. Lawful stops are taken out once, however they overlap
    (行政许可法 45). A party's limit in calendar days, months or years that ends on a day off moves to
    the first day after it (民法典 203). Raises Invalid for limits and stops that can not be counted.
    """
    _check_range(start)
    if not 0 <= limit.number <= MAX_UNITS[limit.unit]:
        raise Invalid("limit-too-long", MSG_TOO_LONG, number=limit.number, most=MAX_UNITS[limit.unit])
    lawful, refused = _sort_stops(stops)
    periods = merge(lawful)
    if limit.unit in (Unit.MONTHS, Unit.YEARS):
        goal = (_months_later(start, limit) - start).days
        days, last = _walk(calendar, start, goal, periods, working=False)
    else:
        days, last = _walk(calendar, start, limit.number, periods, working=limit.unit is Unit.WORKING_DAYS)
    moved_from = None
    if last and limit.party and limit.unit is not Unit.WORKING_DAYS and not calendar.is_working(last):
        moved_from, last = last, calendar.first_working_from(last)
    return Due(
        start=start,
        limit=limit,
        on=last,
        moved_from=moved_from,
        days=tuple(days),
        stopped=tuple(periods),
        refused_stops=tuple(refused),
        provisional=any(day.provisional for day in days),
    )


def latest_before(calendar: Calendar, event: dt.date, limit: Limit) -> tuple[dt.date, tuple[DayCount, ...]]:
    """Return the last day on which something due ``limit`` before an event may be done, and the count.

    The day of the event is not counted; the N-th (working) day before it is the last (counting.md).
    """
    _check_range(event)
    if limit.unit in (Unit.MONTHS, Unit.YEARS):
        back = Limit(-limit.number, limit.unit)
        return _months_later(event, back), ()
    days: list[DayCount] = []
    day, number = event, 0
    while number < limit.number:
        day -= ONE_DAY
        entry = _entry(calendar, day, number + 1, limit.unit is Unit.WORKING_DAYS, stopped=False)
        number += entry.number is not None
        days.append(entry)
    return day, tuple(days)


def count(calendar: Calendar, start: dt.date, end: dt.date) -> tuple[int, tuple[DayCount, ...]]:
    """Return how many working days lie after ``start`` up to and including ``end``, and each day's reason.

    The first day is day 0 and not counted, so ``count(a, due(a, n)) == n``. Raises Invalid if reversed.
    """
    _check_range(start)
    _check_range(end)
    if end < start:
        raise Invalid("ends-before", MSG_ENDS_BEFORE, start=start, end=end)
    days = [DayCount(start, None, Reason.DAY_ZERO, "", False)]
    number, day = 0, start
    while day < end:
        day += ONE_DAY
        entry = _entry(calendar, day, number + 1, working=True, stopped=False)
        number += entry.number is not None
        days.append(entry)
    return number, tuple(days)


def merge(stops: Iterable[Stop]) -> list[tuple[dt.date, dt.date | None]]:
    """Return the stops as periods that do not touch, so that no day is taken out twice (行政许可法 45)."""
    merged: list[tuple[dt.date, dt.date | None]] = []
    for stop in sorted(stops, key=lambda one: one.first):
        last = merged[-1][1] if merged else None
        if merged and (last is None or stop.first <= last + ONE_DAY):
            first = merged[-1][0]
            merged[-1] = (first, None if last is None or stop.last is None else max(last, stop.last))
        else:
            merged.append((stop.first, stop.last))
    return merged


def _sort_stops(stops: Iterable[Stop]) -> tuple[list[Stop], list[Stop]]:
    lawful: list[Stop] = []
    refused: list[Stop] = []
    for stop in stops:
        if stop.last is not None and stop.last < stop.first:
            raise Invalid("stop-reversed", MSG_STOP_REVERSED, first=stop.first, last=stop.last)
        _check_range(stop.first)
        _check_range(stop.last or stop.first)
        (lawful if stop.procedure and stop.noticed else refused).append(stop)
    return lawful, refused


def _walk(
    calendar: Calendar,
    start: dt.date,
    goal: int,
    periods: list[tuple[dt.date, dt.date | None]],
    working: bool,
) -> tuple[list[DayCount], dt.date | None]:
    """Count days from the day after ``start`` to ``goal``; the last is None if a running stop is met."""
    days = [DayCount(start, None, Reason.DAY_ZERO, "", False)]
    firsts = [period[0] for period in periods]
    day, number = start, 0
    while number < goal:
        day += ONE_DAY
        at = bisect_right(firsts, day) - 1
        ends = periods[at][1] if at >= 0 else None
        if at >= 0 and ends is None:
            return days, None
        stopped = ends is not None and day <= ends
        entry = _entry(calendar, day, number + 1, working, stopped)
        number += entry.number is not None
        days.append(entry)
    return days, day


def _entry(calendar: Calendar, day: dt.date, number: int, working: bool, stopped: bool) -> DayCount:
    reason, name = calendar.reason(day)
    counts = not stopped and (calendar.is_working(day) or not working)
    if stopped:
        reason = Reason.STOPPED
    elif not working:
        reason = Reason.CALENDAR_DAY
    # Calendar days are what they are, whatever a notice will say.
    provisional = working and calendar.is_provisional(day)
    return DayCount(day, number if counts else None, reason, name, provisional)


def _months_later(start: dt.date, limit: Limit) -> dt.date:
    """Return the day with the same number so many months on, or the month's last day (民法典 202)."""
    months = limit.number * (12 if limit.unit is Unit.YEARS else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    length = month_lengths.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, length))


def _check_range(day: dt.date) -> None:
    if not 1949 <= day.year <= 2200:
        raise Invalid("date-out-of-range", MSG_OUT_OF_RANGE, date=day)
