"""What is drawn at the desk of data says the same as its figures."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.datadesk.presenters import flow as drawing
from tongban.channels.datadesk.presenters.usage import used
from tongban.datahub.resources.types import Flow, Grant, GrantState, Stage

pytestmark = pytest.mark.slow

COUNTS = st.integers(0, 5000)
TODAY = dt.date(2026, 3, 2)


@given(st.fixed_dictionaries(dict.fromkeys(Stage, COUNTS)))
def test_bands_are_as_thick_as_their_shares_and_never_too_thin_to_be_seen(counts: dict[Stage, int]) -> None:
    flow = Flow(counts, new=0, late=0, in_time=0, duties=0, unused=0, negatives=0, laws=0)

    found = drawing.bands(flow)

    assert sum(one.count for one in found) == flow.demands
    assert flow.matched + counts[Stage.UNCLAIMED] + counts[Stage.BARRED] == flow.demands
    for one in found:
        assert one.thick == 0 if not one.count else one.thick >= drawing.LEAST
        if one.count and one.thick > drawing.LEAST:
            assert abs(one.thick - drawing.MOST * one.count / flow.demands) < 1e-9
    assert drawing.drawing(flow).count("<path") == sum(one.count > 0 for one in found)


def a_grant(per_day: int) -> Grant:
    return Grant(
        uuid.uuid4(), uuid.uuid4(), "SH/GOV/market/cases", "SH/GOV/office/people", "people", "people", ("name",), "核验",
        ("food-licence",), "health", "食品安全法 45", TODAY, TODAY, per_day, GrantState.ACTIVE,
    )  # fmt: skip


def test_use_is_green_amber_and_red_beside_its_limit() -> None:
    lights = {calls: used(a_grant(100), {TODAY: calls}, TODAY).light for calls in (0, 79, 80, 99, 100, 300)}
    assert lights == {0: "green", 79: "green", 80: "amber", 99: "amber", 100: "red", 300: "red"}


def test_days_without_a_call_have_no_bar_and_no_bar_leaves_the_drawing() -> None:
    calls = {TODAY: 300, TODAY - dt.timedelta(days=3): 10, TODAY - dt.timedelta(days=400): 7}
    found = used(a_grant(100), calls, TODAY)
    assert (found.today, found.most, found.total, len(found.days)) == (300, 300, 310, 30)
    assert found.drawing.count("<rect") == 2
    assert 'y="-' not in found.drawing
