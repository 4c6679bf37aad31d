"""The joint visit: once for all, two people each, moved for the applicant on the applicant's days, findings by each."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.approvals import MONDAY, accepted, branch, head, members, moment, reviewer
from tests.factories.cases import Cast
from tongban.foundation.outbox.models import Happened
from tongban.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import Member, Outcome

BY = reviewer("market")


@pytest.fixture
def case_id(cast: Cast) -> uuid.UUID:
    """A restaurant whose company is registered: all others are open."""
    found = accepted(cast, "restaurant")
    operations.decide(
        branch_id=branch(found, "company").id, outcome=Outcome.GRANTED, by=head("market"), at=MONDAY
    )
    return found


def plan(case_id: uuid.UUID, people: list[Member] | None = None, **changes: object) -> uuid.UUID:
    fields: dict[str, object] = {
        "starts_at": moment(1, 7, 9), "ends_at": moment(1, 7, 11), "place": "马当路 288 号", "by": BY, "at": MONDAY,
    }  # fmt: skip
    chosen = members(case_id) if people is None else people
    return operations.plan_visit(case_id=case_id, members=chosen, **(fields | changes))  # type: ignore[arg-type]


@pytest.mark.law("visit-once-for-all")
def test_one_visit_for_all_told_once(case_id: uuid.UUID) -> None:
    visit = plan(case_id)
    found = queries.visit(case_id)
    assert found and found.id == visit
    assert {one.department: one.people for one in found.findings} == {
        code: (f"{code}-1", f"{code}-2") for code in ("market", "fire", "water")
    }
    told = Happened.objects.filter(name="approval.visit_planned")
    assert [len(row.fields["branches"]) for row in told] == [3]
    with pytest.raises(Conflict, match="第二次"):
        plan(case_id)


def test_nobody_who_shares_the_visit_is_left_out(case_id: uuid.UUID) -> None:
    with pytest.raises(Conflict, match="fire"):
        plan(case_id, members(case_id, ("food", "water")))


def test_a_visit_waits_until_the_last_of_its_members_may_start(cast: Cast) -> None:
    waiting = accepted(cast, "restaurant")
    with pytest.raises(Conflict, match="等待前面的事项"):
        plan(waiting)


@pytest.mark.law("visit-two-people")
def test_each_department_sends_two_people_of_its_own(case_id: uuid.UUID) -> None:
    def with_fire(*people: str) -> list[Member]:
        fire = branch(case_id, "fire")
        return [one if one.branch_id != fire.id else Member(fire.id, people) for one in members(case_id)]

    with pytest.raises(Invalid, match="消防只安排了 1 人"):
        plan(case_id, with_fire("fire-1", "fire-1"))
    with pytest.raises(NotAllowed, match="水务局"):
        plan(case_id, with_fire("fire-1", "water-1"))


def test_what_needs_no_visit_is_not_visited(case_id: uuid.UUID) -> None:
    people = [*members(case_id), Member(branch(case_id, "environment").id, ("ecology-1", "ecology-2"))]
    with pytest.raises(Conflict, match="不需要"):
        plan(case_id, people)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": moment(1, 5, 9)},
        {"ends_at": moment(1, 7, 9)},
        {"ends_at": moment(1, 8, 9)},
        {"place": " "},
    ],
)
def test_a_visit_lies_ahead_on_one_day_somewhere(case_id: uuid.UUID, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        plan(case_id, **changes)


def test_a_visit_of_nobody_is_none(case_id: uuid.UUID) -> None:
    with pytest.raises(Invalid, match="还没有选去踏勘的人"):
        plan(case_id, [])
    with pytest.raises(NotFound):
        plan(case_id, [Member(uuid.uuid4(), ("market-1", "market-2"))])
    with pytest.raises(NotFound):
        operations.move_visit(
            visit_id=uuid.uuid4(), starts_at=moment(1, 8, 9), ends_at=moment(1, 8, 10), by=BY, at=MONDAY
        )
    with pytest.raises(NotFound):
        operations.record_finding(
            branch_id=branch(case_id, "food").id, passes=True, text="一切相符", by=BY, at=MONDAY
        )


def test_only_a_visit_moved_by_the_applicant_costs_the_applicant_days(case_id: uuid.UUID, cast: Cast) -> None:
    visit = plan(case_id)
    to = {"starts_at": moment(1, 8, 9), "ends_at": moment(1, 8, 11)}
    operations.move_visit(visit_id=visit, **to, by=BY, at=moment(1, 6))
    later = {"starts_at": moment(1, 12, 9), "ends_at": moment(1, 12, 11)}
    operations.move_visit(visit_id=visit, **later, reason="出差", by=cast.applicant, at=moment(1, 6))
    found = queries.visit(case_id)
    assert found and (found.moved_by, found.first_planned_on) == ("applicant", dt.date(2026, 1, 7))
    # The 9th and the 12th are the applicant's.
    assert branch(case_id, "fire", at=moment(1, 13)).days == {"fire": 4, "applicant": 2}
    with pytest.raises(NotFound):
        operations.move_visit(visit_id=visit, **later, by=cast.stranger, at=moment(1, 6))
    with pytest.raises(NotAllowed):
        operations.move_visit(visit_id=visit, **later, by=head("market"), at=moment(1, 6))


def test_each_department_finds_once_after_the_visit_began(case_id: uuid.UUID) -> None:
    visit = plan(case_id)
    food = branch(case_id, "food")

    def find(at: dt.datetime, text: str = "与平面图一致") -> None:
        operations.record_finding(branch_id=food.id, passes=True, text=text, by=BY, at=at)

    with pytest.raises(Conflict, match="还没有开始"):
        find(moment(1, 6))
    with pytest.raises(Invalid):
        find(moment(1, 7), "好")
    find(moment(1, 7))
    with pytest.raises(Conflict, match="已经写过"):
        find(moment(1, 7))
    with pytest.raises(Conflict, match="不能再改时间"):
        operations.move_visit(
            visit_id=visit, starts_at=moment(1, 8, 9), ends_at=moment(1, 8, 11), by=BY, at=moment(1, 7)
        )
    found = queries.visit(case_id)
    assert found and not found.is_held
    assert [one.by for one in found.findings if one.department == "market"] == [BY]


@pytest.mark.law("reviewed-before-decided")
def test_what_is_checked_on_the_spot_is_not_granted_before(case_id: uuid.UUID) -> None:
    food = branch(case_id, "food")
    with pytest.raises(Conflict, match="现场核查"):
        operations.decide(
            branch_id=food.id, outcome=Outcome.GRANTED, reasons="材料齐全", by=head("market"), at=MONDAY
        )
    plan(case_id)
    operations.record_finding(branch_id=food.id, passes=True, text="与平面图一致", by=BY, at=moment(1, 7))
    operations.decide(
        branch_id=food.id, outcome=Outcome.GRANTED, reasons="材料齐全", by=head("market"), at=moment(1, 7)
    )
