"""The promised last day on the page of a case, also when no working day has passed since."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tests.factories.approvals import MONDAY, Cast, accepted
from tongban.channels.ui import frame, revision
from tongban.kernel import clock
from tongban.services.cases import queries


@pytest.mark.slow
def test_a_promise_that_ended_before_a_day_off_is_over(
    office_people: Cast, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMONSTRATION = True
    revision.forget()
    frame._frame.cache_clear()
    case_id, due = ending_on_a_friday(office_people)
    friday = dt.datetime.combine(due, dt.time(10), MONDAY.tzinfo)
    for now, said in ((friday, "今天到期"), (friday + dt.timedelta(days=1), f"{due.day} 日已到期")):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        client = Client()
        client.get("/signin")
        client.post("/signin/persona", {"persona": "p001"})
        shown = client.get(f"/cases/{case_id}").content.decode()
        assert said in shown and "还剩 0" not in shown
        assert ("light-late" in shown) is (now is not friday)


def ending_on_a_friday(cast: Cast) -> tuple[Any, dt.date]:
    """Return a running case and its promised last day, which is followed by a day off."""
    at = MONDAY
    while True:
        case_id = accepted(cast, at=at)
        due = queries.limits(case_id).promised_due
        assert due is not None
        if due.weekday() == 4:
            return case_id, due
        at += dt.timedelta(days=1)
