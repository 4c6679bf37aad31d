"""The lanes of a case: what lies over what, and what fits into a narrow column."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.portal.presenters import lanes
from tongban.channels.portal.presenters.cases import state_of
from tongban.services.cases.types import CaseState

DAYS = tuple(dt.date(2026, 3, 2) + dt.timedelta(days=n) for n in range(10))


def lane(*blocks: lanes.Block) -> lanes.Lane:
    return lanes.Lane("item", "食品经营许可", "区市场监管局", "granted", blocks)


@given(st.integers(0, 9), st.integers(1, 10), st.integers(0, 9))
def test_nothing_lies_under_a_joint_visit_and_no_words_are_lost(start: int, long: int, column: int) -> None:
    block = lanes.Block(start, start + long, "done", ("已批准",))
    cut = lanes._around(lane(block), column).blocks
    assert not any(one.start <= column < one.end for one in cut)
    days = {day for one in cut for day in range(one.start, one.end)}
    assert days == set(range(start, start + long)) - {column}
    assert sum(bool(one.lines) for one in cut) == bool(cut), "said once, while there is room"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_words_stay_within_their_column_on_a_phone(count: int) -> None:
    blocks = (
        lanes.Block(0, 3, "done", ("已批准", "用了 12 天")),
        lanes.Block(3, 4, "done", ("已批准", "用了 1 天")),
    )
    plan = lanes.Plan(DAYS, None, tuple(lane(*blocks) for _ in range(count)), ())
    drawn = lanes.phone(plan, lambda sentence, **_: sentence)
    column = (lanes.PHONE - lanes.PHONE_LABELS) / count
    for one in drawn.words:
        if one.kind == "bar-done-text":
            assert lanes.width(one.text, lanes.FONT) <= column
            assert any(bar.y < one.y < bar.y + bar.high for bar in drawn.bars), one.text


def test_what_ended_before_it_began_is_not_shown_as_still_to_come() -> None:
    branch = {"opened_on": None, "is_final": True}
    ended = type("Branch", (), branch)()
    assert [one.kind for one in lanes._blocks(ended, None, DAYS, DAYS[0], lambda said, **_: said)] == [
        "ended"
    ]
    waiting = type("Branch", (), branch | {"is_final": False})()
    assert [one.kind for one in lanes._blocks(waiting, None, DAYS, DAYS[0], lambda said, **_: said)] == [
        "todo"
    ]


@pytest.mark.parametrize(
    ("state", "outcome", "shape"),
    [("closed", "refused", "circle-x"), ("closed", "granted", "circle-check"), ("decided", "refused", "circle-x"),
     ("accepted", "", "hourglass")],
)  # fmt: skip
def test_a_refusal_is_not_shown_as_done(state: str, outcome: str, shape: str) -> None:
    case = type("Case", (), {"state": CaseState(state), "outcome": outcome})()
    assert state_of(case)[1] == shape
