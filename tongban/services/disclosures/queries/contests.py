"""Contests: what waits for a department, what it answered, one with its history. A person's own are in their scope."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.types import Actor
from tongban.services.disclosures import models, standing
from tongban.services.disclosures.answering import check_may_answer, is_within
from tongban.services.disclosures.errors import ContestUnknown
from tongban.services.disclosures.rules.merging import day_of
from tongban.services.disclosures.types import Contest, ContestAct

MOST = 200


@dataclass(frozen=True, slots=True)
class Note:
    """One act on a contest."""

    act: ContestAct
    text: str
    at: dt.datetime
    by: Actor


def waiting(departments: tuple[str, ...] | None, access: StaffAccess | None = None) -> tuple[Contest, ...]:
    """Return what waits for an answer of these departments, or of any, what is due first on top.

    ``access`` leaves out what is about offices of districts for which its holder does not work.
    """
    rows = models.Contest.objects.filter(state="open").order_by("due_on", "stated_at", "id")
    return _those_of(rows, departments, access, MOST)


def answered(
    departments: tuple[str, ...] | None, access: StaffAccess | None = None, *, limit: int = 50
) -> tuple[Contest, ...]:
    """Return what these departments, or any, have answered, the latest first; ``access`` as in ``waiting``."""
    rows = models.Contest.objects.filter(state="answered").order_by("-answered_at", "-id")
    return _those_of(rows, departments, access, limit)


def _those_of(
    rows: QuerySet[models.Contest],
    departments: tuple[str, ...] | None,
    access: StaffAccess | None,
    limit: int,
) -> tuple[Contest, ...]:
    if departments is not None:
        rows = rows.filter(department__in=departments)
    return tuple(standing.contest(row) for row in rows[:limit] if access is None or is_within(row, access))


def overdue(*, at: dt.datetime) -> tuple[Contest, ...]:
    """Return what should have been answered before today."""
    rows = models.Contest.objects.filter(state="open", due_on__lt=day_of(at)).order_by("due_on", "id")
    return tuple(map(standing.contest, rows[:MOST]))


def get_contest(id: uuid.UUID, *, by: Actor, at: dt.datetime) -> Contest:
    """Return a contest to the data officer who answers it, or the authority; raise ContestUnknown, NotAllowed."""
    row = models.Contest.objects.filter(id=id).first()
    if row is None:
        raise ContestUnknown
    check_may_answer(row, by, at)
    return standing.contest(row)


def notes(contest: uuid.UUID) -> tuple[Note, ...]:
    """Return what was done with a contest, in its order."""
    rows = models.Note.objects.filter(contest_id=contest).order_by("at", "id")
    return tuple(Note(ContestAct(row.act), row.text, row.at, Actor(row.by_kind, row.by_id)) for row in rows)
