"""Papers that departments have: asked for while the applicant looks on, or afterwards, and what follows for the case."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from dataclasses import dataclass, replace
from enum import IntEnum

from django.db import transaction

from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.cases import models
from tongban.services.cases.operations.examining import asked_values, examine_again, examine_filed
from tongban.services.cases.operations.forms import form_of, form_written, locked_form
from tongban.services.cases.operations.recording import locked
from tongban.services.cases.rules import form
from tongban.services.cases.types import CaseState, FieldValue
from tongban.services.catalogue import queries as catalogue
from tongban.services.obtaining import operations as obtaining
from tongban.services.obtaining import queries as wanted
from tongban.services.obtaining.types import State, Want

WITHIN = 0.8
"""Seconds that a page may wait for departments' systems."""
PATIENT = 15.0
"""Seconds that the worker waits."""
AGAIN = dt.timedelta(seconds=5)
MOST_LINKS = 4
"""So many answers in a row may each be what lets the next department be asked; what is left the timer asks."""
UNDER_WAY = (
    "SELECT item, code FROM cases_material WHERE case_id = %s AND evidence ->> 'standing' = 'under_way'"
)
ABOUT = "SELECT number, district FROM cases_case WHERE id = %s"
IN_VAIN = """
SELECT item, code, name, evidence ->> 'provider' FROM cases_material
WHERE case_id = %s AND state = 'missing' AND evidence ->> 'standing' = 'no_answer' ORDER BY position
"""
OVER = frozenset({CaseState.WITHDRAWN, CaseState.TERMINATED})


class Learned(IntEnum):
    """What has come of asking."""

    NOTHING = 0
    SOMETHING = 1
    ASKS_MORE = 2  # and by it a department can be asked that could not be before


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A paper that a department was asked for in vain."""

    name: str
    provider: str


def obtain_papers(
    *,
    case_id: uuid.UUID,
    issue: str = "",
    district: str = "",
    within: float = WITHIN,
    by: Actor = SYSTEM,
    at: dt.datetime,
) -> bool:
    """Ask the departments for the papers of a case that they have, and return whether anything was learned.

    What takes longer than ``within`` seconds goes on by itself; by what one answer shows to be the applicant's the next
    department is asked. Nothing of the case is locked while others are waited for. Raises nothing of what goes wrong at a
    provider: the paper stays under way, or is asked for in the end.
    Args: ``issue`` is for what they are asked, the case's number or a draft's id, and ``district`` the one whose bodies it
    is for; both are looked up when ``issue`` is left out.
    """
    subject = Subject("case", str(case_id))
    if not issue:
        issue, district = _about(case_id)
    until, learned = time.monotonic() + within, Learned.NOTHING
    for _ in range(MOST_LINKS):
        left = max(0.0, until - time.monotonic())
        obtaining.obtain(subject=subject, issue=issue, district=district, within=left, at=at)
        news = _learn(case_id, subject, by, at)
        learned = max(learned, news)
        if news is not Learned.ASKS_MORE:
            break
    return learned is not Learned.NOTHING


def _about(case_id: uuid.UUID) -> tuple[str, str]:
    """Return a case's number, or a draft's id, and the district whose bodies it is for."""
    number, district = statements.one(ABOUT, [case_id]) or ("", "")
    return number or str(case_id), district


@transaction.atomic
def _learn(case_id: uuid.UUID, subject: Subject, by: Actor, at: dt.datetime) -> Learned:
    """Decide anew where papers were under way and something has come of them."""
    wants = wanted.wants(subject)
    if not wants or not _is_news(case_id, wants):
        return Learned.NOTHING
    row = locked(case_id)
    if row.state in OVER:
        return Learned.SOMETHING
    if row.state == CaseState.DRAFT:
        asks_more = _look_again(row, wants, by, at)
    else:
        asks_more = examine_filed(row, locked_form(row)[1] if row.asked_by else None, by=by, at=at)
    return Learned.ASKS_MORE if asks_more else Learned.SOMETHING


def _look_again(row: models.Case, wants: tuple[Want, ...], by: Actor, at: dt.datetime) -> bool:
    """Examine a draft again, its form read only where departments have said something of it, or are asked by it."""
    codes = {field.code for field in form_of(row)}
    if not row.asked_by and not any(codes & one.facts.keys() for one in wants):
        return examine_again(row, None, by=by, at=at)
    kept, fields = locked_form(row)
    found = _filled(row, fields, wants, kept.version + 1)
    also = [form_written(kept, fields | found, at)] if found else []
    return examine_again(row, fields | found, by=by, at=at, also=also)


def _filled(
    row: models.Case, fields: dict[str, FieldValue], wants: tuple[Want, ...], version: int
) -> dict[str, FieldValue]:
    """Return the fields that are still empty and that departments have said, asked by what the form says now."""
    form_says = asked_values(row, fields)
    known = {
        element: (value, one.department)
        for one in wants
        if one.said == wanted.said_digest(form_says, one.asked_by)
        for element, value in one.facts.items()
    }
    found = form.obtained(form_of(row), fields, known, catalogue.elements)
    return {code: replace(one, version=version) for code, one in found.items()}


def _is_news(case_id: uuid.UUID, wants: tuple[Want, ...]) -> bool:
    settled = {(one.item, one.material) for one in wants if one.state is State.OBTAINED}
    waiting = {(one.item, one.material) for one in wants if one.state is State.WANTED} - settled
    return any((item, code) not in waiting for item, code in statements.rows(UNDER_WAY, [case_id]))


def ask_again(case_id: uuid.UUID, *, at: dt.datetime) -> tuple[GivenUp, ...]:
    """Do what the timer is for: ask for what is left, and set it again for when that may be asked next.

    Returns the papers of a draft that were spared until now and have to be brought after all.
    """
    subject = Subject("case", str(case_id))
    before = set(statements.rows(UNDER_WAY, [case_id]))
    if wanted.next_at(subject) is None:
        _learn(case_id, subject, SYSTEM, at)
        return ()
    obtain_papers(case_id=case_id, within=PATIENT, at=at)
    following = wanted.next_at(subject)
    if following is not None:
        payload = {"kind": subject.kind, "id": subject.id}
        due_at = max(following, at + AGAIN)
        outbox.schedule(obtaining.TIMER, due_at, payload, key=obtaining.timer_key(subject))
    rows = statements.rows(IN_VAIN, [case_id])
    return tuple(GivenUp(name, provider) for item, code, name, provider in rows if (item, code) in before)
