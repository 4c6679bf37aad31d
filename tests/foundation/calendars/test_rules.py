"""Counting days: each reading of docs/reference/counting.md, and what must hold for any dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.calendars import rules
from tongban.foundation.calendars.types import CalendarDay, Limit, Procedure, Reason, Stop, Unit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Invalid


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def listed(first: str, last: str, kind: str, name: str, source: str) -> list[CalendarDay]:
    span = (day(last) - day(first)).days
    dates = [day(first) + dt.timedelta(days=n) for n in range(span + 1)]
    return [CalendarDay(date=date, kind=kind, name=name, source=source) for date in dates]


# New Year and Spring Festival 2026 as the notice has them, and nothing yet for 2027.
ROWS = [
    *listed("2026-01-01", "2026-01-03", "off", "元旦", "notice-2026"),
    *listed("2026-01-04", "2026-01-04", "work", "元旦", "notice-2026"),
    *listed("2026-02-14", "2026-02-14", "work", "春节", "notice-2026"),
    *listed("2026-02-15", "2026-02-23", "off", "春节", "notice-2026"),
    *listed("2026-02-28", "2026-02-28", "work", "春节", "notice-2026"),
    *listed("2026-05-01", "2026-05-05", "off", "劳动节", "notice-2026"),
    *listed("2027-01-01", "2027-01-01", "off", "元旦", "provisional"),
    *listed("2025-01-01", "2025-01-01", "off", "元旦", "notice-2025"),
]
CALENDAR = rules.Calendar({row.date: row for row in ROWS})

dates = st.dates(min_value=day("2024-01-01"), max_value=day("2028-12-31"))
limits = st.builds(Limit, st.integers(0, 120), st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS]))


@st.composite
def stops(draw: st.DrawFn) -> Stop:
    first = draw(dates)
    last = first + dt.timedelta(days=draw(st.integers(0, 40)))
    return Stop(first, last, Procedure.HEARING)


def due(start: str, limit: Limit, *periods: Stop) -> dt.date | None:
    return rules.due(CALENDAR, day(start), limit, periods).on


def test_twenty_working_days_across_spring_festival_with_two_worked_saturdays() -> None:
    assert due("2026-02-10", Limit(20)) == day("2026-03-16")


def test_the_day_of_the_act_is_not_counted_even_late_at_night() -> None:
    late = dt.datetime(2026, 3, 2, 23, 59)
    assert rules.day_zero(late, SHANGHAI) == day("2026-03-02")
    assert due("2026-03-02", Limit(1)) == day("2026-03-03")


def test_a_moment_with_an_offset_is_taken_to_shanghai() -> None:
    moment = dt.datetime(2026, 3, 2, 17, 50, tzinfo=dt.UTC)
    assert rules.day_zero(moment, SHANGHAI) == day("2026-03-03")


def test_filing_on_a_holiday_is_received_then_and_counts_from_the_next_working_day() -> None:
    assert due("2026-02-17", Limit(1)) == day("2026-02-24")


def test_zero_days_is_the_same_day() -> None:
    assert due("2026-03-02", Limit(0)) == day("2026-03-02")


def test_calendar_days_include_weekends_and_holidays() -> None:
    assert due("2026-02-10", Limit(7, Unit.DAYS)) == day("2026-02-17")


def test_a_party_limit_that_ends_on_a_holiday_moves_to_the_first_day_after() -> None:
    answer = rules.due(CALENDAR, day("2026-02-10"), Limit(7, Unit.DAYS, party=True))
    assert (answer.on, answer.moved_from) == (day("2026-02-24"), day("2026-02-17"))


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-11-30", 3, "2027-02-28")],
)
def test_months_end_on_the_same_number_or_the_last_day(start: str, months: int, expected: str) -> None:
    assert due(start, Limit(months, Unit.MONTHS)) == day(expected)


def test_a_year_from_a_leap_day_ends_on_the_28th() -> None:
    assert due("2024-02-29", Limit(1, Unit.YEARS)) == day("2025-02-28")


def test_overlapping_stops_are_taken_out_once() -> None:
    hearing = Stop(day("2026-03-03"), day("2026-03-06"), Procedure.HEARING)
    test = Stop(day("2026-03-05"), day("2026-03-10"), Procedure.TEST)
    assert due("2026-03-02", Limit(5), hearing, test) == day("2026-03-17")


def test_a_stop_without_written_notice_or_lawful_procedure_takes_nothing_out() -> None:
    silent = Stop(day("2026-03-03"), day("2026-03-06"), Procedure.HEARING, noticed=False)
    unlawful = Stop(day("2026-03-03"), day("2026-03-06"), None)
    answer = rules.due(CALENDAR, day("2026-03-02"), Limit(5), [silent, unlawful])
    assert answer.on == day("2026-03-09")
    assert answer.refused_stops == (silent, unlawful)


def test_a_stop_that_still_runs_has_no_due_date_unless_the_limit_ends_before_it() -> None:
    running = Stop(day("2026-03-05"), None, Procedure.EXPERT_REVIEW)
    assert due("2026-03-02", Limit(5), running) is None
    assert due("2026-03-02", Limit(2), running) == day("2026-03-04")


def test_the_seventh_working_day_before_a_hearing() -> None:
    latest, days = rules.latest_before(CALENDAR, day("2026-02-25"), Limit(7))
    assert latest == day("2026-02-09")
    assert [entry.number for entry in days if entry.number] == list(range(1, 8))


def test_a_year_without_notice_and_the_last_week_before_it_are_provisional() -> None:
    assert not CALENDAR.is_provisional(day("2026-12-24"))
    assert CALENDAR.is_provisional(day("2026-12-28"))
    assert CALENDAR.is_provisional(day("2027-03-01"))
    assert not CALENDAR.is_provisional(day("2025-12-30"))
    assert rules.due(CALENDAR, day("2026-12-21"), Limit(10)).provisional
    assert not rules.due(CALENDAR, day("2026-03-02"), Limit(10)).provisional


def test_every_day_says_why_it_counted_or_not() -> None:
    answer = rules.due(CALENDAR, day("2026-02-13"), Limit(2))
    reasons = [(entry.date.day, entry.number, entry.reason) for entry in answer.days]
    assert reasons[:3] == [
        (13, None, Reason.DAY_ZERO),
        (14, 1, Reason.WORKED_WEEKEND),
        (15, None, Reason.HOLIDAY),
    ]
    assert reasons[-1] == (24, 2, Reason.WORKING_DAY)


@pytest.mark.parametrize("number", [-1, 100_000])
def test_limits_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(Invalid) as failure:
        rules.due(CALENDAR, day("2026-03-02"), Limit(number))
    assert failure.value.code == "limit-too-long"


def test_reversed_periods_are_refused() -> None:
    with pytest.raises(Invalid):
        rules.count(CALENDAR, day("2026-03-02"), day("2026-03-01"))
    with pytest.raises(Invalid):
        due("2026-03-02", Limit(3), Stop(day("2026-03-05"), day("2026-03-04"), Procedure.TEST))


@given(dates, st.integers(0, 200))
def test_counting_back_what_was_added_gives_the_number(start: dt.date, number: int) -> None:
    on = rules.due(CALENDAR, start, Limit(number)).on
    assert on is not None
    assert rules.count(CALENDAR, start, on)[0] == number


@given(dates, limits)
def test_a_later_start_is_never_due_earlier(start: dt.date, limit: Limit) -> None:
    first = rules.due(CALENDAR, start, limit).on
    second = rules.due(CALENDAR, start + dt.timedelta(days=1), limit).on
    assert first is not None and second is not None
    assert first <= second


@given(dates, limits, st.lists(stops(), max_size=4))
def test_stops_never_shorten_and_their_order_and_repetition_do_not_matter(
    start: dt.date, limit: Limit, periods: list[Stop]
) -> None:
    plain = rules.due(CALENDAR, start, limit).on
    stopped = rules.due(CALENDAR, start, limit, periods)
    again = rules.due(CALENDAR, start, limit, [*reversed(periods), *periods])
    assert plain is not None and stopped.on is not None
    assert plain <= stopped.on
    assert stopped.on == again.on


@given(dates, st.integers(1, 60), st.lists(stops(), max_size=3))
def test_the_last_day_is_a_working_day_outside_every_stop(
    start: dt.date, number: int, periods: list[Stop]
) -> None:
    answer = rules.due(CALENDAR, start, Limit(number), periods)
    assert answer.on is not None and CALENDAR.is_working(answer.on)
    assert not any(p.first <= answer.on <= p.last for p in periods if p.last)
    assert [entry.number for entry in answer.days if entry.number] == list(range(1, number + 1))
