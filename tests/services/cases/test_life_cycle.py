"""Every act × role × state: allowed as the table says, refused elsewhere with a sentence."""

from __future__ import annotations

import itertools

import pytest

from tongban.kernel.errors import Conflict, NotAllowed
from tongban.services.cases import rules
from tongban.services.cases.types import Act, CaseState, Role


@pytest.mark.law("case-who-may")
@pytest.mark.parametrize("act", Act, ids=lambda one: one.value)
def test_matrix(act: Act) -> None:
    for role, state in itertools.product(Role, CaseState):
        holds_as_the_table_says(act, role, state)


def holds_as_the_table_says(act: Act, role: Role, state: CaseState) -> None:
    step = next((one for one in rules.LIFE_CYCLE if (one.state, one.act) == (state, act)), None)
    if step is not None and role in step.who:
        assert rules.check_act(act, state, frozenset({role})) is role
        assert rules.can_act(act, state, frozenset({role}))
        assert rules.next_state(act, state) is step.next
        assert act in rules.acts_for(state, frozenset({role}))
        return
    ever = any(role in one.who for one in rules.LIFE_CYCLE if one.act is act)
    with pytest.raises(Conflict if ever and step is None else NotAllowed) as refused:
        rules.check_act(act, state, frozenset({role}))
    assert str(refused.value).endswith("。")
    assert "{" not in str(refused.value)
    assert not rules.can_act(act, state, frozenset({role}))
    assert act not in rules.acts_for(state, frozenset({role}))


def test_no_row_stands_twice_and_every_state_is_reached() -> None:
    rows = [(step.state, step.act) for step in rules.LIFE_CYCLE]
    assert len(rows) == len(set(rows))
    reached = {CaseState.DRAFT} | {step.next for step in rules.LIFE_CYCLE}
    assert reached == set(CaseState)
    assert {step.act for step in rules.LIFE_CYCLE} == set(Act)


def test_nothing_leads_out_of_a_final_state() -> None:
    for step in rules.LIFE_CYCLE:
        if step.state in rules.FINAL:
            assert step.next is step.state


def test_every_word_has_a_name() -> None:
    assert set(rules.STATE_NAMES) == set(CaseState)
    assert set(rules.ACT_NAMES) == set(Act)
    assert set(rules.ROLE_NAMES) == set(Role)


def test_a_supervisor_only_looks() -> None:
    for state in CaseState:
        assert rules.acts_for(state, frozenset({Role.SUPERVISOR})) == ()
