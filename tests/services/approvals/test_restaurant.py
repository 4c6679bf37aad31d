"""Opening a restaurant: four departments, a stop, one visit for three of them, New Year with a worked Sunday."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.approvals import accepted, branch, head, members, moment, opinion, reviewer
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Actor, Subject
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import BranchState, Light, Outcome
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseState

S = BranchState
ACCEPTED = moment(12, 29, 9, 2025)  # Monday


def states(case_id: object, at: dt.datetime) -> dict[str, BranchState]:
    return {one.item: one.state for one in queries.branches(case_id, at=at)}  # type: ignore[arg-type]


def grant(case_id: object, code: str, at: dt.datetime) -> None:
    one = branch(case_id, code, at=at)  # type: ignore[arg-type]
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head(one.department), at=at)


@pytest.mark.slow
def test_opening_a_restaurant(cast: Cast) -> None:
    # given: filed and accepted on the Monday before New Year
    case_id = accepted(cast, "restaurant", at=ACCEPTED)
    assert states(case_id, ACCEPTED) == {
        "company": S.OPEN, "environment": S.WAITING, "food": S.WAITING, "fire": S.WAITING, "water": S.WAITING,
    }  # fmt: skip
    # when: the company is registered on the next day, the others open by themselves
    tuesday = moment(12, 30, 15, 2025)
    grant(case_id, "company", tuesday)
    assert set(states(case_id, tuesday).values()) == {S.GRANTED, S.OPEN}
    # then: 1–3 January are off, Sunday the 4th is worked
    assert branch(case_id, "fire", at=tuesday).due_on == dt.date(2026, 1, 9)
    assert branch(case_id, "food", at=tuesday).due_on == dt.date(2026, 1, 14)
    grant(case_id, "environment", tuesday)

    # a test of the water stops one clock from Wednesday the 31st to Monday the 5th: three working days
    water = branch(case_id, "water", at=tuesday)
    operations.stop(
        branch_id=water.id, procedure=Procedure.TEST, expected_days=3, reason="需要检测排水水质",
        by=reviewer("water"), at=moment(12, 31, 9, 2025),
    )  # fmt: skip
    assert branch(case_id, "water", at=moment(12, 31, 9, 2025)).light is Light.STOPPED
    operations.resume(branch_id=water.id, by=reviewer("water"), at=moment(1, 5))
    assert branch(case_id, "water", at=moment(1, 5)).due_on == dt.date(2026, 1, 19)

    # one visit for three departments; the applicant asks for a day later
    visit = operations.plan_visit(
        case_id=case_id, starts_at=moment(1, 6, 9), ends_at=moment(1, 6, 11), place="马当路 288 号",
        prepare="店里留一个人", members=members(case_id), by=reviewer("market"), at=moment(1, 5),
    )  # fmt: skip
    operations.move_visit(
        visit_id=visit, starts_at=moment(1, 7, 9), ends_at=moment(1, 7, 11), reason="装修没有完工",
        by=cast.applicant, at=moment(1, 5, 16),
    )  # fmt: skip
    for code in ("food", "fire", "water"):
        one = branch(case_id, code)
        operations.record_finding(
            branch_id=one.id, passes=True, text="与平面图一致", by=reviewer(one.department), at=moment(1, 7)
        )
        opinion(branch(case_id, code), at=moment(1, 7, 14))
    found = queries.visit(case_id)
    assert found is not None
    assert (found.is_held, found.moved_by, found.first_planned_on) == (True, "applicant", dt.date(2026, 1, 6))

    # all decide, the last one on Friday the 9th; nobody has to say that the case is decided
    grant(case_id, "food", moment(1, 8))
    grant(case_id, "water", moment(1, 8))
    assert cases.limits(case_id).state is CaseState.ACCEPTED
    grant(case_id, "fire", moment(1, 9))
    outbox.deliver(at=moment(1, 9))
    case = cases.get_case(case_id, by=cast.applicant, at=moment(1, 9))
    assert (case.state, case.outcome) == (CaseState.CLOSED, "granted")

    # whose days: 30, 31 December, 4, 5, 6, 7, 8, 9 January
    account = queries.account(case_id, at=moment(1, 20))
    assert account.elapsed == 8
    named = [(one.parties, one.days) for one in account.stretches]
    assert named == [
        (("market",), 1),
        (("fire", "market", "procedure:test"), 3),
        (("fire", "market", "water"), 1),
        (("applicant",), 1),
        (("fire", "market", "water"), 1),
        (("fire",), 1),
    ]
    assert account.alone == {"market": 1, "applicant": 1, "fire": 1}
    fire = branch(case_id, "fire", at=moment(1, 20))
    assert sum(fire.days.values()) == 8
    assert fire.days == {"market": 1, "fire": 6, "applicant": 1}
    assert (fire.used_days, branch(case_id, "water", at=moment(1, 20)).used_days) == (7, 3)


def test_every_act_is_on_the_ledger_and_in_the_history(cast: Cast) -> None:
    case_id = accepted(cast)
    one = branch(case_id)
    opinion(one, at=moment(1, 6))
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head("market"), at=moment(1, 7))
    acts = [event.act.value for event in queries.events(one.id)]
    assert acts == ["open", "give_opinion", "grant"]
    entries = ledger.entries(Subject("case", str(case_id)))
    assert {f"approval.{act}" for act in acts} <= {entry.act for entry in entries}
    last = queries.events(one.id)[-1]
    assert (last.by, last.before, last.after) == (head("market"), S.OPEN, S.GRANTED)
    assert Actor("staff", "market-9", "市场监管局负责人") == last.by
