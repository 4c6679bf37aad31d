"""Cases that wait for a clerk, as lines of the same queue as the branches that wait for a reviewer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

from django.db import transaction

from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import operations as writing
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models
from tongban.services.approvals.operations.sheet import END_OF_TIME
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.types import WorkKind
from tongban.services.approvals.unsealing import name_index
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case, CaseState, MaterialState

KINDS = {CaseState.RECEIVED: WorkKind.ACCEPT, CaseState.SUPPLEMENT: WorkKind.SUPPLEMENT}
COMPLETENESS_DAYS = 5
DROP = "DELETE FROM approvals_work WHERE id = %s AND branch_id IS NULL"


@transaction.atomic(savepoint=False)
def keep_intake(*, case_id: uuid.UUID, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """Bring the line of a case that waits for a clerk up to date, whatever has happened to it meanwhile."""
    if cases.headline(case_id).state not in KINDS:
        drop_intake(case_id)
        return
    case = cases.get_case(case_id, by=by, at=at)
    if case.state not in KINDS:  # it went on between the two
        drop_intake(case_id)
        return
    fields = _line(case, KINDS[case.state])
    row = models.Work(id=case_id, **fields)
    models.Work.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    )


def drop_intake(case_id: uuid.UUID) -> None:
    """Take the line away: nothing waits for a clerk any more."""
    writing.run_together(dropping_intake(case_id))


def dropping_intake(case_id: uuid.UUID) -> list[writing.Part]:
    """Return what takes the line away as parts of a statement."""
    return [writing.Part(DROP, [case_id])]


def _line(case: Case, kind: WorkKind) -> dict[str, Any]:
    states = Counter(one.state for one in case.materials)
    is_due = kind is WorkKind.ACCEPT and case.completeness_due is not None
    return {
        "case_id": case.id,
        "kind": kind.value,
        "department": case.departments[0],
        "district": case.district,
        "queue_on": case.completeness_due if is_due else END_OF_TIME,
        "opened_on": day_of(case.received_at) if case.received_at else None,
        "allowed_days": COMPLETENESS_DAYS,
        "item": case.items[0] if len(case.items) == 1 else "",
        "item_name": case.service_name,
        "service": case.service.id,
        "service_name": case.service_name,
        "number": case.number or "",
        "applicant": shown_name(case),
        "applicant_index": name_index(case.applicant_name),
        "is_immediate": case.immediate,
        "papers": len(case.materials),
        "papers_exempt": states[MaterialState.EXEMPT],
        "papers_missing": states[MaterialState.MISSING] + states[MaterialState.LATER],
    }


def shown_name(case: Case) -> str:
    """Return the applicant's name as lists show it: a person's masked; a company's is public."""
    if case.applicant.kind == "person":
        return identity.get_person(case.applicant.id).masked_name
    return case.applicant_name
