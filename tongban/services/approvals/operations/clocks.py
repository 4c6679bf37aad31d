"""Clocks: stop for a special procedure, run again, extend; what a timer finds when a limit has ended."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models
from tongban.services.approvals.events import ClockResumed, ClockStopped, LimitExtended, LimitMissed
from tongban.services.approvals.operations.deciding import grant_by_silence
from tongban.services.approvals.operations.recording import (
    CLOCK,
    about,
    check,
    entered,
    iso,
    locked,
    locked_round,
    note,
    set_timer,
    wind,
    wind_round,
)
from tongban.services.approvals.operations.sheet import Sheet
from tongban.services.approvals.operations.writing import write
from tongban.services.approvals.rules import clocks, letters
from tongban.services.approvals.types import Act, BranchState, Stage

MSG_NOT_JOINT = N_("只有一个部门办理的，没有联合办理期限。")
MSG_NOTHING_OPEN = N_("没有正在办理的事项，不用延长。")
EXTENSION_FIELDS = ("extended_days", "extended_reason", "extended_by", "extended_by_name", "extended_at")


@transaction.atomic
def stop(
    *,
    branch_id: uuid.UUID,
    procedure: Procedure,
    expected_days: int,
    reason: str,
    hearing_on: dt.date | None = None,
    chair: str = "",
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Stop the clock for a special procedure from today, by a sealed notice that says how long; return the stop.

    Raises Invalid for a notice that does not say how long or why, or a hearing that is too soon
    (行政许可法 45、48).
    """
    row, role = entered(branch_id, Act.STOP, by=by, at=at)
    clocks.check_may_stop(expected_days=expected_days, reason=reason)
    today = clocks.day_of(at)
    reviewers = {row.assignee, *row.opinions.values_list("by_id", flat=True), by.id} - {""}
    clocks.check_hearing(
        calendars.current_calendar(),
        procedure=procedure,
        today=today,
        on=hearing_on,
        chair=chair,
        reviewers=reviewers,
    )
    body = letters.stop(row.item_name, procedure, today, expected_days, reason, hearing_on)
    letter = write(row, letters.Kind.STOP, body, by=by, at=at)
    try:
        with transaction.atomic():
            stopped = models.Stop.objects.create(
                branch_id=row.id, procedure=procedure.value, reason=reason[:1000], first_on=today, letter=letter,
                expected_days=expected_days, hearing_on=hearing_on, chair=chair,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("branch-stopped-once", N_("这条线已经停钟。")) from error
    sheet = Sheet(at)
    wind(row, sheet)
    event = ClockStopped(
        **about(row), procedure=procedure.value, expected_days=expected_days, stop_id=str(stopped.id)
    )
    detail = {"procedure": procedure.value, "expected_days": expected_days, "notice": letter.number}
    note(row, Act.STOP, role, by=by, at=at, event=event, detail=detail, changed=CLOCK, sheet=sheet)
    wind_round(row.round, sheet)
    sheet.write()
    return stopped.id


@transaction.atomic
def resume(
    *, branch_id: uuid.UUID, last_on: dt.date | None = None, by: Actor, at: dt.datetime
) -> dt.date | None:
    """Let the clock run again; ``last_on`` is the procedure's last day (today). Return the new last day."""
    row, role = entered(branch_id, Act.RESUME, by=by, at=at)
    running = models.Stop.objects.get(branch_id=row.id, last_on__isnull=True)
    today = clocks.day_of(at)
    clocks.check_resume(first=running.first_on, last=last_on or today, today=today)
    running.last_on = last_on or today
    running.save(update_fields=["last_on"])
    sheet = Sheet(at)
    wind(row, sheet)
    event = ClockResumed(**about(row), due_on=iso(row.due_on))
    detail = {"last_on": iso(running.last_on), "due_on": iso(row.due_on)}
    note(row, Act.RESUME, role, by=by, at=at, event=event, detail=detail, changed=CLOCK, sheet=sheet)
    wind_round(row.round, sheet)
    sheet.write()
    return row.due_on


@transaction.atomic
def extend(*, branch_id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> dt.date | None:
    """Extend a branch's limit by ten working days, once, by the head; the applicant is told why (行政许可法 42)."""
    row, role = entered(branch_id, Act.EXTEND, by=by, at=at)
    clocks.check_may_extend(
        is_extended=bool(row.extended_days), statutory_on=row.statutory_on, reason=reason, at=at
    )
    _extend(row, clocks.EXTENSION, reason, by, at)
    sheet = Sheet(at)
    wind(row, sheet)
    body = letters.extension(row.item_name, clocks.EXTENSION, row.statutory_on, reason, "本机关负责人")
    letter = write(row, letters.Kind.EXTENSION, body, by=by, at=at)
    event = LimitExtended(**about(row), days=clocks.EXTENSION, reason=reason, due_on=iso(row.due_on))
    detail = {
        "days": clocks.EXTENSION,
        "reason": reason,
        "due_on": iso(row.due_on),
        "letter": letter.number,
    }
    changed = (*CLOCK, *EXTENSION_FIELDS)
    note(row, Act.EXTEND, role, by=by, at=at, event=event, detail=detail, changed=changed, sheet=sheet)
    sheet.write()
    return row.due_on


@transaction.atomic
def extend_round(*, case_id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> dt.date | None:
    """Extend joint handling by fifteen working days, once, by the government's head (行政许可法 42(2))."""
    round_row = locked_round(case_id)
    if not round_row.is_joint:
        raise Conflict("round-not-joint", MSG_NOT_JOINT)
    rows = list(
        models.Branch.objects.filter(round_id=case_id, state__in=["open", "stopped"]).order_by("position")
    )
    if not rows:
        raise Conflict("round-nothing-open", MSG_NOTHING_OPEN)
    for row in rows:
        row.round = round_row
    roles = [check(row, Act.EXTEND_ROUND, by=by, at=at) for row in rows]
    due_on, is_extended = round_row.joint_due_on, bool(round_row.extended_days)
    clocks.check_may_extend(is_extended=is_extended, statutory_on=due_on, reason=reason, at=at)
    _extend(round_row, clocks.JOINT_EXTENSION, reason, by, at)
    sheet = Sheet(at)
    sheet.change(round_row, EXTENSION_FIELDS)
    wind_round(round_row, sheet)
    until = round_row.joint_due_on
    body = letters.extension(
        round_row.service_name, clocks.JOINT_EXTENSION, until, reason, "本级人民政府负责人"
    )
    letter = write(rows[0], letters.Kind.EXTENSION, body, office=round_row.lead, by=by, at=at)
    detail = {"days": clocks.JOINT_EXTENSION, "reason": reason, "due_on": iso(until), "letter": letter.number}
    for row, role in zip(rows, roles, strict=True):
        note(row, Act.EXTEND_ROUND, role, by=by, at=at, detail=detail, sheet=sheet)
    lead = {"case_id": str(case_id), "branch_id": "", "item": "", "department": round_row.lead}
    sheet.tell(LimitExtended(**lead, days=clocks.JOINT_EXTENSION, reason=reason, due_on=iso(until)))
    sheet.write()
    return until


def _extend(row: models.Branch | models.Round, days: int, reason: str, by: Actor, at: dt.datetime) -> None:
    row.extended_days, row.extended_reason = days, reason.strip()[:1000]
    row.extended_by, row.extended_by_name, row.extended_at = by.id, by.name, at


@transaction.atomic
def note_limit(*, branch_id: uuid.UUID, on: dt.date, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """A branch's limit has ended: grant by silence where the item says so, else tell supervision.

    After the promise the timer is set for what the law allows; nothing is told of a limit that has moved.
    """
    row = locked(branch_id)
    is_promise, is_statutory = row.due_on == on, row.statutory_on == on
    if row.state != BranchState.OPEN.value or not (is_promise or is_statutory):
        return
    if row.silence_is_consent and row.stage == Stage.MAIN.value:
        grant_by_silence(branch_id=branch_id, by=by, at=at)
        return
    kind = "first_review" if row.stage == Stage.FIRST.value else "statutory" if is_statutory else "promise"
    sheet = Sheet(at)
    sheet.tell(LimitMissed(**about(row), kind=kind, due_on=iso(on)))
    if not is_statutory:
        set_timer(row, row.statutory_on, sheet)
    sheet.write()


@transaction.atomic
def note_joint_limit(*, case_id: uuid.UUID, on: dt.date, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """Tell supervision that joint handling has missed its limit (行政许可法 42(2))."""
    row = locked_round(case_id)
    if row.closed_at is None and row.joint_due_on == on:
        about_it = {"case_id": str(case_id), "branch_id": "", "item": "", "department": row.lead}
        outbox.publish(LimitMissed(**about_it, kind="joint", due_on=iso(on)), at=at)
