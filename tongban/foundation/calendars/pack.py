"""The calendar's part of a city pack: ``calendar/days.csv``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tongban.foundation.calendars.types import CalendarDay, DayKind
from tongban.foundation.packs.reading import Entries, Folder, open_folder, read_table, tell
from tongban.foundation.packs.types import Finding, Phrase, Problems, Rule, Severity, table
from tongban.kernel.errors import N_

FILE = "calendar/days.csv"
WHAT = N_("日历中的日期")
SATURDAY = 5

RULES = table(
    Rule(
        "worked-day-not-weekend",
        N_("{date} 是{weekday}，本来就上班；调休上班只写周末。"),
        "A worked day (调休) moves work to a weekend; on another day the row says nothing, or the date is wrong.",
        severity=Severity.WARNING,
    ),
    Rule(
        "day-source",
        N_("source 应当写 notice-年份 或 provisional，这里是“{value}”。"),
        "The source says which notice of the State Council announced the day, so that what is not announced yet "
        "can be marked as provisional.",
    ),
)
WEEKDAYS = (N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"))


def read(folder: Folder) -> Entries[CalendarDay]:
    """Return the days of the official lists by their date as text; tells every problem of the file."""
    return read_table(folder, FILE, CalendarDay, WHAT, code="date")


def by_date(entries: Entries[CalendarDay]) -> dict[dt.date, CalendarDay]:
    """Return the days by date."""
    return {found.record.date: found.record for found in entries}


def check(entries: Entries[CalendarDay], problems: Problems) -> None:
    """Tell rows that can not be meant so."""
    for found in entries:
        tell(RULES, _findings(found.record), found, problems)


def _findings(day: CalendarDay) -> list[Finding]:
    found = []
    weekday = day.date.weekday()
    if day.kind is DayKind.WORK and weekday < SATURDAY:
        values = {"date": day.date, "weekday": Phrase(WEEKDAYS[weekday])}
        found.append(Finding("worked-day-not-weekend", ("date",), values))
    if day.source != "provisional" and not (day.source.startswith("notice-") and day.source[7:].isdecimal()):
        found.append(Finding("day-source", ("source",), {"value": day.source}))
    return found


def read_days(path: Path, problems: Problems) -> dict[dt.date, CalendarDay]:
    """Return only the calendar of the pack in a folder, checked; for counting days without anything else."""
    folder = open_folder(path, problems)
    if folder is None:
        return {}
    entries = read(folder)
    check(entries, problems)
    return by_date(entries)
