"""The table: every act × role × state is allowed as it says, and refused elsewhere with a sentence."""

from __future__ import annotations

from itertools import product

import pytest

from tongban.kernel.errors import Conflict, Failure, NotAllowed
from tongban.services.approvals.rules import life_cycle
from tongban.services.approvals.types import FINAL, Act, BranchState, Role


@pytest.mark.law("branch-who-may")
@pytest.mark.parametrize("act", Act)
def test_every_act_by_every_role_in_every_state(act: Act) -> None:
    allowed = {
        (step.state, role): step.next
        for step in life_cycle.LIFE_CYCLE
        if step.act is act
        for role in step.who
    }
    for role, state in product(Role, BranchState):
        roles = frozenset({role})
        if (state, role) in allowed:
            assert life_cycle.check_act(act, state, roles) is role
            assert life_cycle.can_act(act, state, roles)
            assert life_cycle.next_state(act, state) is allowed[state, role]
            assert act in life_cycle.acts_for(state, roles)
        else:
            with pytest.raises((NotAllowed, Conflict)) as refused:
                life_cycle.check_act(act, state, roles)
            assert str(refused.value).endswith("。")
            assert not life_cycle.can_act(act, state, roles)
            assert act not in life_cycle.acts_for(state, roles)


def test_every_act_and_state_is_in_the_table_once() -> None:
    rows = [(step.state, step.act) for step in life_cycle.LIFE_CYCLE]
    assert len(rows) == len(set(rows))
    assert {act for _, act in rows} == set(Act)
    assert {state for state, _ in rows} | FINAL == set(BranchState)


def test_what_is_final_stays_so() -> None:
    assert all(step.next is step.state for step in life_cycle.LIFE_CYCLE if step.state in FINAL)


def test_every_state_can_be_reached() -> None:
    reached = {BranchState.WAITING, BranchState.OPEN}
    for _ in BranchState:
        reached |= {step.next for step in life_cycle.LIFE_CYCLE if step.state in reached}
    assert reached == set(BranchState)


def test_nobody_acts_without_a_role() -> None:
    for act, state in product(Act, BranchState):
        with pytest.raises(Failure):
            life_cycle.check_act(act, state, frozenset())
