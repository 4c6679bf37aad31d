"""Asking about a reading, and the answer: by the person, by the department, by the clock."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from tongban.datahub.resources import operations as resources
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity import operations as identity
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.disclosures import answering, models, standing
from tongban.services.disclosures.errors import ContestedAlready, ContestUnknown, ReadingNotThere
from tongban.services.disclosures.events import ContestAnswered, ContestOverdue, ContestStated
from tongban.services.disclosures.queries.readings import find_reading
from tongban.services.disclosures.reach import opened
from tongban.services.disclosures.rules import contests as rules
from tongban.services.disclosures.rules.merging import day_of
from tongban.services.disclosures.types import (
    ContestAct,
    ContestKind,
    ContestState,
    Kind,
    Reading,
    Scope,
    Verdict,
)

A = ContestAct
TIMER = "disclosures.answer"


@transaction.atomic
def contest_reading(
    *, subject: Subject, reading: uuid.UUID, kind: ContestKind, says: str = "", by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Ask the department about a reading, or have it mend what is wrong; return the contest's id.

    Raises ReadingNotThere for what does not stand in the account, Conflict, Invalid, ContestedAlready.
    """
    scope = opened(subject, by=by, at=at)
    found = find_reading(scope, reading, at=at)
    rules.check_contest(found, kind, says)
    row = _row(scope, found, kind, says, by, at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "contest_once" not in str(error):
            raise
        raise ContestedAlready from error
    whose = {"department": row.department, **({"office": row.office} if row.office else {})}
    _note(row, A.STATE, says, by, at, kind=kind.value, reading=str(reading), **whose)
    payload = {"contest": str(row.id), "on": row.due_on.isoformat()}
    outbox.schedule(TIMER, rules.end_of(row.due_on), payload, key=_key(row.id))
    outbox.publish(ContestStated(str(row.id), row.department, row.due_on.isoformat()), at=at)
    if found.kind is Kind.STAFF and kind is ContestKind.UNKNOWN:
        identity.question_reading(record=reading, subjects=scope.looked_at, by=by, at=at)
    return row.id


def _row(
    scope: Scope, found: Reading, kind: ContestKind, says: str, by: Actor, at: dt.datetime
) -> models.Contest:
    of, grant, whose = scope.owner.subject, found.detail.get("grant"), answering.who_answers(found, kind)
    return models.Contest(
        kind=kind.value, reading=found.id, reading_kind=rules.kept_as(found.kind).value, reading_at=found.at, owner_kind=of.kind,
        owner_id=of.id, by_id=by.id, department=whose.department, office=whose.office, district=whose.district,
        is_named=found.is_named, reader=found.reader,
        resource=found.resource, grant=uuid.UUID(grant) if grant else None, number=found.number,
        case_id=found.case_id, says=says.strip(), stated_at=at,
        due_on=rules.due_on(calendars.current_calendar(), kind, day_of(at)),
    )  # fmt: skip


@transaction.atomic
def answer_contest(
    *, id: uuid.UUID, verdict: Verdict, answer: str, measure: str = "", end_grant: bool = False, by: Actor,
    at: dt.datetime,
) -> None:  # fmt: skip
    """Answer a contest, by the department's data officer or the data authority.

    Args: ``measure`` is what was done about a mistake; ``end_grant`` ends the grant under which it was read.
    """
    row = _locked(id)
    answering.check_may_answer(row, by, at)
    rules.check_answer(verdict, answer, measure)
    row.state = rules.after(ContestState(row.state), A.ANSWER).value
    row.verdict, row.answer, row.measure = verdict.value, answer.strip(), measure.strip()
    row.answered_at, row.answered_by = at, by.name or by.id
    row.save()
    outbox.cancel(_key(row.id))
    if end_grant:
        _end_grant(row, verdict, by, at)
    _note(row, A.ANSWER, answer, by, at, verdict=verdict.value, measure=measure.strip(), ends_grant=end_grant)
    outbox.publish(ContestAnswered(str(row.id), row.department, verdict.value), at=at)


def _end_grant(row: models.Contest, verdict: Verdict, by: Actor, at: dt.datetime) -> None:
    if row.grant is None or verdict is not Verdict.MISTAKE:
        raise Conflict("contest-no-grant", N_("查错了、而且凭授权查询的，才能终止授权。"))
    end = resources.give_up_grant if row.kind == ContestKind.UNKNOWN.value else resources.revoke_grant
    end(grant_id=row.grant, why=row.measure, by=by, at=at)


@transaction.atomic
def hand_on_contest(*, id: uuid.UUID, says: str, by: Actor, at: dt.datetime) -> None:
    """Note that the office concerned, which has no desk here, was asked to look into it; the clock runs on, the answer stays.

    ``says`` is whom and how, for the record; the person sees that it was and when.
    """
    row = _locked(id)
    answering.check_may_answer(row, by, at)
    rules.check_hand_on(standing.contest(row), says)
    row.state = rules.after(ContestState(row.state), A.HAND_ON).value
    row.handed_on_at = at
    row.save(update_fields=["state", "handed_on_at"])
    _note(row, A.HAND_ON, says, by, at, office=row.office)


@transaction.atomic
def withdraw_contest(*, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Take a contest back that waits for its answer, by whoever's account it is about."""
    row = _locked(id)
    try:
        opened(Subject(row.owner_kind, row.owner_id), by=by, at=at)
    except ReadingNotThere:
        raise ContestUnknown from None
    row.state = rules.after(ContestState(row.state), A.WITHDRAW).value
    row.save(update_fields=["state"])
    outbox.cancel(_key(row.id))
    _note(row, A.WITHDRAW, "", by, at)


@transaction.atomic
def escalate_overdue(*, id: uuid.UUID, on: dt.date, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Call supervision where an answer's last day is over; return whether it was. Once."""
    row = _locked(id)
    if row.state != ContestState.OPEN.value or row.due_on != on or row.escalated_at is not None:
        return False
    row.escalated_at = at
    row.save(update_fields=["escalated_at"])
    _note(row, A.ESCALATE, on.isoformat(), by, at)
    event = ContestOverdue(str(row.id), row.department, on.isoformat(), str(row.case_id or ""))
    outbox.publish(event, at=at)
    return True


def _locked(id: uuid.UUID) -> models.Contest:
    row = models.Contest.objects.select_for_update().filter(id=id).first()
    if row is None:
        raise ContestUnknown
    return row


def _note(
    row: models.Contest, act: ContestAct, text: str, by: Actor, at: dt.datetime, **detail: object
) -> None:
    models.Note.objects.create(
        contest=row, act=act.value, text=text.strip(), at=at, by_kind=by.kind, by_id=by.id
    )
    subject = Subject("reading-contest", str(row.id))
    ledger.record(act=f"disclosures.contest_{act.value}", subject=subject, by=by, at=at, detail=detail)


def _key(id: uuid.UUID) -> str:
    return f"disclosures:{id}"
