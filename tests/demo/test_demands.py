"""Demands in the plan: stated before the cases that need them, answered in time, late or never."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.conftest import UNTIL, drawn
from tests.factories.shanghai import shanghai
from tongban.demo.plan import Plan, Step
from tongban.demo.plan.demands import Reply, with_demands
from tongban.foundation.calendars.rules import Calendar


def planned(seed: int = 1) -> Plan:
    is_working = Calendar(dict(shanghai().days)).is_working
    return with_demands(drawn(seed=seed, cases=20), list(shanghai().demands), is_working)


@pytest.mark.slow
@given(st.integers(0, 50))
def test_each_demand_is_stated_once_and_answered_after(seed: int) -> None:
    plan = planned(seed)
    stated = {act.words: act.at for act in plan.acts if act.step is Step.STATE_DEMAND}
    assert set(stated) == set(shanghai().demands)
    assert sum(act.step is Step.STATE_DEMAND for act in plan.acts) == len(stated)
    for act in plan.acts:
        if act.step is Step.ANSWER_DEMAND:
            assert act.at > stated[act.words.split()[0]]
    assert list(plan.acts) == sorted(plan.acts, key=lambda act: act.at)
    assert max(act.at.date() for act in plan.acts) <= UNTIL


def test_most_are_stated_before_the_first_case_and_every_reply_is_given() -> None:
    plan = planned()
    begun = min(act.at for act in plan.acts if act.step in (Step.START, Step.FILE))
    stated = [act.at for act in plan.acts if act.step is Step.STATE_DEMAND]
    assert sum(at < begun for at in stated) > 0.7 * len(stated)
    assert min(stated).time() >= dt.time(7, 30)
    replies = Counter(act.words.split()[1] for act in plan.acts if act.step is Step.ANSWER_DEMAND)
    assert set(replies) == {Reply.GRANT, Reply.REFUSE, Reply.LATE}
    assert len(stated) > sum(replies.values()), "some owners say nothing"
