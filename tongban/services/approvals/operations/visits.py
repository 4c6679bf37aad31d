"""The joint visit: planned once for all who share it, moved, and what each department found (行政许可法 26、34)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction

from tongban.foundation.government import queries as government
from tongban.foundation.identity import queries as identity
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.types import Actor
from tongban.services.approvals import models
from tongban.services.approvals.errors import BranchUnknown, VisitPlannedAlready, VisitUnknown
from tongban.services.approvals.events import VisitHeld, VisitPlanned
from tongban.services.approvals.operations.recording import locked_round, note
from tongban.services.approvals.rules import clocks, decisions, life_cycle
from tongban.services.approvals.standing import roles_of, roles_of_staff
from tongban.services.approvals.types import APPLICANT, FINAL, Act, BranchState, Member, Role

CLOSED = [state.value for state in FINAL]
MSG_NOBODY = N_("还没有选去踏勘的人：每个部门至少两人（行政许可法第三十四条）。")
MSG_FOUND_ONCE = N_("这个部门的踏勘结果已经写过。")
MSG_NOT_YET = N_("踏勘还没有开始，不能写结果。")
MSG_HELD = N_("踏勘已经进行过，不能再改时间。")
MSG_NOT_VISITED = N_("“{item}”不需要现场核查。")
MSG_NOT_THERE = N_("{name}不在这个部门的现场核查岗位上。")


@transaction.atomic
def plan_visit(
    *,
    case_id: uuid.UUID,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    place: str,
    members: Sequence[Member],
    prepare: str = "",
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Plan one visit for all departments that share it; return its id. The applicant is told once.

    Raises Conflict when a member is missing or a visit is planned already, Invalid for fewer than two people.
    """
    if not members:
        raise Invalid("visit-nobody", MSG_NOBODY)
    locked_round(case_id)
    rows = _rows(case_id)
    chosen = [_branch(rows, member.branch_id) for member in members]
    role = _check_any(chosen, Act.PLAN_VISIT, by, at)
    _check_time(starts_at, ends_at, place, at)
    decisions.check_all_members(one.item_name for one in _missing(rows, chosen))
    for member, row in zip(members, chosen, strict=True):
        _check_member(row, member, at)
    visit = models.Visit.objects.create(
        round_id=case_id,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        prepare=prepare[:1000],
        planned_at=at,
    )
    _add_members(visit, members)
    _tell(visit, chosen, Act.PLAN_VISIT, role, by=by, at=at)
    return visit.id


def _rows(case_id: uuid.UUID) -> list[models.Branch]:
    return list(
        models.Branch.objects.select_for_update(of=("self",))
        .select_related("round")
        .filter(round_id=case_id)
        .order_by("position")
    )


def _branch(rows: Iterable[models.Branch], branch_id: uuid.UUID) -> models.Branch:
    for row in rows:
        if row.id == branch_id:
            return row
    raise BranchUnknown


def _missing(rows: Iterable[models.Branch], chosen: Sequence[models.Branch]) -> list[models.Branch]:
    """Return who shares a visit with the chosen ones and is not among them; who is done needs none."""
    if not any(row.shares_visit for row in chosen):
        return []
    return [row for row in rows if row.shares_visit and row.state not in CLOSED and row not in chosen]


def _check_any(rows: Sequence[models.Branch], act: Act, by: Actor, at: dt.datetime) -> Role:
    """Return the role in which one plans for all: whoever may for one of the members, in a state where all can."""
    if not rows:
        raise VisitUnknown
    roles = frozenset().union(*(roles_of(by, row, at) for row in rows))
    found = [life_cycle.check_act(act, BranchState(row.state), roles) for row in rows]
    return found[0]


def _check_time(starts_at: dt.datetime, ends_at: dt.datetime, place: str, at: dt.datetime) -> None:
    same_day = clocks.day_of(starts_at) == clocks.day_of(ends_at)
    decisions.check_visit_time(starts=starts_at, ends=ends_at, now=at, same_day=same_day, place=place)


