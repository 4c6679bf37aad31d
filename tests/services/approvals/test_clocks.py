"""Limits: what was promised, what the law allows, stops, extensions, New Year with a worked Sunday."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.approvals.calendar import CALENDAR
from tongban.foundation.calendars.rules import due
from tongban.foundation.calendars.types import Limit, Procedure, Stop, Unit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Invalid
from tongban.services.approvals.rules import clocks
from tongban.services.approvals.rules.clocks import Clock

DEC_26 = dt.date(2025, 12, 26)
HEARING = Procedure.HEARING


def clock(promised: int = 10, **changes: object) -> Clock:
    fields: dict[str, object] = {"start": DEC_26, "promised": Limit(promised), "statutory": Limit(20)}
    return Clock(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.law("branch-days")
def test_new_year_is_not_counted_and_the_worked_sunday_is() -> None:
    found = clocks.dues(CALENDAR, clock(5))
    # 29, 30, 31 December; 1–3 January are off; Sunday the 4th is worked; Monday the 5th.
    assert found.due_on == dt.date(2026, 1, 5)
    assert found.statutory_on == dt.date(2026, 1, 26)


def test_a_stop_is_taken_out_with_both_days() -> None:
    stop = Stop(dt.date(2025, 12, 30), dt.date(2026, 1, 4), Procedure.TEST)
    found = clocks.dues(CALENDAR, clock(5, stops=(stop,)))
    assert found.stopped_days == 3
    assert found.due_on == dt.date(2026, 1, 8)


@pytest.mark.law("branch-stop-in-writing")
def test_without_a_procedure_or_a_notice_nothing_stops() -> None:
    days = dt.date(2025, 12, 30), dt.date(2026, 1, 4)
    unlawful = (Stop(*days, None), Stop(*days, HEARING, noticed=False))
    assert clocks.dues(CALENDAR, clock(5, stops=unlawful)).due_on == dt.date(2026, 1, 5)


@pytest.mark.law("branch-stop-in-writing")
@pytest.mark.parametrize(("days", "reason"), [(0, "需要检测"), (366, "需要检测"), (3, " 无 ")])
def test_a_stop_says_how_long_and_why(days: int, reason: str) -> None:
    clocks.check_may_stop(expected_days=3, reason="需要检测水质")
    with pytest.raises(Invalid):
        clocks.check_may_stop(expected_days=days, reason=reason)


def test_while_a_stop_runs_there_is_no_last_day() -> None:
    found = clocks.dues(CALENDAR, clock(5, stops=(Stop(dt.date(2025, 12, 30), None, HEARING),)))
    assert (found.due_on, found.statutory_on) == (None, None)


def test_a_promise_is_never_later_than_what_the_law_allows() -> None:
    found = clocks.dues(CALENDAR, clock(30))
    assert found.due_on == found.statutory_on


@pytest.mark.law("branch-extended-once")
def test_extension_gives_ten_working_days_more_also_to_a_limit_in_calendar_days() -> None:
    before, after = clocks.dues(CALENDAR, clock()), clocks.dues(CALENDAR, clock(extended=10))
    assert after.statutory_on == due(CALENDAR, DEC_26, Limit(30)).on
    assert before.due_on and after.due_on == due(CALENDAR, before.due_on, Limit(10)).on
    calendar = clock(promised=5, statutory=Limit(30, Unit.DAYS), extended=10)
    first = due(CALENDAR, DEC_26, Limit(30, Unit.DAYS)).on
    assert first and clocks.dues(CALENDAR, calendar).statutory_on == due(CALENDAR, first, Limit(10)).on


@pytest.mark.law("branch-extended-once")
def test_extension_is_given_once_in_time_with_a_reason() -> None:
    last = dt.date(2026, 1, 5)
    in_time, late = (dt.datetime(2026, 1, day, 9, tzinfo=SHANGHAI) for day in (5, 6))
    clocks.check_may_extend(is_extended=False, statutory_on=last, reason="材料需要核实", at=in_time)
    with pytest.raises(Conflict, match="一次"):
        clocks.check_may_extend(is_extended=True, statutory_on=last, reason="材料需要核实", at=in_time)
    with pytest.raises(Conflict, match="届满"):
        clocks.check_may_extend(is_extended=False, statutory_on=last, reason="材料需要核实", at=late)
    with pytest.raises(Invalid):
        clocks.check_may_extend(is_extended=False, statutory_on=last, reason=" ", at=in_time)
    assert clocks.can_extend(is_extended=False, statutory_on=last, at=in_time)
    assert not clocks.can_extend(is_extended=False, statutory_on=last, at=late)


@pytest.mark.law("joint-limit")
def test_joint_handling_has_45_days_and_60_when_extended_without_stopped_days() -> None:
    stop = Stop(dt.date(2026, 1, 5), dt.date(2026, 1, 7), HEARING)
    plain = clocks.joint_due(CALENDAR, DEC_26, (), is_extended=False)
    stopped = clocks.joint_due(CALENDAR, DEC_26, (stop, stop), is_extended=False)
    assert plain == due(CALENDAR, DEC_26, Limit(45)).on
    assert plain and stopped == due(CALENDAR, plain, Limit(3)).on
    assert clocks.joint_due(CALENDAR, DEC_26, (), is_extended=True) == due(CALENDAR, DEC_26, Limit(60)).on


@pytest.mark.law("hearing-noticed")
def test_a_hearing_is_told_seven_working_days_before_and_chaired_by_another() -> None:
    def check(on: dt.date | None, chair: str = "staff-9", procedure: Procedure = HEARING) -> None:
        clocks.check_hearing(
            CALENDAR, procedure=procedure, today=DEC_26, on=on, chair=chair, reviewers=["staff-1"]
        )

    check(None, "", Procedure.TEST)
    check(dt.date(2026, 1, 7))
    with pytest.raises(Invalid, match="2026-01-07"):
        check(dt.date(2026, 1, 6))
    with pytest.raises(Conflict, match="主持人"):
        check(dt.date(2026, 1, 7), "staff-1")
    with pytest.raises(Invalid):
        check(None)


def test_a_procedure_ends_between_its_first_day_and_today() -> None:
    first, today = dt.date(2026, 1, 5), dt.date(2026, 1, 9)
    clocks.check_resume(first=first, last=first, today=today)
    for last in (first - dt.timedelta(1), today + dt.timedelta(1)):
        with pytest.raises(Invalid):
            clocks.check_resume(first=first, last=last, today=today)


@given(st.integers(0, 40), st.integers(0, 60), st.integers(0, 20), st.integers(0, 30))
def test_a_stop_moves_the_last_day_by_its_working_days(
    promised: int, begin: int, length: int, days: int
) -> None:
    """Unless it begins after the end, a stop adds exactly the working days it took."""
    first = DEC_26 + dt.timedelta(days=begin)
    stop = Stop(first, first + dt.timedelta(days=length), HEARING)
    plain = clocks.dues(CALENDAR, clock(promised, statutory=Limit(90))).due_on
    found = clocks.dues(CALENDAR, clock(promised, statutory=Limit(90), stops=(stop,))).due_on
    assert plain and found
    if first > plain or first <= DEC_26:
        return
    taken = clocks.stopped_days(CALENDAR, [stop])
    assert found == due(CALENDAR, plain, Limit(taken)).on or found == plain
