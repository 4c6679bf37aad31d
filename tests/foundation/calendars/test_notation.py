"""What people write for limits, moments and stops."""

from __future__ import annotations

import datetime as dt

import pytest

from tongban.foundation.calendars import notation
from tongban.foundation.calendars.types import Limit, Procedure, Unit
from tongban.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20wd", Limit(20)),
        (" 20 WD", Limit(20)),
        ("６０d", Limit(60, Unit.DAYS)),
        ("3m", Limit(3, Unit.MONTHS)),
    ],
)
def test_limits_are_read_kindly(text: str, limit: Limit) -> None:
    assert notation.parse_limit(text) == limit


@pytest.mark.parametrize("text", ["", "20", "wd", "-1d", "20 days", "999999d", "2.5d", "٣d" * 40])
def test_unreadable_limits_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="20wd"):
        notation.parse_limit(text)


@pytest.mark.parametrize("text", ["2026-02-30", "10.2.2026", "2026-02-10T25:00", "x"])
def test_moments_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        notation.parse_moment(text)


def test_stops_name_their_procedure_and_may_still_run() -> None:
    stop = notation.parse_stop("2026-03-01..2026-03-05=expert-review")
    assert stop.procedure is Procedure.EXPERT_REVIEW
    assert notation.parse_stop("2026-03-01..").last is None
    assert notation.parse_stop("2026-03-01..2026-03-05").last == dt.date(2026, 3, 5)


@pytest.mark.parametrize("text", ["2026-03-01", "..2026-03-01", "2026-03-01..2026-03-05=lunch", ".."])
def test_unreadable_stops_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        notation.parse_stop(text)
