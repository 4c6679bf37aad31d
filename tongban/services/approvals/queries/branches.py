"""Branches of a case, its visit, whose days, what somebody may do."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor
from tongban.services.approvals import models
from tongban.services.approvals.errors import BranchUnknown
from tongban.services.approvals.queries import records
from tongban.services.approvals.rules import access, life_cycle
from tongban.services.approvals.rules import days as whose
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.rules.lights import WorkingDays
from tongban.services.approvals.standing import roles_of
from tongban.services.approvals.types import (
    Account,
    Act,
    Branch,
    BranchEvent,
    BranchState,
    Choice,
    Role,
    Round,
    Visit,
    Written,
)

# What the system does by itself is no button.
OWN_ACTS = (Act.OPEN, Act.GRANT_BY_SILENCE, Act.END)


def branches(case_id: uuid.UUID, *, at: dt.datetime | None = None) -> tuple[Branch, ...]:
    """Return the branches of a case in their order; none before it is accepted (one statement)."""
    return _all(records.read(case_id), at)


def get_branch(branch_id: uuid.UUID, *, at: dt.datetime | None = None) -> Branch:
    """Return a branch; raise BranchUnknown."""
    case_id = models.Branch.objects.filter(id=branch_id).values_list("round_id", flat=True).first()
    found = branches(case_id, at=at) if case_id else ()
    for branch in found:
        if branch.id == branch_id:
            return branch
    raise BranchUnknown


def find_round(case_id: uuid.UUID, *, at: dt.datetime | None = None) -> Round | None:
    """Return all there is to know of how a case is handled, None before it is accepted (one statement)."""
    rows = records.read(case_id)
    if not rows.branches:
        return None
    row = rows.branches[0].round
    visits = _visits(rows)
    return Round(
        case_id=case_id,
        is_joint=row.is_joint,
        accepted_on=row.accepted_on,
        joint_due_on=row.joint_due_on,
        extension=records.extension(row),
        branches=_all(rows, at),
        visit=visits[0] if visits else None,
        account=_account(rows, at),
        letters=tuple(records.written(one) for one in rows.letters),
        events={id: tuple(records.event(one) for one in some) for id, some in rows.events.items()},
    )


def account(case_id: uuid.UUID, *, at: dt.datetime | None = None) -> Account:
    """Return under whose name each working day of a case stands; raise BranchUnknown before it is accepted."""
    rows = records.read(case_id)
    if not rows.branches:
        raise BranchUnknown
    return _account(rows, at)


def visit(case_id: uuid.UUID) -> Visit | None:
    """Return the visit of a case, the earliest if departments that share none made their own."""
    found = visits(case_id)
    return found[0] if found else None


def visits(case_id: uuid.UUID) -> tuple[Visit, ...]:
    """Return the visits of a case, earliest first."""
    return _visits(records.read(case_id))


def events(branch_id: uuid.UUID) -> tuple[BranchEvent, ...]:
    """Return the acts of a branch in their order."""
    rows = models.Event.objects.filter(branch_id=branch_id).order_by("number")
    return tuple(records.event(row) for row in rows)


def letters(case_id: uuid.UUID) -> tuple[Written, ...]:
    """Return everything departments have told in writing about a case, in order."""
    rows = models.Letter.objects.filter(branch__round_id=case_id).order_by("at", "id")
    return tuple(records.written(row) for row in rows)


def roles(branch_id: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> frozenset[Role]:
    """Return in which roles somebody meets a branch; raise BranchUnknown."""
    return roles_of(by, _row(branch_id), at or clock.now())


def choices(branch_id: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> tuple[Choice, ...]:
    """Return every act as a button: possible for somebody now, or why not in the rule's own sentence."""
    row = _row(branch_id)
    return _choices(BranchState(row.state), roles_of(by, row, at or clock.now()))


def choices_of(branch: Branch, person: StaffAccess) -> tuple[Choice, ...]:
    """Return every act of a branch that was read already, as buttons for a member of staff (no statement)."""
    held = access.roles(person, branch.department, branch.stage, branch.first_department, branch.district)
    return _choices(branch.state, held)


def _choices(state: BranchState, held: frozenset[Role]) -> tuple[Choice, ...]:
    return tuple(_choice(act, state, held) for act in Act if act not in OWN_ACTS)


def _choice(act: Act, state: BranchState, held: frozenset[Role]) -> Choice:
    try:
        life_cycle.check_act(act, state, held)
    except Failure as failure:
        return Choice(act, False, failure.sentence, failure.values)
    return Choice(act, True)


def _row(branch_id: uuid.UUID) -> models.Branch:
    row = models.Branch.objects.select_related("round").filter(id=branch_id).first()
    if row is None:
        raise BranchUnknown
    return row


def _all(rows: records.Rows, at: dt.datetime | None) -> tuple[Branch, ...]:
    if not rows.branches:
        return ()
    days, lived = _days(at), records.lives(rows)
    return tuple(records.branch(row, rows, lived, days) for row in rows.branches)


def _account(rows: records.Rows, at: dt.datetime | None) -> Account:
    row, days = rows.branches[0].round, _days(at)
    until = min(days.today, day_of(row.closed_at)) if row.closed_at else days.today
    return whose.account(days.calendar, row.accepted_on, until, records.lives(rows))


def _days(at: dt.datetime | None) -> WorkingDays:
    return WorkingDays(calendars.current_calendar(), day_of(at or clock.now()))


def _visits(rows: records.Rows) -> tuple[Visit, ...]:
    return tuple(records.visit(row, rows.members[row.id]) for row in rows.visits)
