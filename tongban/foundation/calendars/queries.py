"""Reads of the city's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from tongban.foundation.calendars import rules
from tongban.foundation.calendars.models import Day
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import CalendarDay, DayCount, Due, Limit, Stop
from tongban.foundation.packs import queries as packs

_kept: dict[str, tuple[int, Calendar]] = {}


def get_calendar() -> Calendar:
    """Return the city's calendar as loaded (one statement)."""
    rows = Day.objects.values("date", "kind", "name", "source")
    days = [CalendarDay(**row) for row in rows]
    return Calendar({day.date: day for day in days})


def current_calendar(revision: int | None = None) -> Calendar:
    """Return the city's calendar, kept in memory per revision: it changes only by publishing.

    Args: ``revision`` is the current one where the caller knows it already; else it is asked for.
    """
    name = connection.settings_dict["NAME"]
    revision = packs.current_number() if revision is None else revision
    kept = _kept.get(name)
    if kept is None or kept[0] != revision or not revision:
        kept = (revision, get_calendar())
        _kept[name] = kept
    return kept[1]


def due(start: dt.date, limit: Limit, stops: Iterable[Stop] = (), *, revision: int | None = None) -> Due:
    """Return the last day of a limit by the city's calendar, as ``rules.due``."""
    return rules.due(current_calendar(revision), start, limit, stops)


def count(start: dt.date, end: dt.date) -> tuple[int, tuple[DayCount, ...]]:
    """Return how many working days lie after ``start`` up to ``end``, as ``rules.count``."""
    return rules.count(current_calendar(), start, end)


def latest_before(event: dt.date, limit: Limit) -> tuple[dt.date, tuple[DayCount, ...]]:
    """Return the last day on which something due before an event may be done, as ``rules.latest_before``."""
    return rules.latest_before(current_calendar(), event, limit)
