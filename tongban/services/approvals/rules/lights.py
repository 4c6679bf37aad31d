"""Lights: how a limit stands today. Words and shapes are in types, since colour alone says nothing to many."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import cached_property

from tongban.foundation.calendars.rules import ONE_DAY, Calendar
from tongban.services.approvals.rules.clocks import AMBER
from tongban.services.approvals.types import FINAL, BranchState, Light

REACH = 800


class WorkingDays:
    """Counts working days around one day quickly: a list needs hundreds of counts."""

    def __init__(self, calendar: Calendar, today: dt.date, reach: int = REACH) -> None:
        self.calendar, self.today, self._reach = calendar, today, reach

    @cached_property
    def _days(self) -> list[dt.date]:
        first = self.today - dt.timedelta(days=self._reach)
        days = (first + dt.timedelta(days=n) for n in range(2 * self._reach))
        return [day for day in days if self.calendar.is_working(day)]

    def between(self, start: dt.date, end: dt.date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``; negative if before."""
        return bisect_right(self._days, end) - bisect_right(self._days, start)

    def left(self, due_on: dt.date) -> int:
        """Return how many working days are left today; negative are too late."""
        return self.between(self.today, due_on)

    @cached_property
    def amber_until(self) -> dt.date:
        """Return the last due day whose light is amber today."""
        # Days off after the amber working days are due days too.
        return self.after(AMBER + 1) - ONE_DAY

    def after(self, number: int) -> dt.date:
        """Return the so-manieth working day after today."""
        return self._days[bisect_right(self._days, self.today) + number - 1]


def light(state: BranchState, due_on: dt.date | None, days: WorkingDays) -> Light:
    """Return the light of a branch in this state with this last day."""
    if state in FINAL:
        return Light.DONE
    if state is BranchState.STOPPED:
        return Light.STOPPED
    if state is BranchState.WAITING or due_on is None:
        return Light.WAITING
    return light_of(due_on, days)


def light_of(due_on: dt.date, days: WorkingDays) -> Light:
    """Return the light of a running limit: red after its last day, amber with two working days left."""
    if due_on < days.today:
        return Light.RED
    return Light.AMBER if due_on <= days.amber_until else Light.GREEN
