"""Completeness: accept, accept by silence, tell once what is missing, not accept, take the supplement."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from django.db import IntegrityError, transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.packs import queries as packs
from tongban.kernel.errors import Conflict
from tongban.kernel.types import Actor
from tongban.services.cases import models
from tongban.services.cases.errors import StillMissing
from tongban.services.cases.events import CaseAccepted, CaseNotAccepted, CaseSupplemented, NoticeGiven
from tongban.services.cases.operations.forms import locked_form
from tongban.services.cases.operations.recording import note, opened, timer_key
from tongban.services.cases.operations.refiling import file_again
from tongban.services.cases.operations.writing import write, writing
from tongban.services.cases.queries.records import materials as materials_of
from tongban.services.cases.rules import acceptance, clocks, letters
from tongban.services.cases.types import Act, Demand, Letter, Refusal, Role
from tongban.services.catalogue import queries as catalogue

DATES = ("accepted_on", "is_deemed", "promised_due", "statutory_due")


@packs.of_one_revision
@transaction.atomic
def accept(*, case_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Accept a case: complete and in due form. Branches open and the limits run from today.

    After the five days it is accepted from the day of receipt, whatever the clerk wants (行政许可法 32(四)).
    """
    row, role, _ = opened(case_id, Act.ACCEPT, by=by, at=at)
    _accept(row, Act.ACCEPT, role, by, at)


@transaction.atomic
def accept_many(*, case_ids: Sequence[uuid.UUID], by: Actor, at: datetime) -> tuple[uuid.UUID, ...]:
    """Accept several cases, each as ``accept``; return those that could not be, theirs or not now."""
    left = []
    for case_id in case_ids:
        try:
            with transaction.atomic():
                accept(case_id=case_id, by=by, at=at)
        except Conflict:
            left.append(case_id)
    return tuple(left)


@transaction.atomic
def deem_accepted(*, case_id: uuid.UUID, by: Actor, at: datetime) -> bool:
    """Accept by silence what nobody has judged in five days; return whether there was anything to do."""
    row = models.Case.objects.select_for_update().filter(id=case_id, state="received").first()
    if row is None or acceptance.is_in_time(row.completeness_due, at):
        return False
    _accept(row, Act.DEEM_ACCEPTED, Role.SYSTEM, by, at)
    return True


def _accept(row: models.Case, act: Act, role: Role, by: Actor, at: datetime) -> None:
    received_at, due = cast(datetime, row.received_at), cast(date, row.completeness_due)
    row.accepted_on, row.is_deemed = acceptance.acceptance_day(received_at, due, at)
    set_limits(row)
    if row.is_deemed:
        body = letters.deemed(row.service_name, row.accepted_on, due, row.promised_due, row.statutory_due)
    else:
        body = letters.acceptance(row.service_name, row.accepted_on, row.promised_due, row.statutory_due)
    _, letter = writing(row, Letter.DEEMED if row.is_deemed else Letter.ACCEPTANCE, body, by=by, at=at)
    event = CaseAccepted(str(row.id), row.accepted_on.isoformat(), row.is_deemed)
    detail = {"accepted_on": row.accepted_on.isoformat(), "deemed": row.is_deemed}
    also = [*letter, *outbox.cancelling([timer_key(row.id)])]
    note(row, act, role, by=by, at=at, event=event, detail=detail, changed=DATES, also=also)


def set_limits(row: models.Case) -> None:
    """Set the last days of the promised and the statutory limit, counted from the day of acceptance."""
    start = cast(date, row.accepted_on)
    row.promised_due = _due(start, row.promised_days, row.promised_calendar)
    row.statutory_due = _due(start, row.statutory_days, row.statutory_calendar)


def _due(start: date, days: int | None, is_calendar: bool) -> date | None:
    if days is None:
        return None
    return calendars.due(start, clocks.limit_of(days, is_calendar)).on


