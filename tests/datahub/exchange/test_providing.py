"""What was granted has to be provided: within twenty working days, or supervision hears of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.cases import LOADED, load_city_of_cases
from tests.factories.obtaining import CASES, POPULATION, RESOURCE, Register, list_data, publish, state
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.rules import providing
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM
from tongban.oversight.effectiveness.models import Entry

LATER = LOADED + dt.timedelta(days=60)


@pytest.fixture
def city(db: None, settings: Any) -> None:
    load_city_of_cases()
    list_data()


def entries() -> list[tuple[str, str]]:
    return list(Entry.objects.filter(kind="data").values_list("department", "law"))


@pytest.mark.law("data-provided-in-time")
def test_a_grant_without_a_service_opens_an_entry_against_its_owner(city: None) -> None:
    state()
    outbox.deliver(at=LOADED + dt.timedelta(days=20))
    assert entries() == []
    outbox.deliver(at=LATER)
    assert entries() == [("police", "上海市数据条例 39")]
    (one,) = exchange.unprovided()
    assert (one.provider, one.resource, one.consumer) == (POPULATION, RESOURCE, CASES)
    assert dt.timedelta(days=20) < one.due_on - one.granted_on < dt.timedelta(days=45)
    outbox.deliver(at=LATER + dt.timedelta(days=30))
    assert len(entries()) == 1


def test_a_service_that_is_published_in_time_opens_none(city: None) -> None:
    state()
    outbox.deliver(at=LOADED)
    publish(Register())
    outbox.deliver(at=LATER)
    assert entries() == []
    assert exchange.unprovided() == ()


def test_a_grant_that_was_taken_back_need_not_be_provided(city: None) -> None:
    state()
    outbox.deliver(at=LOADED)
    (grant,) = queries.grants()
    resources.revoke_grant(grant_id=grant.id, why="不再需要", by=SYSTEM, at=LOADED)
    outbox.deliver(at=LATER)
    assert entries() == []


@given(st.dates(dt.date(2025, 1, 1), dt.date(2030, 1, 1)))
def test_the_last_day_is_a_working_day_about_four_weeks_on(granted_on: dt.date) -> None:
    calendar = Calendar({})
    due_on = providing.provided_by(calendar, granted_on)
    assert calendar.is_working(due_on)
    between = [granted_on + dt.timedelta(days) for days in range(1, (due_on - granted_on).days + 1)]
    assert sum(map(calendar.is_working, between)) == providing.PROVIDE_DAYS
