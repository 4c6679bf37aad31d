"""Later acts: a demand that comes too late, a correction, withdrawal, death, the decision, the close."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models
from tongban.services.cases.events import (
    BreachRecorded,
    CaseClosed,
    CaseCorrected,
    CaseDecided,
    CaseTerminated,
    CaseWithdrawn,
)
from tongban.services.cases.operations.forms import form_of, locked_form, write_form
from tongban.services.cases.operations.recording import locked, note, opened, timer_key
from tongban.services.cases.operations.refiling import file_again
from tongban.services.cases.operations.writing import write
from tongban.services.cases.queries.records import materials as materials_of
from tongban.services.cases.rules import acceptance, check_act, form, letters
from tongban.services.cases.standing import standing_of
from tongban.services.cases.types import Act, CaseState, Ending, FieldValue, Letter, MaterialState, Role
from tongban.services.catalogue import queries as catalogue
from tongban.services.obtaining import operations as obtaining

LATER_DEMAND = "later_demand"
LATER_DEMAND_LAW = "行政许可法 32、72(四)"
PROMISED = f"SELECT 1 FROM cases_material WHERE case_id = %s AND state = '{MaterialState.LATER}' LIMIT 1"  # noqa: S608 - ours
MSG_WRONG_ENDING = N_("申请人是个人的，不会“终止”；是单位的，不会“死亡”。")


@law("case-later-demand", basis="行政许可法 32、72(四)", says="A demand after the one notice is possible only as a "
     "breach on record that goes to supervision; the limit runs on")  # fmt: skip
@transaction.atomic
def demand_later(
    *, case_id: uuid.UUID, what: str, reason: str, item: str = "", by: Actor, at: datetime
) -> uuid.UUID:
    """Demand something after the one notice: told in writing, recorded as a breach; return the breach's id."""
    row, role, _ = opened(case_id, Act.DEMAND_LATER, by=by, at=at)
    acceptance.check_reason(what)
    acceptance.check_reason(reason)
    breach = models.Breach.objects.create(
        case_id=row.id, kind=LATER_DEMAND, what=what, reason=reason, law=LATER_DEMAND_LAW, at=at,
        by_kind=by.kind, by_id=by.id, by_name=by.name,
    )  # fmt: skip
    paper = write(row, Letter.DEMAND, letters.demand(row.service_name, what, reason), by=by, at=at)
    event = BreachRecorded(str(row.id), LATER_DEMAND, str(breach.id))
    detail = {"breach": str(breach.id), "letter": paper.number, "item": item}
    note(row, Act.DEMAND_LATER, role, by=by, at=at, event=event, detail=detail)
    return breach.id


@law("case-correct-on-the-spot", basis="行政许可法 32(三)", says="What can be corrected on the spot may be, "
     "without a notice")  # fmt: skip
@transaction.atomic
def correct(*, case_id: uuid.UUID, values: Mapping[str, Any], reason: str, by: Actor, at: datetime) -> str:
    """Put fields of the filing right, and return the digest of the new one; the old one is kept.

    The party may before acceptance (行政许可法 32(三)); afterwards the office, clerical errors, with a reason.
    """
    row, role, standing = opened(case_id, Act.CORRECT, by=by, at=at)
    acceptance.check_reason(reason)
    kept, fields = locked_form(row)
    form.check_values(form_of(row), fields if standing.is_party else {}, values, catalogue.elements)
    corrected = _corrected(fields, values, role, kept.version + 1)
    write_form(kept, corrected, at)
    facts = file_again(row, corrected, materials_of(row.id), at=at)
    detail = {"fields": sorted(values), "reason": reason}
    event = CaseCorrected(str(row.id))
    note(row, Act.CORRECT, role, by=by, at=at, event=event, facts=facts, detail=detail)
    return facts


