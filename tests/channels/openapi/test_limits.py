"""The rate limit of one address: what its headers promise, it keeps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.openapi import limits
from tongban.channels.openapi.limits import WINDOW_SECONDS, RateLimit


def test_an_address_that_used_its_minute_waits_for_the_next() -> None:
    rate = RateLimit(2)
    assert [rate.take("a", 0).allowed for _ in range(3)] == [True, True, False]
    refused = rate.take("a", 20)
    assert refused.headers()["Retry-After"] == "40"
    assert rate.take("a", WINDOW_SECONDS).allowed


def test_addresses_do_not_share() -> None:
    rate = RateLimit(1)
    assert rate.take("a", 0).allowed
    assert rate.take("b", 0).allowed


def test_memory_is_bounded_by_forgetting_the_oldest(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 3)
    rate = RateLimit(1)
    for name in "abcd":
        rate.take(name, 0)
    assert rate.take("a", 0).allowed, "a was forgotten"
    assert not rate.take("d", 0).allowed


@given(st.lists(st.floats(0, 200), max_size=60), st.integers(1, 20))
def test_no_window_lets_more_through_than_the_limit(times: list[float], limit: int) -> None:
    rate = RateLimit(limit)
    passed = [time for time in sorted(times) if rate.take("a", time).allowed]
    for start in passed:
        # A window begins with its first request; two windows may touch, so at most twice the limit fits.
        inside = [time for time in passed if start <= time < start + WINDOW_SECONDS]
        assert len(inside) <= 2 * limit
    assert len(passed) >= min(len(times), limit)
