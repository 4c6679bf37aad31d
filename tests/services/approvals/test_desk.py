"""At the desk: taking, assigning, handing over, standing in, opinions, the lower body's review."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.approvals import MONDAY, accepted, branch, head, moment, reviewer
from tests.factories.cases import Cast
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity import queries as staff
from tongban.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tongban.kernel.types import SYSTEM
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import BranchState, Outcome, QueueFilters, Stage, Stance

ONE, TWO, HEAD = reviewer("market"), reviewer("market", 2), head("market")


def test_who_takes_a_branch_has_it_until_it_is_handed_over(cast: Cast) -> None:
    one = branch(accepted(cast))
    operations.take(branch_id=one.id, by=ONE, at=MONDAY)
    with pytest.raises(Conflict, match="市场监管局1号"):
        operations.take(branch_id=one.id, by=TWO, at=MONDAY)
    with pytest.raises(Conflict):
        operations.hand_over(branch_id=one.id, to=TWO.id, reason="我来办理", by=TWO, at=MONDAY)
    with pytest.raises(Invalid):
        operations.hand_over(branch_id=one.id, to=TWO.id, reason=" ", by=ONE, at=MONDAY)
    with pytest.raises(Conflict, match="已经在"):
        operations.hand_over(branch_id=one.id, to=ONE.id, reason="交给自己", by=ONE, at=MONDAY)
    operations.hand_over(branch_id=one.id, to=TWO.id, reason="与申请人相识，回避", by=ONE, at=MONDAY)
    assert queries.get_branch(one.id, at=MONDAY).assignee == TWO.id
    event = queries.events(one.id)[-1]
    assert event.detail == {"to": TWO.id, "reason": "与申请人相识，回避"}
    handed = queries.queue(staff.staff_access(TWO.id, at=MONDAY), QueueFilters(view="handed"), at=MONDAY)
    assert [row.work_id for row in handed.page.items] == [str(one.id)]


def test_the_head_assigns_to_somebody_of_the_department(cast: Cast) -> None:
    one = branch(accepted(cast))
    operations.assign(branch_id=one.id, to=TWO.id, by=HEAD, at=MONDAY)
    assert queries.get_branch(one.id, at=MONDAY).assignee == TWO.id
    with pytest.raises(Conflict, match="审查岗位"):
        operations.assign(branch_id=one.id, to="fire-1", by=HEAD, at=MONDAY)
    with pytest.raises(NotAllowed):
        operations.assign(branch_id=one.id, to=ONE.id, by=TWO, at=MONDAY)


def test_who_stands_in_takes_over_what_the_absent_one_had(cast: Cast) -> None:
    one = branch(accepted(cast))
    operations.take(branch_id=one.id, by=ONE, at=MONDAY)
    identity.record_absence(
        staff=ONE.id, substitute=TWO.id, from_on=dt.date(2026, 1, 6), until_on=dt.date(2026, 1, 9), reason="出差",
        by=ONE, at=MONDAY,
    )  # fmt: skip
    away = moment(1, 6)
    mine = queries.queue(staff.staff_access(TWO.id, at=away), QueueFilters(view="mine"), at=away)
    assert [row.assignee for row in mine.page.items] == [ONE.id]
    with pytest.raises(Conflict, match="离岗"):
        operations.assign(branch_id=one.id, to=ONE.id, by=HEAD, at=away)
    operations.take(branch_id=one.id, by=TWO, at=away)
    assert queries.get_branch(one.id, at=away).assignee == TWO.id
    with pytest.raises(NotAllowed):
        operations.take(branch_id=one.id, by=ONE, at=away)


def test_opinions_have_grounds_and_stay(cast: Cast) -> None:
    one = branch(accepted(cast))
    with pytest.raises(Invalid):
        operations.give_opinion(branch_id=one.id, stance=Stance.GRANT, grounds="好", by=ONE, at=MONDAY)
    operations.give_opinion(
        branch_id=one.id, stance=Stance.REFUSE, grounds="布局图缺少尺寸", by=ONE, at=MONDAY
    )
    operations.give_opinion(branch_id=one.id, stance=Stance.GRANT, grounds="尺寸已经核实", by=TWO, at=MONDAY)
    found = queries.get_branch(one.id, at=MONDAY)
    assert [opinion.stance for opinion in found.opinions] == [Stance.REFUSE, Stance.GRANT]
    assert found.opinion and found.opinion.by == TWO


@pytest.mark.law("first-review")
def test_the_lower_body_reviews_first_and_the_upper_limit_runs_from_then(cast: Cast) -> None:
    one = branch(accepted(cast, "tiered"))
    assert (one.stage, one.first_department) == (Stage.FIRST, "street")
    assert one.first_due_on == dt.date(2026, 2, 2)
    with pytest.raises(NotAllowed):
        operations.give_opinion(branch_id=one.id, stance=Stance.GRANT, grounds="符合条件", by=ONE, at=MONDAY)
    street = queries.queue(staff.staff_access("street-1", at=MONDAY), at=MONDAY)
    assert [row.item for row in street.page.items] == ["tiered"]
    operations.first_review(
        branch_id=one.id, stance=Stance.GRANT, grounds="初审符合条件", by=reviewer("street"), at=moment(1, 12)
    )
    found = queries.get_branch(one.id, at=moment(1, 12))
    assert (found.stage, found.due_on, found.days) == (Stage.MAIN, dt.date(2026, 1, 26), {"street": 5})
    operations.give_opinion(
        branch_id=one.id, stance=Stance.GRANT, grounds="同意初审", by=ONE, at=moment(1, 13)
    )
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=HEAD, at=moment(1, 14))
    done = queries.get_branch(one.id, at=moment(1, 20))
    assert (done.state, done.days) == (BranchState.GRANTED, {"street": 5, "market": 2})


def test_a_branch_does_not_exist_for_a_stranger(cast: Cast) -> None:
    one = branch(accepted(cast))
    with pytest.raises(NotFound):
        operations.take(branch_id=one.id, by=cast.stranger, at=MONDAY)
    with pytest.raises(NotAllowed):
        operations.take(branch_id=one.id, by=reviewer("fire"), at=MONDAY)
    with pytest.raises(NotFound):
        operations.take(branch_id=one.case_id, by=ONE, at=MONDAY)
    with pytest.raises(NotFound):
        queries.get_branch(one.case_id)


def test_a_button_that_can_not_be_used_says_why_in_the_rule_s_own_sentence(cast: Cast) -> None:
    one = branch(accepted(cast))
    found = {choice.act.value: choice for choice in queries.choices(one.id, by=ONE, at=MONDAY)}
    assert found["give_opinion"].is_possible
    assert "本部门的决定人员" in found["grant"].sentence.format(**found["grant"].values)
    assert "审查中" in found["resume"].sentence.format(**found["resume"].values)
    assert "open" not in found
    operations.take(branch_id=one.id, by=ONE, at=MONDAY)
    assert SYSTEM not in {event.by for event in queries.events(one.id)[1:]}
