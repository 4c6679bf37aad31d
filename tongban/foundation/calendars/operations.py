"""Writes of the city's calendar: it is replaced as a whole by what the pack says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from tongban.foundation.calendars.models import Day
from tongban.foundation.calendars.types import CalendarDay
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject


@transaction.atomic
def load_days(*, days: Collection[CalendarDay], by: Actor, at: dt.datetime) -> int:
    """Replace the calendar by the pack's days and return how many rows changed."""
    wanted = {day.date: (day.kind.value, day.name, day.source) for day in days}
    present = {row[0]: row[1:] for row in Day.objects.values_list("date", "kind", "name", "source")}
    gone = present.keys() - wanted.keys()
    changed = [date for date, row in wanted.items() if present.get(date) != row]
    if not gone and not changed:
        return 0
    Day.objects.filter(date__in=gone).delete()
    Day.objects.bulk_create(
        [Day(date, *wanted[date]) for date in changed],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["kind", "name", "source"],
    )
    ledger.record(
        act="calendar.load",
        subject=Subject("calendar", "city"),
        by=by,
        at=at,
        detail={"changed": len(changed), "removed": len(gone)},
    )
    return len(gone) + len(changed)
