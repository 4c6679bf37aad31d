"""How every act leaves its traces: rows locked, state moved on by the table, event, ledger, outbox, queue."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit, Procedure, Stop, Unit
from tongban.foundation.outbox.types import Event, Timer
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Actor
from tongban.services.approvals import models
from tongban.services.approvals.errors import BranchUnknown
from tongban.services.approvals.operations.sheet import Sheet
from tongban.services.approvals.rules import clocks, life_cycle
from tongban.services.approvals.standing import roles_of
from tongban.services.approvals.types import Act, BranchState, Role, Stage

LIMIT_TIMER = "approvals.limit"
JOINT_TIMER = "approvals.joint_limit"
OF_ROUND = "WHERE round_id = %s ORDER BY position"
ROUND_OF = "WHERE case_id = (SELECT round_id FROM approvals_branch WHERE id = %s) FOR UPDATE"
CLOCK = ("due_on", "statutory_on", "stopped_days", "is_provisional", "started_on")


def locked_round(case_id: uuid.UUID) -> models.Round:
    """Return the round of a case, locked until the transaction ends; raise BranchUnknown."""
    row = find_locked_round(case_id)
    if row is None:
        raise BranchUnknown
    return row


def find_locked_round(case_id: uuid.UUID) -> models.Round | None:
    """Return the round of a case, locked until the transaction ends, None if none was opened."""
    return statements.fetch_one(models.Round, "WHERE case_id = %s FOR UPDATE", [case_id])


def locked(branch_id: uuid.UUID) -> models.Branch:
    """Return a branch whose round is locked, and with it all branches of the case; raise BranchUnknown."""
    round_row = statements.fetch_one(models.Round, ROUND_OF, [branch_id])
    if round_row is None:
        raise BranchUnknown
    # Read after the lock was given, so that what another has just done is seen.
    (row,) = statements.fetch(models.Branch, "WHERE id = %s", [branch_id])
    row.round = round_row
    return row


def branches_of(row: models.Round) -> list[models.Branch]:
    """Return the branches of a locked round in their order."""
    found = statements.fetch(models.Branch, OF_ROUND, [row.case_id])
    for one in found:
        one.round = row
    return found


def entered(branch_id: uuid.UUID, act: Act, *, by: Actor, at: dt.datetime) -> tuple[models.Branch, Role]:
    """Return the locked branch and in which role the act is done; raise where the table does not allow it."""
    row = locked(branch_id)
    return row, check(row, act, by=by, at=at)


def check(row: models.Branch, act: Act, *, by: Actor, at: dt.datetime) -> Role:
    """Return in which role the act is done to a locked branch; raise NotAllowed or Conflict."""
    return life_cycle.check_act(act, BranchState(row.state), roles_of(by, row, at))


def note(
    row: models.Branch,
    act: Act,
    role: Role,
    *,
    by: Actor,
    at: dt.datetime,
    event: Event | None = None,
    detail: Mapping[str, Any] | None = None,
    changed: tuple[str, ...] = (),
    sheet: Sheet | None = None,
) -> None:
    """Move the branch on by the table and record the act: branch event, ledger, outbox, queue.

    It is written at once, or with the rest of the ``sheet`` of an act that does more.
    """
    own = sheet or Sheet(at)
    before = move(row, act)
    own.change(row, ("state", "events_count", *changed))
    add_event(row, act, role, before, by=by, detail=detail, sheet=own)
    if event is not None:
        own.tell(event)
    if sheet is None:
        own.write()


def move(row: models.Branch, act: Act) -> str:
    """Move the branch on by the table; return the state before."""
    before = BranchState(row.state)
    row.state = life_cycle.next_state(act, before).value
    row.events_count += 1
    return before.value


def add_event(
    row: models.Branch, act: Act, role: Role, before: str, *, by: Actor, detail: Mapping[str, Any] | None = None,
    sheet: Sheet,
) -> None:  # fmt: skip
    """Add an act to the branch's own history and to the ledger."""
    sheet.add(models.Event(
        branch_id=row.id, number=row.events_count, act=act.value, before=before, after=row.state, at=sheet.at,
        by_kind=by.kind, by_id=by.id, by_name=by.name, role=role.value, detail=dict(detail or {}),
    ))  # fmt: skip
    sheet.record(row, act.value, by, detail or {})


