"""Data officers hear of what waits for them, and with the data authority of what is late."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.resources import MARKET, MORNING, data_city, load, wish
from tongban.datahub.resources import operations, queries
from tongban.foundation.messages.models import Message
from tongban.foundation.outbox import operations as outbox
from tongban.oversight.effectiveness.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def told(template: str) -> set[str]:
    return set(Message.objects.filter(template=template, to_kind="staff").values_list("to_id", flat=True))


def test_an_answer_that_is_late_is_told_to_officers_authority_and_supervision() -> None:
    request = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    outbox.deliver(at=MORNING)
    assert told("data.demand_waits") == {"s-office"}
    assert told("data.answer_overdue") == set()
    due_on = queries.get_request(request).due_on
    assert due_on is not None
    outbox.deliver(at=MORNING + dt.timedelta(days=(due_on - MORNING.date()).days + 1))
    assert told("data.answer_overdue") == {"s-office", "s-authority"}
    (entry,) = Entry.objects.filter(kind="data")
    assert (entry.department, entry.missed_on) == ("office", due_on)
    assert "health-checks" in entry.what


def test_who_is_answered_by_the_lists_waits_for_nobody() -> None:
    operations.state_demand(wish=wish("resident-basics", "name"), promised=True, by=MARKET, at=MORNING)
    outbox.deliver(at=MORNING + dt.timedelta(days=40))
    assert told("data.demand_waits") == told("data.answer_overdue") == set()
