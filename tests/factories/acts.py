"""How each act of approvals is done to a branch: what matrix and machine try with everybody, at any time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from tongban.foundation.calendars.types import Procedure
from tongban.kernel.types import Actor
from tongban.services.approvals import models, operations
from tongban.services.approvals.types import Act, Change, Fault, Lapse, Member, Outcome, Stance


def calls(one: uuid.UUID, case_id: uuid.UUID, *, now: dt.datetime) -> dict[Act, Callable[[Actor], object]]:
    """Return how each act is done to a branch, as itself and in its own department; what it says is right."""
    at: dict[str, Any] = {"at": now}
    row = models.Branch.objects.get(id=one)
    here = row.department
    visit = models.Visit.objects.filter(round_id=case_id).values_list("id", flat=True).first() or uuid.uuid4()
    day = now.replace(hour=9) + dt.timedelta(days=4)
    later: dict[str, Any] = {"starts_at": day, "ends_at": day + dt.timedelta(hours=2)}
    paper: dict[str, Any] = {"licences": ["L-1"]}
    round_rows = models.Branch.objects.filter(round_id=case_id, closed_at=None).order_by("position")
    together = [each for each in round_rows if each.shares_visit] if row.shares_visit else [row]
    people = [Member(each.id, (f"{each.department}-1", f"{each.department}-2")) for each in together]
    return {
        Act.TAKE: lambda by: operations.take(branch_id=one, by=by, **at),
        Act.ASSIGN: lambda by: operations.assign(branch_id=one, to=f"{here}-2", by=by, **at),
        Act.HAND_OVER: lambda by: operations.hand_over(
            branch_id=one, to=f"{here}-2", reason="回避制度", by=by, **at
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
        Act.RETRACT: lambda by: operations.retract(
            branch_id=one,
            change=Change.LAW,
            reasons="依据的办法已经废止",
            compensation="退还规费",
            by=by,
            **paper,
            **at,
        ),
        Act.CANCEL: lambda by: operations.cancel(
            branch_id=one, lapse=Lapse.EXPIRED, reasons="到期没有延续", by=by, **paper, **at
        ),
    }
