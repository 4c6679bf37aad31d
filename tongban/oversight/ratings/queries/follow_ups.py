"""Follow-ups of bad ratings: whose they are to see, which stand first, what can be done to them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.pages import Head, Place
from tongban.kernel.types import Actor
from tongban.oversight.ratings import models
from tongban.oversight.ratings.errors import FollowUpUnknown
from tongban.oversight.ratings.queries import records
from tongban.oversight.ratings.rules import mending
from tongban.oversight.ratings.rules.rating import day_of
from tongban.oversight.ratings.types import FollowUp, FollowUpAct, FollowUpNote, FollowUpState
from tongban.oversight.ratings.unsealing import open_words

ELSEWHERE = ""
"""Stands for a department that is not one's own."""


def head(staff: StaffAccess, *, is_closed: bool = False, most: int) -> Head:
    """Return how many follow-ups somebody may see, and where the first ``most`` stand.

    Those they can act on stand first, then what is due first; of closed ones, what was closed last.
    """
    rows = _seen(staff, is_closed).annotate(total=Window(Count("id")))
    if is_closed:
        closed = rows.order_by("-closed_at", "id").values_list("total", "id", "closed_at")[:most]
        found = [(total, Place((-moment.timestamp(),), id)) for total, id, moment in closed]
    else:
        rest = Case(When(_can_act(staff), then=Value(0)), default=Value(1), output_field=IntegerField())
        ranked = rows.annotate(rest=rest).order_by("rest", "due_on", "id")
        open_ones = ranked.values_list("total", "id", "rest", "due_on")[:most]
        found = [(total, Place((rest, due_on), id)) for total, id, rest, due_on in open_ones]
    return Head(found[0][0] if found else 0, tuple(place for _, place in found))


def follow_ups(
    staff: StaffAccess, *, is_closed: bool = False, only: Collection[uuid.UUID] | None = None,
    at: dt.datetime | None = None,
) -> tuple[FollowUp, ...]:  # fmt: skip
    """Return the follow-ups somebody may see, what is due first on top: a supervisor all, others their own."""
    rows = _seen(staff, is_closed).select_related("rating")
    if only is not None:
        rows = rows.filter(id__in=only)
    return _follow_ups(rows.order_by("due_on", "id"), at)


def get_follow_up(follow_up_id: uuid.UUID, *, staff: StaffAccess, at: dt.datetime | None = None) -> FollowUp:
    """Return a follow-up to who may see it; raise FollowUpUnknown."""
    found = _follow_ups(models.FollowUp.objects.filter(id=follow_up_id).select_related("rating"), at)
    if not found or not (staff.may("supervise") or mending.answers_for(staff, found[0].department)):
        raise FollowUpUnknown
    return found[0]


def find_follow_up(case_id: uuid.UUID, *, at: dt.datetime | None = None) -> FollowUp | None:
    """Return what follows the bad rating of a case, None where there is none; who may see it the caller knows."""
    found = _follow_ups(models.FollowUp.objects.filter(rating__case_id=case_id).select_related("rating"), at)
    return found[0] if found else None


def acts_for(follow_up: FollowUp, staff: StaffAccess) -> tuple[FollowUpAct, ...]:
    """Return what somebody may do to a follow-up now."""
    return tuple(
        act for act in FollowUpAct if mending.can_act(act, follow_up.state, staff, follow_up.department)
    )


def _seen(staff: StaffAccess, is_closed: bool) -> QuerySet[models.FollowUp]:
    rows = models.FollowUp.objects.filter(closed_at__isnull=not is_closed)
    if staff.may("supervise"):
        return rows
    return rows.filter(
        department__in=[code for code in staff.departments if mending.answers_for(staff, code)]
    )


def _can_act(staff: StaffAccess) -> Q:
    """Return on which ones somebody can act now, as the rule itself says of each state: in own departments, elsewhere."""
    found = Q(pk__in=[])
    for state in FollowUpState:
        found |= Q(state=state, department__in=[one for one in staff.departments if _acts(state, staff, one)])
        if _acts(state, staff, ELSEWHERE):
            found |= Q(state=state) & ~Q(department__in=staff.departments)
    return found


def _acts(state: FollowUpState, staff: StaffAccess, department: str) -> bool:
    return any(mending.can_act(act, state, staff, department) for act in FollowUpAct)


def _follow_ups(rows: Iterable[models.FollowUp], at: dt.datetime | None) -> tuple[FollowUp, ...]:
    found = list(rows)
    notes: dict[uuid.UUID, list[FollowUpNote]] = {row.id: [] for row in found}
    for note in models.Note.objects.filter(follow_up_id__in=notes).order_by("at", "id"):
        by = Actor(note.by_kind, note.by_id, note.by_name)
        notes[note.follow_up_id].append(
            FollowUpNote(FollowUpAct(note.act), open_words(note.text), by, note.at)
        )
    today = day_of(at or clock.now())
    return tuple(_follow_up(row, tuple(notes[row.id]), today) for row in found)


def _follow_up(row: models.FollowUp, notes: tuple[FollowUpNote, ...], today: dt.date) -> FollowUp:
    state = FollowUpState(row.state)
    waits = state in mending.WAITS
    return FollowUp(
        id=row.id,
        state=state,
        rating=records.rating(row.rating),
        number=row.rating.number,
        service_name=row.rating.service_name,
        department=row.department,
        is_complex=row.is_complex,
        due_on=row.due_on,
        is_overdue=waits and row.due_on < today,
        closed_at=row.closed_at,
        notes=notes,
    )