def _corrected(
    fields: dict[str, FieldValue], values: Mapping[str, Any], role: Role, version: int
) -> dict[str, FieldValue]:
    if role in (Role.APPLICANT, Role.AGENT):
        return form.merge(fields, values, version)
    return fields | {
        code: FieldValue(value, f"office:{role.value}", False, version) for code, value in values.items()
    }


@law("case-withdraw", basis="行政许可法 29、31（申请是申请人自己的意思；类推）", says="The applicant may take the "
     "application back until it is decided")  # fmt: skip
@transaction.atomic
def withdraw(*, case_id: uuid.UUID, reason: str = "", by: Actor, at: datetime) -> None:
    """Take the application back; open branches end with it."""
    row, role, _ = opened(case_id, Act.WITHDRAW, by=by, at=at)
    _end(row, by, at)
    event = CaseWithdrawn(str(row.id)) if row.number else None
    note(
        row,
        Act.WITHDRAW,
        role,
        by=by,
        at=at,
        event=event,
        detail={"reason": reason[:1000]},
        changed=("closed_at",),
    )


@law("case-terminate", basis="行政许可法 70(二)(三)（类推）；民法典 13、59", says="A case ends, in writing, with the "
     "death of the person or the dissolution of the organisation that applied")  # fmt: skip
@transaction.atomic
def terminate(*, case_id: uuid.UUID, ending: Ending, reason: str, by: Actor, at: datetime) -> None:
    """End a case without a decision, because there is nobody left to decide for."""
    row, role, _ = opened(case_id, Act.TERMINATE, by=by, at=at)
    acceptance.check_reason(reason)
    impossible = {("person", Ending.DISSOLUTION), ("company", Ending.DEATH)}
    if (row.applicant_kind, ending) in impossible:
        raise Conflict("case-wrong-ending", MSG_WRONG_ENDING)
    if row.number:
        write(row, Letter.TERMINATION, letters.termination(row.service_name, ending, reason), by=by, at=at)
    _end(row, by, at)
    row.outcome = ending.value
    event = CaseTerminated(str(row.id), ending.value)
    changed = ("closed_at", "outcome")
    note(
        row,
        Act.TERMINATE,
        role,
        by=by,
        at=at,
        event=event,
        detail={"ending": ending.value, "reason": reason},
        changed=changed,
    )


def _end(row: models.Case, by: Actor, at: datetime) -> None:
    row.closed_at = at
    if row.state == "received":
        outbox.cancel(timer_key(row.id))
    obtaining.stop(subject=Subject("case", str(row.id)), forgetting=row.number is None, by=by, at=at)


@transaction.atomic(savepoint=False)
def record_decided(*, case_id: uuid.UUID, outcome: str, by: Actor, at: datetime) -> None:
    """Record that all departments have decided: ``granted``, ``refused`` or ``partly``."""
    row, role, _ = opened(case_id, Act.RECORD_DECIDED, by=by, at=at)
    row.decided_at, row.outcome = at, outcome
    event = CaseDecided(str(row.id), outcome, row.service_kind)
    note(
        row,
        Act.RECORD_DECIDED,
        role,
        by=by,
        at=at,
        event=event,
        detail={"outcome": outcome},
        changed=("decided_at", "outcome"),
    )


@transaction.atomic
def close(*, case_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Close a decided case: everything is handed over."""
    _close(locked(case_id), by, at)


@transaction.atomic(savepoint=False)
def close_if_complete(*, case_id: uuid.UUID, by: Actor, at: datetime) -> bool:
    """Close a decided case unless a promised paper has not come in; return whether it was closed."""
    row = locked(case_id)
    if row.state != CaseState.DECIDED or statements.one(PROMISED, [case_id]):
        return False
    _close(row, by, at)
    return True


def _close(row: models.Case, by: Actor, at: datetime) -> None:
    role = check_act(Act.CLOSE, CaseState(row.state), standing_of(by, row, at).roles)
    row.closed_at = at
    note(row, Act.CLOSE, role, by=by, at=at, event=CaseClosed(str(row.id)), changed=("closed_at",))
