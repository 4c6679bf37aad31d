"""Reads of ratings: what a case's page asks, follow-ups of bad ones, how departments are rated."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Count

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor
from tongban.oversight.ratings import models
from tongban.oversight.ratings.errors import FollowUpUnknown
from tongban.oversight.ratings.rules import mending, rating
from tongban.oversight.ratings.rules.mending import ACT_NAMES, STATE_NAMES
from tongban.oversight.ratings.rules.rating import LEVEL_NAMES, LONGEST_WORDS
from tongban.oversight.ratings.rules.tags import TAGS, tags_of
from tongban.oversight.ratings.types import (
    Figures,
    FollowUp,
    FollowUpAct,
    FollowUpNote,
    FollowUpState,
    Level,
    Prompt,
    Rating,
)
from tongban.oversight.ratings.unsealing import open_words
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case

__all__ = [
    "ACT_NAMES",
    "LEVEL_NAMES",
    "LONGEST_WORDS",
    "STATE_NAMES",
    "acts_for",
    "ended_on",
    "figures",
    "follow_ups",
    "get_follow_up",
    "prompt",
    "tags_of",
]
MOST = 200


def prompt(case: Case, *, by: Actor, at: dt.datetime | None = None) -> Prompt:
    """Return what the case's page shows its applicant: the rating and its answer, or until when to rate."""
    moment = at or clock.now()
    if case.state not in rating.RATED:
        return Prompt(None, may_rate=False, until=None)
    row = models.Rating.objects.filter(case_id=case.id).first()
    if row is not None:
        return Prompt(_rating(row), may_rate=False, until=None, answer=_answer(row))
    ended = ended_on(case)
    try:
        right = cases.right_to(case, by=by, at=moment)
        rating.check_may_rate(case.state, right, ended, rating.day_of(moment))
    except Failure:
        return Prompt(None, may_rate=False, until=None)
    return Prompt(None, may_rate=True, until=rating.until(ended))


def ended_on(case: Case) -> dt.date:
    """Return the day on which the office had said what it had to say; its beginning while it has not."""
    return rating.day_of(case.closed_at or case.decided_at or case.received_at or case.started_at)


def follow_ups(
    staff: StaffAccess, *, state: FollowUpState | None = None, at: dt.datetime | None = None
) -> tuple[FollowUp, ...]:
    """Return the follow-ups somebody may see, what is due first on top: a supervisor all, others their own."""
    rows = models.FollowUp.objects.all()
    if not staff.may("supervise"):
        rows = rows.filter(
            department__in=[one for one in staff.departments if mending.answers_for(staff, one)]
        )
    rows = rows.filter(state=state.value) if state else rows.filter(closed_at__isnull=True)
    return _follow_ups(rows.select_related("rating").order_by("due_on", "id")[:MOST], at)


def get_follow_up(follow_up_id: uuid.UUID, *, staff: StaffAccess, at: dt.datetime | None = None) -> FollowUp:
    """Return a follow-up to who may see it; raise FollowUpUnknown."""
    found = _follow_ups(models.FollowUp.objects.filter(id=follow_up_id).select_related("rating"), at)
    if not found or not (staff.may("supervise") or mending.answers_for(staff, found[0].department)):
        raise FollowUpUnknown
    return found[0]


def acts_for(follow_up: FollowUp, staff: StaffAccess) -> tuple[FollowUpAct, ...]:
    """Return what somebody may do to a follow-up now."""
    return tuple(
        act for act in FollowUpAct if mending.can_act(act, follow_up.state, staff, follow_up.department)
    )


def figures(department: str, *, since: dt.date, until: dt.date) -> Figures:
    """Return how a department was rated from one day to another, both included."""
    rows = models.Rating.objects.filter(
        department=department, at__gte=_start(since), at__lt=_start(until + dt.timedelta(days=1))
    )
    counted = dict(rows.values_list("level").annotate(Count("id")).order_by())
    by_level = {level: counted.get(level.value, 0) for level in Level}
    total = sum(by_level.values())
    good = sum(count for level, count in by_level.items() if not level.is_bad)
    return Figures(department, by_level, good / total if total else None)


def _follow_ups(rows: Iterable[models.FollowUp], at: dt.datetime | None) -> tuple[FollowUp, ...]:
    found = list(rows)
    notes: dict[uuid.UUID, list[FollowUpNote]] = {row.id: [] for row in found}
    for note in models.Note.objects.filter(follow_up_id__in=notes).order_by("at", "id"):
        by = Actor(note.by_kind, note.by_id, note.by_name)
        notes[note.follow_up_id].append(
            FollowUpNote(FollowUpAct(note.act), open_words(note.text), by, note.at)
        )
    today = rating.day_of(at or clock.now())
    return tuple(_follow_up(row, tuple(notes[row.id]), today) for row in found)


def _follow_up(row: models.FollowUp, notes: tuple[FollowUpNote, ...], today: dt.date) -> FollowUp:
    state = FollowUpState(row.state)
    waits = state in (FollowUpState.OPEN, FollowUpState.CONTACTED)
    return FollowUp(
        id=row.id,
        state=state,
        rating=_rating(row.rating),
        number=row.rating.number,
        service_name=row.rating.service_name,
        department=row.department,
        is_complex=row.is_complex,
        due_on=row.due_on,
        is_overdue=waits and row.due_on < today,
        closed_at=row.closed_at,
        notes=notes,
    )


def _rating(row: models.Rating) -> Rating:
    return Rating(
        id=row.id,
        case_id=row.case_id,
        level=Level(row.level),
        tags=tuple(TAGS[code] for code in row.tags),
        words=open_words(row.words),
        department=row.department,
        at=row.at,
        by=Actor(row.by_kind, row.by_id),
    )


def _answer(row: models.Rating) -> str:
    """Return what the department last said of a bad rating."""
    notes = models.Note.objects.filter(follow_up__rating=row, act=FollowUpAct.ANSWER.value)
    last = notes.order_by("-at", "-id").first()
    return open_words(last.text) if last else ""


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, SHANGHAI)
