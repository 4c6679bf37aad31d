"""Reads of the city's calendar."""

from __future__ import annotations

from tongban.foundation.calendars.models import Day
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import CalendarDay


def get_calendar() -> Calendar:
    """Return the city's calendar as loaded (one statement)."""
    rows = Day.objects.values("date", "kind", "name", "source")
    days = [CalendarDay(**row) for row in rows]
    return Calendar({day.date: day for day in days})
