"""Papers that departments have: asked for while the applicant looks on, or afterwards, and what follows for the case."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import transaction

from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import queries as statements
from tongban.foundation.statements.operations import Part
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.cases import models
from tongban.services.cases.operations.drafting import form_of, form_written, locked_form
from tongban.services.cases.operations.examining import examine_again, examine_filed
from tongban.services.cases.operations.recording import locked
from tongban.services.cases.rules import form
from tongban.services.cases.types import CaseState
from tongban.services.catalogue import queries as catalogue
from tongban.services.obtaining import operations as obtaining
from tongban.services.obtaining import queries as wanted
from tongban.services.obtaining.types import State, Want

WITHIN = 0.8
"""Seconds that a page may wait for departments' systems."""
PATIENT = 15.0
"""Seconds that the worker waits."""
AGAIN = dt.timedelta(seconds=5)
UNDER_WAY = (
    "SELECT item, code FROM cases_material WHERE case_id = %s AND evidence ->> 'standing' = 'under_way'"
)
ABOUT = "SELECT number, district FROM cases_case WHERE id = %s"
IN_VAIN = """
SELECT item, code, name, evidence ->> 'provider' FROM cases_material
WHERE case_id = %s AND state = 'missing' AND evidence ->> 'standing' = 'no_answer' ORDER BY position
"""
OVER = frozenset({CaseState.WITHDRAWN, CaseState.TERMINATED})


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A paper that a department was asked for in vain."""

    name: str
    provider: str


def obtain_papers(
    *, case_id: uuid.UUID, issue: str = "", within: float = WITHIN, by: Actor = SYSTEM, at: dt.datetime
) -> bool:
    """Ask the departments for the papers of a case that they have, and return whether anything was learned.

    What takes longer than ``within`` seconds goes on by itself. Nothing of the case is locked while others are waited
    for. Raises nothing of what goes wrong at a provider: the paper stays under way, or is asked for in the end.
    Args: ``issue`` is for what they are asked, the case's number or a draft's id; it is looked up when left out.
    """
    subject = Subject("case", str(case_id))
    number, district = _about(case_id)
    obtaining.obtain(subject=subject, issue=issue or number, district=district, within=within, at=at)
    return _learn(case_id, subject, by, at)


def _about(case_id: uuid.UUID) -> tuple[str, str]:
    """Return a case's number, or a draft's id, and the district whose bodies it is for."""
    number, district = statements.one(ABOUT, [case_id]) or ("", "")
    return number or str(case_id), district


@transaction.atomic
def _learn(case_id: uuid.UUID, subject: Subject, by: Actor, at: dt.datetime) -> bool:
    """Decide anew where papers were under way and something has come of them."""
    wants = wanted.wants(subject)
    if not wants or not _is_news(case_id, wants):
        return False
    row = locked(case_id)
    if row.state == CaseState.DRAFT:
        examine_again(row, by=by, at=at, also=_filled(row, wants, at))
    elif row.state not in OVER:
        examine_filed(row, by=by, at=at)
    return True


def _filled(row: models.Case, wants: tuple[Want, ...], at: dt.datetime) -> list[Part]:
    """Return what fills in fields that are still empty by what departments have said, as a part of a statement."""
    known = {element: (value, one.department) for one in wants for element, value in one.facts.items()}
    asked = [field for field in form_of(row) if field.code in known]
    if not asked:
        return []
    kept, fields = locked_form(row)
    found = form.obtained(asked, fields, known, catalogue.elements)
    if not found:
        return []
    said = {code: replace(one, version=kept.version + 1) for code, one in found.items()}
    return [form_written(kept, fields | said, at)]


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
