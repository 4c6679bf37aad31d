"""Reads of effectiveness: entries of supervision, forecasts, how departments keep their limits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.rules import ONE_DAY, Calendar
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.pages import Head, Place
from tongban.kernel.types import Actor
from tongban.oversight.effectiveness import models
from tongban.oversight.effectiveness.errors import EntryUnknown
from tongban.oversight.effectiveness.rules import entries as rules
from tongban.oversight.effectiveness.rules import forecast as forecasts
from tongban.oversight.effectiveness.rules.entries import ACT_NAMES, KIND_NAMES, STATE_NAMES
from tongban.oversight.effectiveness.rules.forecast import Running
from tongban.oversight.effectiveness.types import (
    BranchForecast,
    Entry,
    EntryAct,
    EntryKind,
    EntryNote,
    EntryState,
    Figures,
    Forecast,
)
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Branch, BranchState
from tongban.services.cases import queries as cases

__all__ = [
    "ACT_NAMES",
    "KIND_NAMES",
    "STATE_NAMES",
    "acts_for",
    "entries",
    "entries_of",
    "figures",
    "forecast",
    "forecast_of",
    "get_entry",
    "head",
]
ELSEWHERE = ""
"""Stands for a department that is not one's own."""


def head(staff: StaffAccess, *, is_closed: bool = False, most: int) -> Head:
    """Return how many entries somebody may see, and where the first ``most`` stand.

    Those they can act on stand first, then what is to be answered first; of closed ones, what was closed last.
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


def entries(
    staff: StaffAccess, *, is_closed: bool = False, only: Collection[uuid.UUID] | None = None,
    at: dt.datetime | None = None,
) -> tuple[Entry, ...]:  # fmt: skip
    """Return the entries somebody may see, what is to be answered first on top: a supervisor all, others their own."""
    rows = _seen(staff, is_closed)
    if only is not None:
        rows = rows.filter(id__in=only)
    return _entries(rows.order_by("due_on", "id"), at)


def _seen(staff: StaffAccess, is_closed: bool) -> QuerySet[models.Entry]:
    rows = models.Entry.objects.filter(closed_at__isnull=not is_closed)
    if staff.may("supervise"):
        return rows
    return rows.filter(department__in=[code for code in staff.departments if rules.answers_for(staff, code)])


def _can_act(staff: StaffAccess) -> Q:
    """Return on which entries somebody can act now, as the rule itself says of each state: in own departments, elsewhere."""
    found = Q(pk__in=[])
    for state in EntryState:
        found |= Q(state=state, department__in=[one for one in staff.departments if _acts(state, staff, one)])
        if _acts(state, staff, ELSEWHERE):
            found |= Q(state=state) & ~Q(department__in=staff.departments)
    return found


def _acts(state: EntryState, staff: StaffAccess, department: str) -> bool:
    return any(rules.can_act(act, state, staff, department) for act in EntryAct)


def entries_of(case_id: uuid.UUID, *, at: dt.datetime | None = None) -> tuple[Entry, ...]:
    """Return the entries of a case in their order."""
    return _entries(models.Entry.objects.filter(case_id=case_id).order_by("opened_at", "id"), at)


def get_entry(entry_id: uuid.UUID, *, staff: StaffAccess, at: dt.datetime | None = None) -> Entry:
    """Return an entry to who may see it; raise EntryUnknown."""
    found = _entries(models.Entry.objects.filter(id=entry_id), at)
    if not found or not (staff.may("supervise") or rules.answers_for(staff, found[0].department)):
        raise EntryUnknown
    return found[0]


def acts_for(entry: Entry, staff: StaffAccess) -> tuple[EntryAct, ...]:
    """Return what somebody may do to an entry now."""
    return tuple(act for act in EntryAct if rules.can_act(act, entry.state, staff, entry.department))


def _entries(rows: Iterable[models.Entry], at: dt.datetime | None) -> tuple[Entry, ...]:
    found = list(rows)
    notes: dict[uuid.UUID, list[EntryNote]] = {row.id: [] for row in found}
    for note in models.Note.objects.filter(entry_id__in=notes).order_by("at", "id"):
        by = Actor(note.by_kind, note.by_id, note.by_name)
        notes[note.entry_id].append(EntryNote(EntryAct(note.act), note.text, by, note.at))
    today = _today(at)
    return tuple(_entry(row, tuple(notes[row.id]), today) for row in found)


def _entry(row: models.Entry, notes: tuple[EntryNote, ...], today: dt.date) -> Entry:
    state = EntryState(row.state)
    waits = state in (EntryState.OPEN, EntryState.RETURNED)
    return Entry(
        id=row.id,
        kind=EntryKind(row.kind),
        state=state,
        case_id=row.case_id,
        branch_id=row.branch_id,
        item=row.item,
        department=row.department,
        owner=row.owner,
        what=row.what,
        law=row.law,
        missed_on=row.missed_on,
        due_on=row.due_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        is_overdue=waits and row.due_on < today,
        notes=notes,
    )


def forecast(case_id: uuid.UUID, *, at: dt.datetime | None = None) -> Forecast | None:
    """Return when a case will be done, by earlier ones of the same items; None when too few are known or it is done."""
    moment = at or clock.now()
    found = approvals.branches(case_id, at=moment)
    return forecast_of(found, cases.limits(case_id).promised_due, at=moment)


def forecast_of(
    branches: Iterable[Branch], promised_on: dt.date | None, *, at: dt.datetime
) -> Forecast | None:
    """Return the forecast of a case whose branches and promise are known already."""
    running = [one for one in branches if not one.is_final]
    known = approvals.days_used([(one.item, one.department) for one in running], at=at)
    histories = {one.item: known[one.item, one.department] for one in running}
    ordered = forecasts.fates([_running(one, at) for one in _in_order(running)], histories)
    if not ordered:
        return None
    calendar, today = calendars.current_calendar(), _today(at)
    on = {days: _after(calendar, today, days) for days in {*ordered}}
    by_day = tuple((on[days], share) for days, share in sorted(forecasts.shares(ordered).items()))
    p50, p90 = (forecasts.quantile(ordered, share) for share in (0.5, 0.9))
    return Forecast(
        p50_on=on[p50],
        p90_on=on[p90],
        p50=p50,
        p90=p90,
        promised_on=promised_on,
        in_time=sum(share for day, share in by_day if day <= promised_on) if promised_on else None,
        by_day=by_day,
        branches=tuple(_branch_forecast(one, histories) for one in running),
        basis=min(len(histories[one.item]) for one in running),
    )


def _running(branch: Branch, at: dt.datetime) -> Running:
    """Return a branch as the forecast sees it; a procedure still takes what its notice said, at least a day."""
    stopped = 0
    if branch.state is BranchState.STOPPED and branch.stops:
        taken, _ = calendars.count(branch.stops[-1].first, max(branch.stops[-1].first, _today(at)))
        stopped = max(1, branch.stops[-1].expected_days - taken)
    return Running(branch.item, branch.used_days, stopped, branch.waits_for)


def _in_order(branches: list[Branch]) -> list[Branch]:
    """Return the branches each after what it waits for."""
    left, ordered = list(branches), []
    while left:
        known = {one.item for one in left}
        ready = [one for one in left if not known & set(one.waits_for)] or left
        ordered += ready
        left = [one for one in left if one not in ready]
    return ordered


def _branch_forecast(branch: Branch, histories: Mapping[str, tuple[int, ...]]) -> BranchForecast:
    left = forecasts.comparable(histories[branch.item], branch.used_days)
    p50, p90 = (forecasts.quantile(left, share) for share in (0.5, 0.9))
    return BranchForecast(branch.item, branch.department, p50, p90, len(histories[branch.item]))


def _after(calendar: Calendar, day: dt.date, number: int) -> dt.date:
    while number > 0:
        day += ONE_DAY
        number -= calendar.is_working(day)
    return day


def figures(
    department: str, *, since: dt.date, until: dt.date, assignee: str = "", at: dt.datetime | None = None
) -> Figures:
    """Return how a department, or one of its staff, has kept its limits from one day to another, both included."""
    found = approvals.performance(department, since=since, until=until, assignee=assignee)
    waiting = models.Entry.objects.filter(department=department, state__in=["open", "returned"]).count()
    return Figures(
        department=department,
        decided=found.decided,
        in_time=found.in_time,
        mean_used=found.mean_used,
        mean_promised=found.mean_promised,
        by_day=found.by_day,
        open=waiting,
    )


def _today(at: dt.datetime | None) -> dt.date:
    return (at or clock.now()).astimezone(SHANGHAI).date()
