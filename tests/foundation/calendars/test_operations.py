"""The calendar in the database is what the pack says, and a change of it is an act on the ledger."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError

from tongban.foundation.calendars import operations, queries
from tongban.foundation.calendars.models import Day
from tongban.foundation.calendars.types import CalendarDay
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.types import SYSTEM, Subject

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOLIDAY = CalendarDay(date=dt.date(2026, 5, 1), kind="off", name="劳动节", source="notice-2026")
WORKED = CalendarDay(date=dt.date(2026, 5, 9), kind="work", name="劳动节", source="notice-2026")
CITY = Subject("calendar", "city")


@pytest.mark.django_db
def test_loading_replaces_and_loading_again_changes_nothing() -> None:
    assert operations.load_days(days=[HOLIDAY, WORKED], by=SYSTEM, at=NOON) == 2
    assert operations.load_days(days=[WORKED, HOLIDAY], by=SYSTEM, at=NOON) == 0
    renamed = WORKED.model_copy(update={"name": "五一"})
    assert operations.load_days(days=[renamed], by=SYSTEM, at=NOON) == 2
    assert queries.get_calendar().is_working(WORKED.date)
    assert len(ledger.entries(CITY)) == 2


@pytest.mark.django_db
def test_calendar_day_kind_known() -> None:
    with pytest.raises(IntegrityError, match="calendar_day_kind_known"):
        Day.objects.create(date=dt.date(2026, 5, 1), kind="half", name="x", source="y")
