"""Days are days in Shanghai, wherever the server stands, and whatever the clocks there are put to in spring and autumn."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.approvals import Cast, accepted, branch, moment
from tongban.channels import ui
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery
from tongban.kernel.clock import SHANGHAI
from tongban.services.approvals.rules import clocks
from tongban.services.cases import queries as cases
from tongban.services.cases.rules.clocks import day_of, end_of

PLACES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati")
LOCAL_TIME = re.compile(
    r"new Date\(|\.get(?:Full|Hours|Date|Day|Month|Minutes|Timezone)|toLocale(?:Date|Time)?String"
)


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let this process stand elsewhere."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("filed", "promised", "statutory"),
    [
        (moment(3, 6, 23), dt.date(2026, 3, 20), dt.date(2026, 4, 3)),  # New York goes forward on the 8th
        (moment(3, 27, 0), dt.date(2026, 4, 10), dt.date(2026, 4, 24)),  # Berlin on the 29th
        (moment(10, 30, 12), dt.date(2026, 11, 13), dt.date(2026, 11, 27)),  # New York back on 1 November
    ],
)
def test_limits_are_the_same_wherever_the_server_stands(
    cast: Cast, place: str, filed: dt.datetime, promised: dt.date, statutory: dt.date
) -> None:
    one = branch(accepted(cast, at=filed), at=filed)
    assert (one.opened_on, one.due_on, one.statutory_on) == (filed.date(), promised, statutory)
    timer = Delivery.objects.get(timer=f"branch:{one.id}:limit")
    assert timer.due_at == dt.datetime.combine(promised + dt.timedelta(days=1), dt.time(), SHANGHAI)


def test_the_last_minute_of_the_last_day_is_in_time_everywhere(cast: Cast, place: str) -> None:
    filed = moment(3, 6)
    case_id = accepted(cast, at=filed)
    last = branch(case_id, at=filed).due_on
    assert last is not None
    outbox.deliver(at=end_of(last) - dt.timedelta(seconds=1))
    assert Delivery.objects.filter(handler="timer:approvals.limit").count() == 1
    outbox.deliver(at=end_of(last))
    told = [message.template for message in _inbox(case_id, cast)]
    assert "approvals.missed" in told


def _inbox(case_id: object, cast: Cast) -> tuple[object, ...]:
    from tongban.foundation.messages import queries as messages

    applicant = cases.limits(str(case_id)).applicant
    return tuple(messages.inbox(applicant))


moments = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2030, 1, 1), timezones=st.timezones())


@pytest.mark.slow
@given(moments)
def test_the_same_moment_is_the_same_day_from_whatever_zone_it_comes(when: dt.datetime) -> None:
    same = when.astimezone(dt.UTC)
    assert day_of(when) == day_of(same) == clocks.day_of(when) == (same + dt.timedelta(hours=8)).date()
    assert end_of(day_of(when)) > same >= end_of(day_of(when)) - dt.timedelta(days=1)


def test_no_script_reads_the_browsers_calendar() -> None:
    """A browser in another zone, or one whose clock is put forward, shows and counts what the server says."""
    folder = Path(ui.__file__).parent / "static"
    scripts = sorted(folder.glob("*.js"))
    assert scripts
    wrong = {path.name: LOCAL_TIME.findall(path.read_text("utf-8")) for path in scripts}
    assert not {name: found for name, found in wrong.items() if found}
