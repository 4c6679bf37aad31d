"""Every day stands under the name of whoever the others waited for; none is lost, none counted twice."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.approvals.calendar import CALENDAR
from tongban.services.approvals.rules import days
from tongban.services.approvals.rules.days import Life, Span

START = dt.date(2026, 1, 5)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def test_the_day_of_acceptance_is_not_counted_and_the_last_day_is() -> None:
    lives = [Life("food", "market", opened_on=START, closed_on=day(4))]
    found = days.account(CALENDAR, START, day(4), lives)
    assert (found.elapsed, found.alone, found.shared) == (4, {"market": 4}, {})


def test_days_on_which_several_had_not_finished_stand_under_all_their_names() -> None:
    lives = [
        Life("food", "market", opened_on=START, closed_on=day(2)),
        Life("fire", "fire", opened_on=START, closed_on=day(4)),
    ]
    found = days.account(CALENDAR, START, day(4), lives)
    assert [(one.parties, one.days) for one in found.stretches] == [(("fire", "market"), 2), (("fire",), 2)]
    assert (found.alone, found.shared) == ({"fire": 2}, {"fire": 2, "market": 2})


def test_days_of_a_branch_that_waits_are_those_of_the_other() -> None:
    lives = [
        Life("company", "market", opened_on=START, closed_on=day(1)),
        Life("fire", "fire", ("company",), opened_on=day(1), closed_on=day(3)),
    ]
    assert days.days_by_party(CALENDAR, START, day(3), lives, "fire") == {"market": 1, "fire": 2}


def test_days_of_a_stop_and_of_the_applicant_have_their_own_names() -> None:
    spans = (Span(day(0), day(1), "procedure:test"), Span(day(2), day(3), "applicant"))
    lives = [Life("food", "market", opened_on=START, closed_on=day(4), spans=spans)]
    assert days.account(CALENDAR, START, day(4), lives).alone == {
        "procedure:test": 1, "market": 2, "applicant": 1,
    }  # fmt: skip


offsets = st.integers(0, 40)


@st.composite
def rounds(draw: st.DrawFn) -> list[Life]:
    """Draw any round: some branches wait for earlier ones, some are stopped, some still run."""
    lives: list[Life] = []
    for number in range(draw(st.integers(1, 5))):
        earlier = draw(st.sets(st.sampled_from([life.key for life in lives]))) if lives else set()
        begun, length = draw(offsets), draw(offsets)
        opened = day(begun) if draw(st.booleans()) else None
        closed = day(begun + length) if opened and draw(st.booleans()) else None
        first, last = draw(offsets), draw(st.none() | offsets)
        spans = (Span(day(first), None if last is None else day(first + last), "applicant"),)
        lives.append(
            Life(f"i{number}", f"d{draw(st.integers(0, 2))}", tuple(sorted(earlier)), opened, closed, spans)
        )
    return lives


@pytest.mark.slow
@given(rounds(), offsets)
def test_the_sum_of_days_is_the_days_elapsed(lives: list[Life], length: int) -> None:
    until = day(length)
    elapsed = len(days.working_days(CALENDAR, START, until))
    account = days.account(CALENDAR, START, until, lives)
    assert account.elapsed == elapsed == sum(stretch.days for stretch in account.stretches)
    assert (
        sum(account.alone.values()) + sum(one.days for one in account.stretches if len(one.parties) > 1)
        == elapsed
    )
    assert all(stretch.parties and all(stretch.parties) for stretch in account.stretches)
    for life in lives:
        last = min(until, life.closed_on) if life.closed_on else until
        by_party = days.days_by_party(CALENDAR, START, until, lives, life.key)
        assert sum(by_party.values()) == len(days.working_days(CALENDAR, START, last))


@pytest.mark.slow
@given(rounds(), offsets)
def test_stretches_follow_each_other(lives: list[Life], length: int) -> None:
    stretches = days.account(CALENDAR, START, day(length), lives).stretches
    for one, other in pairwise(stretches):
        assert one.last < other.first
        assert one.parties != other.parties
