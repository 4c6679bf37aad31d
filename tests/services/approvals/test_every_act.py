"""Every operation × every role × every state: done or refused as the table says, and refused with a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.factories.approvals import MAYOR, MONDAY, accepted, branch, head, moment, opinion, reviewer
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models, operations, queries
from tongban.services.approvals.rules import life_cycle
from tongban.services.approvals.types import Act, BranchState, Fault, Lapse, Member, Outcome, Role, Stance
from tongban.services.cases import operations as cases

S, NOW = BranchState, moment(1, 8)
PEOPLE: dict[str, tuple[Actor, frozenset[Role]]] = {
    "reviewer": (reviewer("market"), frozenset({Role.REVIEWER, Role.VISITOR})),
    "head": (head("market"), frozenset({Role.DECIDER, Role.HEAD})),
    "other department": (reviewer("fire"), frozenset()),
    "government": (MAYOR, frozenset({Role.GOVERNMENT})),
    "system": (SYSTEM, frozenset({Role.SYSTEM})),
}
APPLICANT, STRANGER = "applicant", "stranger"


def calls(one: uuid.UUID, case_id: uuid.UUID) -> dict[Act, Callable[[Actor], object]]:
    """Return how each act is done to a branch; what it says is right."""
    at = {"at": NOW}
    visit = models.Visit.objects.filter(round_id=case_id).values_list("id", flat=True).first() or uuid.uuid4()
    later = {"starts_at": moment(1, 12, 9), "ends_at": moment(1, 12, 11)}
    paper = {"licences": ["L-1"]}
    people = [Member(one, ("market-1", "market-2"))]
    return {
        Act.TAKE: lambda by: operations.take(branch_id=one, by=by, **at),
        Act.ASSIGN: lambda by: operations.assign(branch_id=one, to="market-2", by=by, **at),
        Act.HAND_OVER: lambda by: operations.hand_over(
            branch_id=one, to="market-2", reason="回避制度", by=by, **at
        ),
        Act.FIRST_REVIEW: lambda by: operations.first_review(
            branch_id=one, stance=Stance.GRANT, grounds="符合条件", by=by, **at
        ),
        Act.GIVE_OPINION: lambda by: operations.give_opinion(
            branch_id=one, stance=Stance.GRANT, grounds="符合条件", by=by, **at
        ),
        Act.PLAN_VISIT: lambda by: operations.plan_visit(
            case_id=case_id, place="店里", members=people, by=by, **later, **at
        ),
        Act.MOVE_VISIT: lambda by: operations.move_visit(visit_id=visit, by=by, **later, **at),
        Act.RECORD_FINDING: lambda by: operations.record_finding(
            branch_id=one, passes=True, text="与图一致", by=by, **at
        ),
        Act.STOP: lambda by: operations.stop(
            branch_id=one, procedure=Procedure.TEST, expected_days=2, reason="需要检测", by=by, **at
        ),
        Act.RESUME: lambda by: operations.resume(branch_id=one, by=by, **at),
        Act.EXTEND: lambda by: operations.extend(branch_id=one, reason="需要核实", by=by, **at),
        Act.EXTEND_ROUND: lambda by: operations.extend_round(case_id=case_id, reason="需要核实", by=by, **at),
        Act.GRANT: lambda by: operations.decide(
            branch_id=one, outcome=Outcome.GRANTED, reasons="符合条件", by=by, **at
        ),
        Act.REFUSE: lambda by: operations.decide(
            branch_id=one, outcome=Outcome.REFUSED, reasons="不符合条件", by=by, **at
        ),
        Act.CORRECT: lambda by: operations.correct(branch_id=one, what="写错一个字", by=by, **paper, **at),
        Act.REVOKE: lambda by: operations.revoke(
            branch_id=one, fault=Fault.FRAUD, reasons="提供假合同", by=by, **paper, **at
        ),
        Act.CANCEL: lambda by: operations.cancel(
            branch_id=one, lapse=Lapse.EXPIRED, reasons="到期没有延续", by=by, **paper, **at
        ),
    }


def in_state(cast: Cast, state: BranchState) -> tuple[uuid.UUID, uuid.UUID]:
    """Return a case and a branch of it that has come to a state by its acts."""
    if state is S.WAITING:
        case_id = accepted(cast, "restaurant")
        return case_id, branch(case_id, "food").id
    one = branch(accepted(cast))
    if state is S.STOPPED:
        operations.stop(
            branch_id=one.id, procedure=Procedure.TEST, expected_days=3, reason="需要检测", by=reviewer("market"),
            at=moment(1, 6),
        )  # fmt: skip
    elif state in (S.GRANTED, S.REFUSED):
        opinion(one, at=moment(1, 6))
        outcome = Outcome.GRANTED if state is S.GRANTED else Outcome.REFUSED
        operations.decide(
            branch_id=one.id, outcome=outcome, reasons="经审查决定", by=head("market"), at=moment(1, 7)
        )
    elif state is S.ENDED:
        cases.withdraw(case_id=one.case_id, reason="不办了", by=cast.applicant, at=moment(1, 7))
        outbox.deliver(at=moment(1, 7))
    return one.case_id, one.id


# Who may do it in this state still needs what the act is about: a visit, a joint round, a lower body.
NEEDS_MORE = {Act.PLAN_VISIT, Act.MOVE_VISIT, Act.RECORD_FINDING, Act.EXTEND_ROUND, Act.FIRST_REVIEW}


class Undo(Exception):
    """Takes back what was tried."""


def tried(work: Callable[[Actor], object], by: Actor) -> Failure | None:
    """Return how an act was refused, None when it was done; either way nothing stays."""
    try:
        with transaction.atomic():
            work(by)
            raise Undo
    except Undo:
        return None
    except Failure as failure:
        return failure


@pytest.mark.law("branch-who-may")
@pytest.mark.parametrize("state", BranchState)
def test_every_act_by_everybody(cast: Cast, state: BranchState) -> None:
    case_id, one = in_state(cast, state)
    assert queries.get_branch(one, at=NOW).state is state
    people = PEOPLE | {
        APPLICANT: (cast.applicant, frozenset({Role.APPLICANT})),
        STRANGER: (cast.stranger, frozenset()),
    }
    wrong = []
    for act, work in calls(one, case_id).items():
        if act is Act.EXTEND_ROUND and state is S.WAITING:
            continue  # it is about the whole round, of which another branch is open
        for name, (by, roles) in people.items():
            failure = tried(work, by)
            allowed = life_cycle.can_act(act, state, roles)
            if failure is not None and not str(failure).endswith(("。", "）。")):
                wrong.append(f"{act} by {name}: no sentence: {failure}")
            if not allowed and failure is None:
                wrong.append(f"{act} by {name} was done")
            if allowed and act not in NEEDS_MORE and failure is not None:
                wrong.append(f"{act} by {name} was refused: {failure}")
            if not allowed and not isinstance(failure, NotAllowed | Conflict | NotFound | Invalid):
                wrong.append(f"{act} by {name}: {failure!r}")
            if name == STRANGER and not isinstance(failure, NotFound | NotAllowed | Conflict):
                wrong.append(f"{act} by {name}: {failure!r}")
    assert not wrong, "\n".join(wrong)


def test_acts_that_are_nobody_s_have_no_operation_for_people(cast: Cast) -> None:
    """Opening, silence and the end of a branch are the system's own: events and timers."""
    one = branch(accepted(cast, "silent"))
    with pytest.raises(NotAllowed):
        operations.grant_by_silence(branch_id=one.id, by=head("market"), at=MONDAY)
    tested = set(calls(one.id, one.case_id))
    assert set(Act) - tested == {Act.OPEN, Act.GRANT_BY_SILENCE, Act.END}