def stops_of(row: models.Branch) -> tuple[Stop, ...]:
    """Return the stops of a branch; each has its written notice, or it would not be there."""
    rows = models.Stop.objects.filter(branch_id=row.id).order_by("first_on")
    return tuple(Stop(one.first_on, one.last_on, Procedure(one.procedure)) for one in rows)


def limits_of(row: models.Branch) -> tuple[Limit, Limit]:
    """Return the promised and the statutory limit of a branch; of a first review the 20 days of art. 43."""
    if row.stage == Stage.FIRST.value:
        return clocks.FIRST_REVIEW, clocks.FIRST_REVIEW
    return (
        Limit(row.promised_days, _unit(row.promised_calendar)),
        Limit(row.statutory_days, _unit(row.statutory_calendar)),
    )


def _unit(is_calendar: bool) -> Unit:
    return Unit.DAYS if is_calendar else Unit.WORKING_DAYS


def wind(
    row: models.Branch,
    sheet: Sheet,
    *,
    calendar: Calendar | None = None,
    stops: tuple[Stop, ...] | None = None,
) -> None:
    """Set the last days of a branch anew, and its timer. Before its opening there is nothing to count."""
    if row.started_on is None:
        return
    promised, statutory = limits_of(row)
    own = stops_of(row) if stops is None else stops
    clock = clocks.Clock(row.started_on, promised, statutory, own, row.extended_days)
    dues = clocks.dues(calendar or calendars.current_calendar(), clock)
    row.due_on, row.statutory_on = dues.due_on, dues.statutory_on
    row.stopped_days, row.is_provisional = dues.stopped_days, dues.is_provisional
    if any(stop.last is None for stop in own):
        row.due_on = row.statutory_on = None
        sheet.call_off(timer_key(row.id))
    else:
        set_timer(row, row.due_on, sheet)


def set_timer(row: models.Branch, on: dt.date | None, sheet: Sheet) -> None:
    """Have the end of a limit noticed."""
    if on is not None:
        payload = {"branch": str(row.id), "on": on.isoformat()}
        sheet.set_timer(Timer(timer_key(row.id), LIMIT_TIMER, clocks.end_of(on), payload))


def wind_round(row: models.Round, sheet: Sheet) -> None:
    """Set the last day of joint handling anew, and its timer (行政许可法 42)."""
    if not row.is_joint:
        return
    stops = [
        Stop(one.first_on, one.last_on, Procedure(one.procedure))
        for one in models.Stop.objects.filter(branch__round_id=row.case_id)
    ]
    calendar = calendars.current_calendar()
    row.joint_due_on = clocks.joint_due(calendar, row.accepted_on, stops, is_extended=bool(row.extended_days))
    sheet.change(row, ["joint_due_on"])
    key = joint_timer_key(row.case_id)
    if row.joint_due_on is None:
        sheet.call_off(key)
    else:
        payload = {"case": str(row.case_id), "on": row.joint_due_on.isoformat()}
        sheet.set_timer(Timer(key, JOINT_TIMER, clocks.end_of(row.joint_due_on), payload))


def timer_key(branch_id: uuid.UUID) -> str:
    """Return the key of the timer of a branch's limit."""
    return f"branch:{branch_id}:limit"


def joint_timer_key(case_id: uuid.UUID) -> str:
    """Return the key of the timer of the joint limit."""
    return f"case:{case_id}:joint"


def iso(day: dt.date | None) -> str:
    """Return a day as events and details carry it; nothing for none."""
    return day.isoformat() if day else ""


def about(row: models.Branch) -> dict[str, str]:
    """Return what every event of a branch says."""
    return {
        "case_id": str(row.round_id),
        "branch_id": str(row.id),
        "item": row.item,
        "department": row.department,
    }
