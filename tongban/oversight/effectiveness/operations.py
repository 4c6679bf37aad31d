"""Writes of effectiveness: open an entry, explain, give back, close."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import NotAllowed
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.oversight.effectiveness import models
from tongban.oversight.effectiveness.errors import EntryUnknown
from tongban.oversight.effectiveness.events import EntryClosed, EntryOpened
from tongban.oversight.effectiveness.rules import entries
from tongban.oversight.effectiveness.types import EntryAct, EntryKind, EntryState


@transaction.atomic
def open_entry(
    *,
    key: str,
    kind: EntryKind,
    case_id: uuid.UUID | None,
    department: str,
    what: str,
    branch_id: uuid.UUID | None = None,
    item: str = "",
    law: str = "",
    missed_on: dt.date | None = None,
    by: Actor = SYSTEM,
    at: dt.datetime,
) -> uuid.UUID | None:
    """Open an entry for what ``key`` names; return its id, None when there is one already."""
    due_on = entries.answer_due(calendars.current_calendar(), at.astimezone(SHANGHAI).date())
    fields = {
        "kind": kind.value, "case_id": case_id, "branch_id": branch_id, "item": item, "department": department,
        "owner": owner_of(department), "what": what, "law": law or entries.LAWS[kind], "missed_on": missed_on,
        "due_on": due_on, "opened_at": at,
    }  # fmt: skip
    row, was_new = models.Entry.objects.get_or_create(key=key, defaults=fields)
    if not was_new:
        return None
    _note(row, EntryAct.OPEN, what, by, at)
    event = EntryOpened(
        str(case_id or ""), str(row.id), kind.value, department, row.owner, due_on.isoformat()
    )
    outbox.publish(event, at=at)
    return row.id


def owner_of(department: str) -> str:
    """Return who answers for a department: its head, or the first who decides there; empty for nobody."""
    for duty in ("head", "decide", "review"):
        found = identity.staff_with(duty, department=department)
        if found:
            return found[0].code
    return ""


@transaction.atomic
def explain(*, entry_id: uuid.UUID, text: str, by: Actor, at: dt.datetime) -> None:
    """Explain, for the department, what happened and what is done about it."""
    _act(entry_id, EntryAct.EXPLAIN, text, by, at)


@transaction.atomic
def give_back(*, entry_id: uuid.UUID, text: str, by: Actor, at: dt.datetime) -> None:
    """Give an explanation back that explains nothing; the department has three working days again."""
    row = _act(entry_id, EntryAct.RETURN, text, by, at)
    row.due_on = entries.answer_due(calendars.current_calendar(), at.astimezone(SHANGHAI).date())
    row.save(update_fields=["due_on"])


@transaction.atomic
def close(*, entry_id: uuid.UUID, text: str, by: Actor, at: dt.datetime) -> None:
    """Accept the explanation and close the entry."""
    row = _act(entry_id, EntryAct.CLOSE, text, by, at)
    outbox.publish(EntryClosed(str(row.case_id or ""), str(row.id)), at=at)


def _act(entry_id: uuid.UUID, act: EntryAct, text: str, by: Actor, at: dt.datetime) -> models.Entry:
    row = models.Entry.objects.select_for_update().filter(id=entry_id).first()
    if row is None:
        raise EntryUnknown
    if by.kind != "staff":
        raise NotAllowed("entry-department-only", entries.MSG_DEPARTMENT, act=entries.ACT_NAMES[act])
    access = identity.staff_access(by.id, at=at)
    state = entries.check_act(act, EntryState(row.state), access, row.department, text)
    row.state = state.value
    row.closed_at = at if state is EntryState.CLOSED else None
    row.save(update_fields=["state", "closed_at"])
    _note(row, act, text, by, at)
    return row


def _note(row: models.Entry, act: EntryAct, text: str, by: Actor, at: dt.datetime) -> None:
    models.Note.objects.create(
        entry=row, act=act.value, text=text.strip(), at=at, by_kind=by.kind, by_id=by.id, by_name=by.name
    )
    detail = {"entry": str(row.id), "kind": row.kind, "department": row.department}
    # What is not about a case has a history of its own.
    subject = Subject("case", str(row.case_id)) if row.case_id else Subject("supervision", str(row.id))
    ledger.record(act=f"effectiveness.{act.value}", subject=subject, by=by, at=at, detail=detail)
