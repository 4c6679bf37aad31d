"""Writes of requests: a demand is stated and answered by the lists; its owner answers the rest, by a clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.errors import EntryUnknown, GrantEnded, GrantUnknown, StatedAlready
from tongban.datahub.resources.events import (
    AnswerExtended,
    AnswerOverdue,
    DemandStated,
    RequestGranted,
    RequestPassedOn,
    RequestRefused,
    RequestWithdrawn,
)
from tongban.datahub.resources.operations.grants import open_grant
from tongban.datahub.resources.operations.listing import list_demand
from tongban.datahub.resources.operations.recording import ONE_AFTER_THE_OTHER, note
from tongban.datahub.resources.operations.rows import about, given_of, locked
from tongban.datahub.resources.rules import (
    clocks,
    consumers,
    coverage,
    life_cycle,
    renewing,
    wishes,
)
from tongban.datahub.resources.types import (
    Demand,
    GrantState,
    Outcome,
    Refusal,
    RequestAct,
    RequestState,
    System,
    Verdict,
    Wish,
)
from tongban.datahub.resources.verdicts import verdict_on
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.government import queries as government
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.types import SYSTEM, Actor

A = RequestAct
TIMER = "data.answer"


@transaction.atomic
def state_listed(*, code: str, promised: bool, by: Actor, at: dt.datetime, consumer: str = "") -> uuid.UUID:
    """State a demand as it stands in the demand list; return the request's id. As ``state_demand``."""
    found = standing.listed(Demand, code=code)
    if not found:
        raise EntryUnknown(code)
    wish = coverage.wish_of(found[0])
    return state_demand(wish=wish, promised=promised, by=by, at=at, consumer=consumer, listed_as=code)


@transaction.atomic
def list_and_state(
    *,
    demand: Demand,
    why: str,
    promised: bool,
    by: Actor,
    at: dt.datetime,
    asked: str = "",
    consumer: str = "",
) -> uuid.UUID:
    """Write a demand into the demand list and state it at once; return the request's id. As ``state_demand``.

    Args: ``asked`` is the department that should have the data, where no resource is known.
    """
    list_demand(demand=demand, why=why, by=by, at=at)
    wish = replace(coverage.wish_of(demand), asked=asked)
    return state_demand(wish=wish, promised=promised, by=by, at=at, consumer=consumer, listed_as=demand.code)


@transaction.atomic
def state_demand(
    *,
    wish: Wish,
    promised: bool,
    by: Actor,
    at: dt.datetime,
    consumer: str = "",
    listed_as: str = "",
) -> uuid.UUID:
    """State what a department needs for a material of its item, and have the lists answer; return the request's id.

    Granted or refused at once, or left to the owner until the last day of its clock.
    Args: ``promised`` says that whoever states it has made ``wishes.PROMISE``; ``consumer`` is the subsystem that
    will ask, that of the department's cases when left out.
    """
    life_cycle.check_acts_for(access_of(by, at), wish.department)
    government.get_department(wish.department)
    wishes.check_wish(wish, promised=promised)
    clocks.valid_until(wish.until, clocks.day_of(at))
    districts = [one.slug for one in government.districts()] if consumer else []
    asking = consumers.consumer_of(wish.department, consumer, standing.listed(System), districts)
    return _file(wish, asking, listed_as, None, by, at)


