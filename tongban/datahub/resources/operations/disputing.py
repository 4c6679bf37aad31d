"""Writes of disputes: a refusal is disputed, its owner answers again, the data authority decides, each by a clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction

from tongban.datahub.resources import models
from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.errors import DisputeUnknown
from tongban.datahub.resources.events import (
    DisputeClosed,
    DisputeOverdue,
    RefusalDisputed,
    RefusalReferred,
    RequestGranted,
)
from tongban.datahub.resources.operations.grants import open_grant
from tongban.datahub.resources.operations.recording import note
from tongban.datahub.resources.operations.rows import about, given_of, locked
from tongban.datahub.resources.rules import clocks, disputing, life_cycle
from tongban.datahub.resources.types import DisputeState, Refusal, RequestAct, RequestState
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import May
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM, Actor

A, S = RequestAct, DisputeState
TIMER = "data.dispute"


@transaction.atomic
def dispute_refusal(*, request_id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Dispute a refusal, by who was refused, once, so that its owner answers again; return the dispute's id."""
    row = locked(request_id)
    disputing.check_speaks_for(access_of(by, at), row.department)
    life_cycle.after(RequestState(row.state), A.DISPUTE)
    disputing.check_may_dispute(
        is_by_lists=row.notes.filter(act=A.REFUSE.value, by_kind=SYSTEM.kind).exists(),
        is_disputed=models.Dispute.objects.filter(request=row).exists(),
        resource=row.resource,
        reason=reason,
    )
    one = models.Dispute(request=row, reason=reason, opened_at=at)
    due_on = _turn(one, S.ANSWERING, at)
    note(row, A.DISPUTE, reason, by, at, due_on=due_on)
    outbox.publish(RefusalDisputed(*about(row), due_on), at=at)
    return one.id


@transaction.atomic
def uphold_refusal(
    *, request_id: uuid.UUID, legal_basis: str, reason: str, by: Actor, at: dt.datetime
) -> DisputeState:
    """Stand by a refusal, by a law and with a reason: the owner's goes on to the authority, whose own is the last word."""
    row = locked(request_id)
    one = _open(row)
    state = disputing.after(S(one.state), A.UPHOLD)
    _check_turn(one, row, by, at)
    life_cycle.check_refusal(Refusal(_refused_fields(row), legal_basis, reason))
    note(row, A.UPHOLD, reason, by, at, law=legal_basis)
    if state is S.REFERRED:
        _refer(one, row, at)
    else:
        _close(one, row, state, reason, at)
    return state


@transaction.atomic
def overturn_refusal(
    *,
    request_id: uuid.UUID,
    fields: Sequence[str] | None = None,
    until: dt.date | None = None,
    per_day: int | None = None,
    answer: str = "",
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Share after all what was refused, or less of it, by the owner or by decision of the authority; return the grant's id."""
    row = locked(request_id)
    one = _open(row)
    state = disputing.after(S(one.state), A.OVERTURN)
    _check_turn(one, row, by, at)
    given = given_of(row, _refused_fields(row), fields)
    row.state = life_cycle.after(RequestState(row.state), A.OVERTURN).value
    row.refused, row.fields, row.answer, row.answered_at = row.refused[:-1], list(given), answer, at
    row.save()
    grant = open_grant(row, given, until, per_day, by, at)
    note(row, A.OVERTURN, answer, by, at, fields=row.fields)
    _close(one, row, state, answer, at)
    outbox.publish(RequestGranted(*about(row), str(grant.id), by_lists=False), at=at)
    return grant.id


@transaction.atomic
def drop_dispute(*, request_id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> None:
    """Take a dispute back, by who opened it: the refusal stands."""
    row = locked(request_id)
    one = _open(row)
    disputing.check_speaks_for(access_of(by, at), row.department)
    note(row, A.DROP, reason, by, at)
    _close(one, row, disputing.after(S(one.state), A.DROP), reason, at)


@transaction.atomic
def refer_overdue(*, request_id: uuid.UUID, on: dt.date, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Tell supervision of a dispute's limit that was missed, and refer the owner's to the authority; return whether it was."""
    row = locked(request_id)
    one = models.Dispute.objects.filter(request=row, due_on=on, escalated_at=None).first()
    if one is None or not S(one.state).is_open:
        return False
    late = row.owner if S(one.state) is S.ANSWERING else _authority()
    outbox.publish(DisputeOverdue(*about(row), on.isoformat(), late), at=at)
    if S(one.state) is S.ANSWERING:
        note(row, A.REFER, on.isoformat(), by, at, due_on=on.isoformat())
        _refer(one, row, at)
        return True
    one.escalated_at = at
    one.save(update_fields=["escalated_at"])
    note(row, A.ESCALATE, on.isoformat(), by, at, due_on=on.isoformat())
    return True


def _open(row: models.Request) -> models.Dispute:
    one = models.Dispute.objects.filter(request=row).first()
    if one is None:
        raise DisputeUnknown
    return one


def _check_turn(one: models.Dispute, row: models.Request, by: Actor, at: dt.datetime) -> None:
    """Raise NotAllowed unless it is somebody's turn: the owner's officer answers again, then the authority decides."""
    access = access_of(by, at)
    if S(one.state) is S.ANSWERING:
        disputing.check_speaks_for(access, row.owner)
        return
    refusing = row.notes.filter(act__in=[A.REFUSE.value, A.UPHOLD.value], by_kind="staff")
    disputing.check_decides(access, frozenset(refusing.values_list("by_id", flat=True)))


def _refused_fields(row: models.Request) -> tuple[str, ...]:
    return tuple(row.refused[-1]["fields"])


def _refer(one: models.Dispute, row: models.Request, at: dt.datetime) -> None:
    due_on = _turn(one, S.REFERRED, at)
    outbox.publish(RefusalReferred(*about(row), due_on), at=at)


def _turn(one: models.Dispute, state: DisputeState, at: dt.datetime) -> str:
    """Make it somebody's turn, until the last day of their clock; return that day."""
    days = disputing.DAYS[state]
    one.state, one.turned_at = state.value, at
    one.due_on = clocks.due_on(calendars.current_calendar(), clocks.day_of(at), days)
    one.save()
    payload = {"request": str(one.request_id), "on": one.due_on.isoformat()}
    outbox.schedule(TIMER, clocks.end_of(one.due_on), payload, key=_key(one))
    return one.due_on.isoformat()


def _close(one: models.Dispute, row: models.Request, state: DisputeState, why: str, at: dt.datetime) -> None:
    one.state, one.due_on, one.closed_at = state.value, None, at
    one.save()
    outbox.cancel(_key(one))
    outbox.publish(DisputeClosed(*about(row), state.value, why), at=at)


def _key(one: models.Dispute) -> str:
    return f"data-dispute:{one.id}"


def _authority() -> str:
    """Return the department of the data authority; empty where no post speaks for it."""
    return next((post.department for post in government.posts() if May.DATA_AUTHORITY in post.may), "")
