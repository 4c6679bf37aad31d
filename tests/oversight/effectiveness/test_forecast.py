"""Forecasts: none without enough history, never before today, wider the more there is to wait for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.oversight.effectiveness.rules import forecast
from tongban.oversight.effectiveness.rules.forecast import ENOUGH, Running

TENS = [10] * ENOUGH


def test_without_enough_history_nothing_is_foretold() -> None:
    assert forecast.days_left([5] * (ENOUGH - 1), 0, 0.5) is None
    assert forecast.days_left([5] * ENOUGH, 0, 0.5) == 5
    assert forecast.fates([Running("food")], {"food": [5]}) == ()
    assert forecast.fates([], {}) == ()


def test_what_took_longer_than_all_before_is_not_foretold() -> None:
    assert forecast.days_left(TENS, 11, 0.5) is None
    assert forecast.days_left(TENS, 10, 0.5) == 0


def test_days_used_already_leave_only_the_slow_ones_to_compare_with() -> None:
    history = [2] * 50 + [8] * 50
    assert forecast.days_left(history, 0, 0.5) == 2
    assert forecast.days_left(history, 3, 0.5) == 5


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.9, 9), (1.0, 10), (0.01, 1)])
def test_a_quantile_is_the_smallest_value_that_the_share_does_not_exceed(share: float, expected: int) -> None:
    assert forecast.quantile(list(range(1, 11)), share) == expected


def test_branches_in_parallel_take_as_long_as_the_longest_and_in_a_row_their_sum() -> None:
    histories = {"a": [3] * ENOUGH, "b": TENS}
    parallel = forecast.fates([Running("a"), Running("b")], histories)
    in_a_row = forecast.fates([Running("a"), Running("b", waits_for=("a",))], histories)
    assert (set(parallel), set(in_a_row)) == ({10}, {13})
    assert set(forecast.fates([Running("b", stopped=4)], histories)) == {14}


def test_one_branch_without_history_leaves_the_whole_unknown() -> None:
    assert forecast.fates([Running("a"), Running("b")], {"a": TENS}) == ()


history = st.lists(st.integers(0, 40), min_size=ENOUGH, max_size=80)


@pytest.mark.slow
@given(history, st.integers(0, 50))
def test_half_are_done_before_nine_of_ten(days: list[int], used: int) -> None:
    half, most = (forecast.days_left(days, used, share) for share in (0.5, 0.9))
    assert (half is None) == (most is None)
    if half is not None and most is not None:
        assert 0 <= half <= most


@pytest.mark.slow
@given(history, history)
def test_fates_are_the_same_every_time_and_shares_add_up(one: list[int], other: list[int]) -> None:
    branches = [Running("a"), Running("b", waits_for=("a",))]
    ordered = forecast.fates(branches, {"a": one, "b": other})
    assert ordered == forecast.fates(branches, {"a": one, "b": other})
    assert sum(forecast.shares(ordered).values()) == pytest.approx(1)
    assert min(one) + min(other) <= ordered[0] <= ordered[-1] <= max(one) + max(other)