def _check_member(row: models.Branch, member: Member, at: dt.datetime) -> None:
    if not row.needs_visit:
        raise Conflict("visit-not-needed", MSG_NOT_VISITED, item=row.item_name)
    decisions.check_people(government.get_department(row.department).short, member.people)
    for code in member.people:
        person = identity.staff_access(code, at=at)
        if Role.VISITOR not in roles_of_staff(person, row):
            raise NotAllowed("visit-not-their-post", MSG_NOT_THERE, name=person.name)


def _add_members(visit: models.Visit, members: Sequence[Member]) -> None:
    rows = [
        models.VisitMember(visit=visit, branch_id=one.branch_id, people=list(dict.fromkeys(one.people)))
        for one in members
    ]
    try:
        with transaction.atomic():
            models.VisitMember.objects.bulk_create(rows)
    except IntegrityError as error:
        if "visit_planned_once" in str(error):
            raise VisitPlannedAlready from error
        raise


def _tell(
    visit: models.Visit, rows: Sequence[models.Branch], act: Act, role: Role, *, by: Actor, at: dt.datetime
) -> None:
    starts = visit.starts_at.isoformat()
    for row in rows:
        note(row, act, role, by=by, at=at, detail={"visit": str(visit.id), "starts_at": starts})
    branches = tuple(str(row.id) for row in rows)
    is_moved = act is Act.MOVE_VISIT
    event = VisitPlanned(str(visit.round_id), str(visit.id), starts, visit.place, branches, is_moved)
    outbox.publish(event, at=at)


@transaction.atomic
def move_visit(
    *,
    visit_id: uuid.UUID,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str = "",
    by: Actor,
    at: dt.datetime,
) -> None:
    """Move a visit for all. Days that the applicant's wish adds stand under the applicant's name."""
    visit = models.Visit.objects.filter(id=visit_id, cancelled_at__isnull=True).first()
    if visit is None:
        raise VisitUnknown
    locked_round(visit.round_id)
    members = set(visit.members.values_list("branch_id", flat=True))
    rows = [row for row in _rows(visit.round_id) if row.id in members and row.state not in CLOSED]
    role = _check_any(rows, Act.MOVE_VISIT, by, at)
    _check_time(starts_at, ends_at, visit.place, at)
    if visit.members.filter(found_at__isnull=False).exists() or at >= visit.ends_at:
        raise Conflict("visit-held", MSG_HELD)
    wish = APPLICANT if role is Role.APPLICANT else "office"
    before, after = clocks.day_of(visit.starts_at), clocks.day_of(starts_at)
    move = {"from": before.isoformat(), "to": after.isoformat(), "by": wish, "reason": reason[:300]}
    visit.moves = [*visit.moves, move]
    visit.starts_at, visit.ends_at = starts_at, ends_at
    visit.save(update_fields=["moves", "starts_at", "ends_at"])
    _tell(visit, rows, Act.MOVE_VISIT, role, by=by, at=at)


@transaction.atomic
def record_finding(*, branch_id: uuid.UUID, passes: bool, text: str, by: Actor, at: dt.datetime) -> None:
    """Write what a department found on the spot, once."""
    found = (
        models.VisitMember.objects.filter(branch_id=branch_id)
        .values_list("visit__round_id", flat=True)
        .first()
    )
    if found is None:
        raise VisitUnknown
    locked_round(found)
    row = _branch(_rows(found), branch_id)
    role = life_cycle.check_act(Act.RECORD_FINDING, BranchState(row.state), roles_of(by, row, at))
    member = models.VisitMember.objects.select_related("visit").get(branch_id=branch_id)
    decisions.check_finding(text)
    if member.found_at is not None:
        raise Conflict("visit-found-once", MSG_FOUND_ONCE)
    if at < member.visit.starts_at:
        raise Conflict("visit-not-yet", MSG_NOT_YET)
    member.passes, member.finding = passes, text.strip()
    member.found_by, member.found_by_name, member.found_at = by.id, by.name, at
    member.save(update_fields=["passes", "finding", "found_by", "found_by_name", "found_at"])
    detail = {"visit": str(member.visit_id), "passes": passes}
    note(row, Act.RECORD_FINDING, role, by=by, at=at, detail=detail)
    if not member.visit.members.filter(found_at__isnull=True).exists():
        models.Visit.objects.filter(id=member.visit_id).update(held_at=at)
        outbox.publish(VisitHeld(str(found), str(member.visit_id)), at=at)
