"""At the desk: take, assign, hand over, write an opinion, review first."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.identity import queries as identity
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.law import law
from tongban.kernel.types import Actor
from tongban.services.approvals import models
from tongban.services.approvals.operations.recording import CLOCK, entered, iso, note, wind
from tongban.services.approvals.operations.sheet import Sheet
from tongban.services.approvals.rules import access, clocks, decisions
from tongban.services.approvals.types import Act, Stage, Stance

MSG_TAKEN = N_("这件已经由{name}领办；需要换人的，请转办或者由负责人分派。")
MSG_NOT_YOURS = N_("这件由{name}办理，只能由本人、顶岗的人或者负责人转办。")
MSG_SAME = N_("这件已经在{name}手上。")


@transaction.atomic
def take(*, branch_id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Take a branch that nobody has, or that somebody has for whom one stands in."""
    row, role = entered(branch_id, Act.TAKE, by=by, at=at)
    person = identity.staff_access(by.id, at=at)
    if row.assignee and row.assignee not in (by.id, *person.stands_in_for):
        raise Conflict("branch-taken", MSG_TAKEN, name=_name(row.assignee, at))
    access.check_can_handle(person, _department(row), row.round.district)
    row.assignee = by.id
    note(row, Act.TAKE, role, by=by, at=at, changed=("assignee",))


@transaction.atomic
def assign(*, branch_id: uuid.UUID, to: str, by: Actor, at: dt.datetime) -> None:
    """Give a branch to a member of the department's staff."""
    row, role = entered(branch_id, Act.ASSIGN, by=by, at=at)
    _give(row, to, at)
    note(row, Act.ASSIGN, role, by=by, at=at, detail={"to": to}, changed=("assignee",))
    models.Work.objects.filter(id=row.id).update(handed_by=by.id)


@transaction.atomic
def hand_over(*, branch_id: uuid.UUID, to: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Hand one's own branch to a colleague, with a reason."""
    row, role = entered(branch_id, Act.HAND_OVER, by=by, at=at)
    person = identity.staff_access(by.id, at=at)
    if row.assignee and row.assignee not in (by.id, *person.stands_in_for):
        raise Conflict("branch-not-in-your-hands", MSG_NOT_YOURS, name=_name(row.assignee, at))
    decisions.check_grounds(reason)
    _give(row, to, at)
    detail = {"to": to, "reason": reason[:1000]}
    note(row, Act.HAND_OVER, role, by=by, at=at, detail=detail, changed=("assignee",))
    models.Work.objects.filter(id=row.id).update(handed_by=by.id)


def _give(row: models.Branch, to: str, at: dt.datetime) -> None:
    person = identity.staff_access(to, at=at)
    access.check_can_handle(person, _department(row), row.round.district)
    if row.assignee == to:
        raise Conflict("branch-already-theirs", MSG_SAME, name=person.name)
    row.assignee = to


def _department(row: models.Branch) -> str:
    return row.first_department if row.stage == Stage.FIRST.value else row.department


def _name(code: str, at: dt.datetime) -> str:
    return identity.staff_access(code, at=at).name


@transaction.atomic
def give_opinion(
    *, branch_id: uuid.UUID, stance: Stance, grounds: str, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Write what one proposes and on what grounds; return the opinion's id. Earlier opinions stay."""
    row, role = entered(branch_id, Act.GIVE_OPINION, by=by, at=at)
    decisions.check_grounds(grounds)
    opinion = _opinion(row, stance, grounds, by, at)
    row.has_opinion = True
    row.assignee = row.assignee or by.id
    detail = {"stance": stance.value, "opinion": str(opinion.id)}
    note(row, Act.GIVE_OPINION, role, by=by, at=at, detail=detail, changed=("has_opinion", "assignee"))
    return opinion.id


@law("first-review", basis="行政许可法 35、43", says="A lower body reviews within 20 working days and sends its opinion with "
     "everything to the one that decides, whose own limit runs from then")  # fmt: skip
@transaction.atomic
def first_review(*, branch_id: uuid.UUID, stance: Stance, grounds: str, by: Actor, at: dt.datetime) -> None:
    """Send the lower body's opinion up; the deciding body's limit counts from today."""
    row, role = entered(branch_id, Act.FIRST_REVIEW, by=by, at=at)
    decisions.check_grounds(grounds)
    _opinion(row, stance, grounds, by, at)
    row.stage, row.assignee = Stage.MAIN.value, ""
    row.started_on = clocks.day_of(at)
    sheet = Sheet(at)
    wind(row, sheet)
    detail = {"stance": stance.value, "due_on": iso(row.due_on)}
    changed = ("stage", "assignee", *CLOCK)
    note(row, Act.FIRST_REVIEW, role, by=by, at=at, detail=detail, changed=changed, sheet=sheet)
    sheet.write()


def _opinion(row: models.Branch, stance: Stance, grounds: str, by: Actor, at: dt.datetime) -> models.Opinion:
    return models.Opinion.objects.create(
        branch_id=row.id, stage=row.stage, stance=stance.value, grounds=grounds.strip(), by_id=by.id,
        by_name=by.name, at=at,
    )  # fmt: skip
