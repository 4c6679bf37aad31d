"""Readings by day as squares: as many as there are, or several to a square; months where days are too many."""

from __future__ import annotations

import datetime as dt

import pytest

from tongban.channels.portal.presenters.days import HIGH, drawing
from tongban.services.disclosures.types import Day, Kind, Summary

LAST = dt.date(2026, 3, 31)


def summary(days: int, counts: dict[int, dict[Kind, int]]) -> Summary:
    """Return the figures of so many days; ``counts`` by how many days before the last."""
    found = tuple(Day(LAST - dt.timedelta(days=ago), of) for ago, of in sorted(counts.items(), reverse=True))
    return Summary(LAST - dt.timedelta(days=days - 1), LAST, {}, found, 0, {}, {}, 0, 0)


def test_each_reading_is_a_square_of_its_kind() -> None:
    made = drawing(summary(30, {0: {Kind.EXCHANGE: 3, Kind.REFUSED: 1}, 29: {Kind.SHOWN: 2}}))
    assert [made.picture.count(f'class="{kind}"') for kind in ("exchange", "refused", "shown", "none")] == [
        3,
        1,
        2,
        28,
    ]
    assert len(made.columns) == 30 and made.each == 1 and not made.is_monthly


def test_many_in_a_day_share_squares() -> None:
    made = drawing(summary(30, {0: {Kind.EXCHANGE: 4 * HIGH}}))
    assert made.each == 4 and made.picture.count('class="exchange"') == HIGH


@pytest.mark.parametrize(("days", "months"), [(366, 13), (1098, 37)])
def test_long_periods_are_months(days: int, months: int) -> None:
    made = drawing(summary(days, {0: {Kind.EXCHANGE: 1}, 1: {Kind.EXCHANGE: 1}, 31: {Kind.STAFF: 1}}))
    assert made.is_monthly and len(made.columns) == months
    assert [one.total for one in made.columns][-2:] == [1, 2]
    assert sum(one.total for one in made.columns) == 3


def test_nothing_is_a_line_of_nothing() -> None:
    assert drawing(summary(30, {})).picture.count('class="none"') == 30