@transaction.atomic
def give_notice(*, case_id: uuid.UUID, demands: Sequence[Demand], by: Actor, at: datetime) -> str:
    """Tell once, in writing and sealed, everything that is missing; return the notice's number.

    Raises Conflict for a second notice and after the five days, Invalid for demands without a basis.
    """
    row, role, _ = opened(case_id, Act.GIVE_NOTICE, by=by, at=at)
    acceptance.check_in_time(row.completeness_due, at)
    acceptance.check_notice_once(
        models.Paper.objects.filter(case_id=row.id, kind=Letter.NOTICE.value).exists()
    )
    kept, _ = locked_form(row)
    acceptance.check_demands(demands, materials_of(row.id), [code for code, *_ in row.form])
    body = letters.notice(row.service_name, clocks.day_of(cast(datetime, row.received_at)), demands)
    try:
        with transaction.atomic():
            paper = write(row, Letter.NOTICE, body, by=by, at=at, demands=demands, form_version=kept.version)
    except IntegrityError as error:  # a second clerk at the same moment, past the lock
        if "case_notice_once" in str(error):
            acceptance.check_notice_once(True)
        raise
    outbox.cancel(timer_key(row.id))
    event = NoticeGiven(str(row.id), len(demands))
    detail = {"notice": paper.number, "demands": len(demands), "sha256": paper.sha256}
    note(row, Act.GIVE_NOTICE, role, by=by, at=at, event=event, detail=detail)
    return paper.number


@transaction.atomic
def supplement(*, case_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Hand in the supplement: when everything is there the case is accepted today, without another look.

    Raises StillMissing with what the notice asked for and has not come in.
    """
    row, role, _ = opened(case_id, Act.SUPPLEMENT, by=by, at=at)
    notice = models.Paper.objects.get(case_id=row.id, kind=Letter.NOTICE.value)
    _, fields = locked_form(row)
    materials = materials_of(row.id)
    demands = [Demand(**one) for one in notice.demands]
    missing = acceptance.still_missing(demands, materials, fields, notice.at, notice.form_version)
    if missing:
        raise StillMissing(missing)
    facts = file_again(row, fields, materials, at=at)
    row.accepted_on, row.is_deemed = clocks.day_of(at), False
    set_limits(row)
    body = letters.acceptance(row.service_name, row.accepted_on, row.promised_due, row.statutory_due)
    write(row, Letter.ACCEPTANCE, body, by=by, at=at)
    outbox.publish(CaseSupplemented(str(row.id)), at=at)
    event = CaseAccepted(str(row.id), row.accepted_on.isoformat(), False, supplemented=True)
    detail = {"accepted_on": row.accepted_on.isoformat()}
    note(row, Act.SUPPLEMENT, role, by=by, at=at, event=event, facts=facts, detail=detail, changed=DATES)


@transaction.atomic
def refuse_acceptance(
    *, case_id: uuid.UUID, refusal: Refusal, reason: str, right_body: str = "", by: Actor, at: datetime
) -> str:
    """Not accept, in writing, with reasons, the right body and the ways of redress; return the letter's number.

    Raises Conflict after the five days, Invalid without a reason or without the body that is right.
    """
    row, role, _ = opened(case_id, Act.REFUSE_ACCEPTANCE, by=by, at=at)
    acceptance.check_in_time(row.completeness_due, at)
    acceptance.check_refusal(refusal is Refusal.WRONG_BODY, reason, right_body)
    if refusal is Refusal.NOT_NEEDED:
        paper = write(row, Letter.NOT_NEEDED, letters.not_needed(row.service_name, reason), by=by, at=at)
    else:
        remedies = catalogue.get_city().remedies
        body = letters.refusal(row.service_name, reason, right_body, remedies)
        paper = write(row, Letter.NOT_ACCEPTED, body, by=by, at=at)
    outbox.cancel(timer_key(row.id))
    event = CaseNotAccepted(str(row.id), refusal.value)
    detail = {"refusal": refusal.value, "letter": paper.number}
    row.outcome = refusal.value
    note(row, Act.REFUSE_ACCEPTANCE, role, by=by, at=at, event=event, detail=detail, changed=("outcome",))
    return paper.number
