"""The whole file of a case, in one statement: for who handles it, and for whose it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Actor
from tongban.services.cases import models, rules, unsealing
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.queries import papers, records
from tongban.services.cases.standing import roles_of_staff, standing_of
from tongban.services.cases.types import (
    Act,
    Breach,
    Case,
    CaseEvent,
    CaseState,
    Commitment,
    Correction,
    Role,
    Written,
)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that was done and written, and in which roles its reader meets it."""

    case: Case
    roles: frozenset[Role]
    events: tuple[CaseEvent, ...]
    letters: tuple[Written, ...]
    commitments: tuple[Commitment, ...]
    breaches: tuple[Breach, ...]


def file_of(case_id: uuid.UUID, person: StaffAccess) -> CaseFile:
    """Return the file of a case to a member of staff whose posts were read already; raise CaseUnknown.

    One statement. Reading it belongs on the ledger: channels call ``operations.read_file``.
    """
    of_case = {"case_id": case_id}
    found = statements.together(
        models.Case.objects.filter(id=case_id),
        models.Form.objects.filter(**of_case),
        models.Material.objects.filter(**of_case).order_by("position"),
        models.Event.objects.filter(**of_case).order_by("number"),
        models.Paper.objects.filter(**of_case).order_by("at", "id"),
        models.Commitment.objects.filter(**of_case).order_by("signed_at", "id"),
        models.Breach.objects.filter(**of_case).order_by("at", "id"),
    )
    rows, forms, materials, events, letters, commitments, breaches = found
    roles = roles_of_staff(person, rows[0]) if rows else frozenset()
    if not roles:
        raise CaseUnknown
    return CaseFile(
        case=_case(rows[0], forms[0], materials),
        roles=roles,
        events=tuple(map(records.event, events)),
        letters=tuple(map(records.written, letters)),
        commitments=tuple(map(papers.commitment, commitments)),
        breaches=tuple(map(papers.breach, breaches)),
    )


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A case with all that its applicant may see of it, and what they may do now."""

    case: Case
    acts: tuple[Act, ...]
    events: tuple[CaseEvent, ...]
    letters: tuple[Written, ...]
    commitments: tuple[Commitment, ...]
    corrections: tuple[Correction, ...]


def own_file(case_id: uuid.UUID, *, by: Actor, at: datetime) -> OwnFile:
    """Return the file of a case to the applicant, or who acts for them; raise CaseUnknown.

    One statement, and those it takes to know by what right somebody acts for another.
    """
    of_case = {"case_id": case_id}
    found = statements.together(
        models.Case.objects.filter(id=case_id),
        models.Form.objects.filter(**of_case),
        models.Material.objects.filter(**of_case).order_by("position"),
        models.Event.objects.filter(**of_case).order_by("number"),
        models.Paper.objects.filter(**of_case).order_by("at", "id"),
        models.Commitment.objects.filter(**of_case).order_by("signed_at", "id"),
        models.Correction.objects.filter(**of_case).order_by("asked_at", "id"),
    )
    rows, forms, materials, events, letters, commitments, corrections = found
    standing = standing_of(by, rows[0], at) if rows else None
    if standing is None or not standing.is_party:
        raise CaseUnknown
    return OwnFile(
        case=_case(rows[0], forms[0], materials),
        acts=rules.acts_for(CaseState(rows[0].state), standing.roles),
        events=tuple(map(records.event, events)),
        letters=tuple(map(records.written, letters)),
        commitments=tuple(map(papers.commitment, commitments)),
        corrections=tuple(map(papers.correction, corrections)),
    )


def _case(row: models.Case, form: models.Form, materials: Iterable[models.Material]) -> Case:
    fields = unsealing.open_fields(form.document)
    return records.case_with(row, fields, form.version, tuple(map(records.material, materials)))
