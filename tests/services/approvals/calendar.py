"""The calendar of a demonstration: New Year 2026 with a make-up Sunday, the long holiday of February."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import CalendarDay, DayKind

OFF = [
    *((dt.date(2026, 1, day), "元旦") for day in (1, 2, 3)),
    *((dt.date(2026, 2, day), "春节") for day in range(15, 24)),
]
WORKED = [
    (dt.date(2026, 1, 4), "元旦"),
    (dt.date(2026, 2, 14), "春节"),
    (dt.date(2026, 2, 28), "春节"),
]
DAYS = tuple(
    [CalendarDay(date=day, kind=DayKind.OFF, name=name, source="notice-2026") for day, name in OFF]
    + [CalendarDay(date=day, kind=DayKind.WORK, name=name, source="notice-2026") for day, name in WORKED]
    + [CalendarDay(date=dt.date(2025, 1, 1), kind=DayKind.OFF, name="元旦", source="notice-2025")]
)
CALENDAR = Calendar({day.date: day for day in DAYS})