@transaction.atomic
def renew_grant(
    *,
    grant_id: uuid.UUID,
    until: dt.date,
    per_day: int | None = None,
    promised: bool,
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Say that a grant is needed longer, for the same purpose, and have the lists answer as to any demand; return the request's id.

    Granted, the grant goes on with a later last day. Args: ``per_day`` as now when left out; ``promised`` as ``state_demand``.
    """
    grant = models.Grant.objects.select_related("request").filter(id=grant_id).first()
    if grant is None or not grant.request.wish:  # a district's node has copies, which the city renews
        raise GrantUnknown
    life_cycle.check_acts_for(access_of(by, at), grant.request.department)
    if grant.state != GrantState.ACTIVE.value:
        raise GrantEnded
    renewing.check_may_renew(grant.until, clocks.valid_until(until, clocks.day_of(at)))
    before = standing.request(grant.request)
    wish = replace(
        before.wish, resource=grant.resource, fields=tuple(grant.fields), elements=(), until=until,
        per_day=per_day or grant.per_day,
    )  # fmt: skip
    wishes.check_wish(wish, promised=promised)
    return _file(wish, grant.consumer, before.demand, grant.id, by, at)


def _file(
    wish: Wish, consumer: str, listed_as: str, renews: uuid.UUID | None, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Write a request down, answered by the lists or left to the owner; return its id."""
    # Two that state for the same item at once go one after the other: the second sees what the first was answered.
    statements.one(ONE_AFTER_THE_OTHER, [f"{wish.department} {wish.item}"])
    verdict = verdict_on(wish, clocks.day_of(at), consumer=consumer, renews=renews)
    row = _row(wish, verdict, consumer, listed_as, at)
    row.renews_id = renews
    if renews is None:
        _refuse_twice(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "data_request_open_once" not in str(error):
            raise
        raise StatedAlready from error
    note(row, A.STATE, wish.purpose, by, at, outcome=verdict.outcome.value, basis=verdict.basis, holds=row.holds,
         promise=wishes.PROMISE)  # fmt: skip
    outbox.publish(DemandStated(*about(row), row.due_on.isoformat() if row.due_on else ""), at=at)
    _answer_by_lists(row, verdict, by, at)
    return row.id


def _row(wish: Wish, verdict: Verdict, consumer: str, listed_as: str, at: dt.datetime) -> models.Request:
    waits = verdict.outcome is Outcome.QUEUED
    calendar = calendars.current_calendar()
    return models.Request(
        demand=listed_as,
        department=wish.department,
        item=wish.item,
        material=wish.material,
        wish=standing.wish_document(wish),
        consumer=consumer,
        state=verdict.outcome.value,
        resource=verdict.resource or "",
        fields=list(verdict.fields),
        refused=[_refused(one) for one in verdict.refused],
        owner=verdict.owner,
        basis=verdict.basis,
        stated_at=at,
        due_on=clocks.due_on(calendar, clocks.day_of(at), verdict.days) if waits else None,
        answered_at=None if waits else at,
        answer="" if waits else verdict.basis,
        holds=[one.value for one in verdict.holds],
    )


def _refused(one: Refusal) -> dict[str, object]:
    return {"fields": list(one.fields), "law": one.law, "reason": one.reason, "entry": one.entry}


def _refuse_twice(row: models.Request) -> None:
    """Raise Conflict where the same was granted already and stands."""
    having = {"consumer": row.consumer, "resource": row.resource, "material": row.material}
    same = models.Grant.objects.filter(state="active", items__contains=[row.item], **having)
    if row.fields and same.filter(fields__contains=row.fields).exists():
        raise Conflict("data-granted-already", N_("这些信息项已经授权给同一事项、同一材料使用。"))


def _answer_by_lists(row: models.Request, verdict: Verdict, by: Actor, at: dt.datetime) -> None:
    if verdict.outcome is Outcome.QUEUED:
        _watch(row)
    elif verdict.outcome is Outcome.GRANTED:
        grant = open_grant(row, verdict.fields, None, None, by, at)
        note(row, A.GRANT, verdict.basis, SYSTEM, at, fields=row.fields, duty=verdict.duty)
        outbox.publish(RequestGranted(*about(row), str(grant.id), by_lists=True), at=at)
    else:
        note(row, A.REFUSE, verdict.basis, SYSTEM, at, refused=row.refused)
        outbox.publish(RequestRefused(*about(row), verdict.basis, by_lists=True), at=at)


@transaction.atomic
def grant_request(
    *,
    request_id: uuid.UUID,
    fields: Sequence[str] | None = None,
    until: dt.date | None = None,
    per_day: int | None = None,
    answer: str = "",
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Share what was asked for, or less: fewer fields, a shorter time, fewer calls; return the grant's id."""
    row = locked(request_id)
    _act(row, A.GRANT, by, at)
    if not row.resource:
        raise Conflict("data-unlisted", N_("目录里还没有这项数据，先编入目录再同意。"))
    given = given_of(row, tuple(row.fields), fields)
    row.fields = list(given)
    _answered(row, answer, at)
    grant = open_grant(row, given, until, per_day, by, at)
    note(row, A.GRANT, answer, by, at, fields=row.fields)
    outbox.publish(RequestGranted(*about(row), str(grant.id), by_lists=False), at=at)
    return grant.id


@transaction.atomic
def refuse_request(
    *, request_id: uuid.UUID, legal_basis: str, reason: str, by: Actor, at: dt.datetime
) -> None:
    """Refuse to share, by a law and with a reason."""
    row = locked(request_id)
    _act(row, A.REFUSE, by, at)
    refusal = Refusal(tuple(row.fields), legal_basis, reason)
    life_cycle.check_refusal(refusal)
    row.refused = [*row.refused, _refused(refusal)]
    row.fields = []
    _answered(row, reason, at)
    note(row, A.REFUSE, reason, by, at, law=legal_basis)
    outbox.publish(RequestRefused(*about(row), legal_basis, by_lists=False), at=at)


@transaction.atomic
def confirm_resource(*, request_id: uuid.UUID, resource: str, by: Actor, at: dt.datetime) -> None:
    """Say which resource of the catalogue has what a demand asked for that was not in it; the lists answer anew."""
    row = locked(request_id)
    _act(row, A.CONFIRM, by, at)
    if row.resource:
        raise Conflict(
            "data-confirmed-already", N_("这项需求已经对上数据资源 {resource}。"), resource=row.resource
        )
    today = clocks.day_of(at)
    wish = replace(standing.request(row).wish, resource=resource)
    verdict = verdict_on(wish, today, consumer=row.consumer)
    row.resource, row.fields, row.owner = resource, list(verdict.fields), verdict.owner
    row.refused, row.basis = [_refused(one) for one in verdict.refused], verdict.basis
    row.state, row.escalated_at = verdict.outcome.value, None
    row.holds = [one.value for one in verdict.holds]
    note(row, A.CONFIRM, resource, by, at, outcome=verdict.outcome.value, holds=row.holds)
    if verdict.outcome is Outcome.QUEUED:
        row.due_on = clocks.due_on(calendars.current_calendar(), today, verdict.days)
        row.save()
    else:
        _answered(row, verdict.basis, at)
    _answer_by_lists(row, verdict, by, at)


@transaction.atomic
def pass_on(*, request_id: uuid.UUID, department: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Ask another department to confirm data that is not in the catalogue; the clock runs on."""
    row = locked(request_id)
    _act(row, A.FORWARD, by, at)
    life_cycle.check_may_pass_on(row.resource, row.owner, department, row.department, reason)
    government.get_department(department)
    before, row.owner = row.owner, department
    row.save(update_fields=["owner"])
    note(row, A.FORWARD, reason, by, at, owner=department, before=before)
    outbox.publish(RequestPassedOn(*about(row), before), at=at)


@transaction.atomic
def extend_answer(*, request_id: uuid.UUID, days: int, reason: str, by: Actor, at: dt.datetime) -> dt.date:
    """Give the owner so many working days more, once, by the data authority; return the new last day."""
    row = locked(request_id)
    life_cycle.check_is_authority(access_of(by, at))
    life_cycle.after(RequestState(row.state), A.EXTEND)
    clocks.check_may_extend(standing.request(row), days, reason, clocks.day_of(at))
    assert row.due_on is not None  # noqa: S101  what waits has a day: data_request_waiting_has_day
    row.due_on = clocks.due_on(calendars.current_calendar(), row.due_on, days)
    row.is_extended = True
    row.save(update_fields=["due_on", "is_extended"])
    note(row, A.EXTEND, reason, by, at, days=days, due_on=row.due_on.isoformat())
    outbox.publish(AnswerExtended(*about(row), row.due_on.isoformat(), reason), at=at)
    _watch(row)
    return row.due_on


@transaction.atomic
def withdraw_request(*, request_id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> None:
    """Take a demand back that waits for its answer, by who stated it."""
    row = locked(request_id)
    life_cycle.check_acts_for(access_of(by, at), row.department)
    row.state = life_cycle.after(RequestState(row.state), A.WITHDRAW).value
    _answered(row, reason, at)
    note(row, A.WITHDRAW, reason, by, at)
    outbox.publish(RequestWithdrawn(*about(row)), at=at)


@transaction.atomic
def escalate_overdue(*, request_id: uuid.UUID, on: dt.date, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Call the data authority where an answer's last day is over; return whether it was. Once for each clock."""
    row = locked(request_id)
    if row.state != RequestState.QUEUED.value or row.due_on != on or row.escalated_at is not None:
        return False
    row.escalated_at = at
    row.save(update_fields=["escalated_at"])
    note(row, A.ESCALATE, on.isoformat(), by, at, due_on=on.isoformat())
    outbox.publish(AnswerOverdue(*about(row), on.isoformat()), at=at)
    return True


def _act(row: models.Request, act: RequestAct, by: Actor, at: dt.datetime) -> None:
    life_cycle.check_acts_for(access_of(by, at), row.owner)
    row.state = life_cycle.after(RequestState(row.state), act).value


def _answered(row: models.Request, answer: str, at: dt.datetime) -> None:
    row.answered_at, row.answer = at, answer
    row.save()
    outbox.cancel(_key(row.id))


def _watch(row: models.Request) -> None:
    assert row.due_on is not None  # noqa: S101  what waits has a day: data_request_waiting_has_day
    payload = {"request": str(row.id), "on": row.due_on.isoformat()}
    outbox.schedule(TIMER, clocks.end_of(row.due_on), payload, key=_key(row.id))


def _key(request_id: uuid.UUID) -> str:
    return f"data:{request_id}"
