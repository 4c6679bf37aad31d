"""Writes of ratings: rate, and what a department and supervision do about a bad one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.trust import operations as trust
from tongban.kernel.errors import NotAllowed
from tongban.kernel.types import Actor, Subject
from tongban.oversight.ratings import models
from tongban.oversight.ratings.errors import FollowUpUnknown, RatedAlready
from tongban.oversight.ratings.events import CaseRated, FollowUpAnswered, FollowUpMissed
from tongban.oversight.ratings.queries import ended_on
from tongban.oversight.ratings.rules import mending, rating, tags
from tongban.oversight.ratings.types import FollowUpAct, FollowUpState, Level
from tongban.oversight.ratings.unsealing import WORDS
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case

A = FollowUpAct
TIMER = "ratings.follow_up"


@transaction.atomic
def rate(
    *, case_id: uuid.UUID, level: Level, tag_codes: Collection[str] = (), words: str = "", by: Actor,
    at: dt.datetime,
) -> uuid.UUID:  # fmt: skip
    """Rate a finished case, for the applicant, once; a bad rating opens a follow-up. Return the rating's id."""
    case = cases.get_case(case_id, by=by, at=at)
    right = cases.standing(case_id, by=by, at=at).right
    rating.check_may_rate(case.state, right, ended_on(case), rating.day_of(at))
    chosen = rating.check_said(level, tag_codes, words)
    row = _rating(case, level, [tag.code for tag in chosen], words, by, at)
    follow_up = _open(row, by, at) if level.is_bad else None
    _record("rating.given", case_id, by, at, level=level.value, tags=row.tags)
    event = CaseRated(str(case_id), str(row.id), level.value, row.department, str(follow_up or ""))
    outbox.publish(event, at=at)
    return row.id


def _rating(
    case: Case, level: Level, codes: list[str], words: str, by: Actor, at: dt.datetime
) -> models.Rating:
    fields = {
        "level": level.value, "tags": codes, "tags_version": tags.VERSION, "words": _sealed(words),
        "department": case.departments[0], "service_name": case.service_name, "number": case.number or "",
        "at": at, "by_kind": by.kind, "by_id": by.id,
    }  # fmt: skip
    row, is_new = models.Rating.objects.get_or_create(case_id=case.id, defaults=fields)
    if not is_new:
        raise RatedAlready
    return row


def _open(row: models.Rating, by: Actor, at: dt.datetime) -> uuid.UUID:
    due_on = mending.contact_due(calendars.current_calendar(), rating.day_of(at))
    follow_up = models.FollowUp.objects.create(rating=row, department=row.department, due_on=due_on)
    _note(follow_up, A.OPEN, rating.LEVEL_NAMES[Level(row.level)], by, at)
    _watch(follow_up)
    return follow_up.id


@transaction.atomic
def contact(*, follow_up_id: uuid.UUID, is_complex: bool, text: str, by: Actor, at: dt.datetime) -> None:
    """Record that the applicant was contacted, and whether mending is simple (5 working days) or not (15)."""
    row = _act(follow_up_id, A.CONTACT, text, by, at)
    row.is_complex = is_complex
    row.due_on = mending.answer_due(
        calendars.current_calendar(), rating.day_of(row.rating.at), is_complex=is_complex
    )
    row.save(update_fields=["is_complex", "due_on"])
    _watch(row)


@transaction.atomic
def answer(*, follow_up_id: uuid.UUID, text: str, by: Actor, at: dt.datetime) -> None:
    """Say what was found and mended; the applicant is told in these words."""
    row = _act(follow_up_id, A.ANSWER, text, by, at)
    outbox.cancel(_key(row.id))
    case_id = str(row.rating.case_id)
    outbox.publish(FollowUpAnswered(case_id, str(row.id), row.department), at=at)


@transaction.atomic
def give_back(*, follow_up_id: uuid.UUID, text: str, by: Actor, at: dt.datetime) -> None:
    """Have it mended again, after the call-back: the days run anew."""
    row = _act(follow_up_id, A.RETURN, text, by, at)
    row.due_on = mending.answer_due(
        calendars.current_calendar(), rating.day_of(at), is_complex=bool(row.is_complex)
    )
    row.save(update_fields=["due_on"])
    _watch(row)


@transaction.atomic
def close(*, follow_up_id: uuid.UUID, text: str, by: Actor, at: dt.datetime) -> None:
    """Close it after the call-back."""
    _act(follow_up_id, A.CLOSE, text, by, at)


def note_missed(*, follow_up_id: uuid.UUID, on: dt.date, at: dt.datetime) -> None:
    """Tell supervision that a limit has passed, unless the department acted or another limit runs."""
    row = _locked(follow_up_id)
    state = FollowUpState(row.state)
    if row.due_on == on and state in (FollowUpState.OPEN, FollowUpState.CONTACTED):
        step = A.CONTACT if state is FollowUpState.OPEN else A.ANSWER
        case_id = str(row.rating.case_id)
        event = FollowUpMissed(case_id, str(row.id), step.value, row.department, on.isoformat())
        outbox.publish(event, at=at)


def _act(follow_up_id: uuid.UUID, act: FollowUpAct, text: str, by: Actor, at: dt.datetime) -> models.FollowUp:
    row = _locked(follow_up_id)
    if by.kind != "staff":
        raise NotAllowed("follow-up-staff-only", mending.MSG_DEPARTMENT, act=mending.ACT_NAMES[act])
    access = identity.staff_access(by.id, at=at)
    state = mending.check_act(act, FollowUpState(row.state), access, row.department, text)
    row.state = state.value
    row.closed_at = at if state is FollowUpState.CLOSED else None
    row.save(update_fields=["state", "closed_at"])
    _note(row, act, text, by, at)
    return row


def _locked(follow_up_id: uuid.UUID) -> models.FollowUp:
    rows = models.FollowUp.objects.select_for_update(of=("self",)).select_related("rating")
    row = rows.filter(id=follow_up_id).first()
    if row is None:
        raise FollowUpUnknown
    return row


def _note(row: models.FollowUp, act: FollowUpAct, text: str, by: Actor, at: dt.datetime) -> None:
    models.Note.objects.create(
        follow_up=row, act=act.value, text=_sealed(text), at=at, by_kind=by.kind, by_id=by.id, by_name=by.name
    )
    _record(f"rating.{act.value}", row.rating.case_id, by, at, department=row.department)


def _record(act: str, case_id: uuid.UUID, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("case", str(case_id)), by=by, at=at, detail=detail)


def _watch(row: models.FollowUp) -> None:
    payload = {"follow_up": str(row.id), "on": row.due_on.isoformat()}
    outbox.schedule(TIMER, mending.end_of(row.due_on), payload, key=_key(row.id))


def _key(follow_up_id: uuid.UUID) -> str:
    return f"rating:{follow_up_id}"


def _sealed(text: str) -> bytes:
    return trust.encrypt(WORDS, text.strip().encode())
