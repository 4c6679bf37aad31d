"""Licences as records: of a holder, of a case, one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject
from tongban.services.licences import models, unsealing
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.rules import validity
from tongban.services.licences.types import Act, Change, Licence, LicenceState

HELD = """
WHERE holder_kind = %s AND holder_id = %s AND state <> 'corrected' AND (type = ANY(%s) OR %s)
ORDER BY issued_at DESC, id DESC
"""


def licences_of(
    subject: Subject, *, at: dt.datetime | None = None, types: Iterable[str] = (), only_valid: bool = False
) -> tuple[Licence, ...]:
    """Return the licences of a holder, newest first, without versions that were replaced (two statements)."""
    wanted = list(types)
    found = _records(
        statements.fetch(models.Licence, HELD, [subject.kind, subject.id, wanted, not wanted]), at
    )
    return tuple(one for one in found if one.is_valid or not only_valid)


def licences_of_case(
    case_id: uuid.UUID, *, branch: uuid.UUID | None = None, at: dt.datetime | None = None
) -> tuple[Licence, ...]:
    """Return what a case gave, or one branch of it: its licences in the order of issue, a combined one last."""
    rows = models.Licence.objects.filter(case_id=case_id).exclude(state=LicenceState.CORRECTED.value)
    if branch is not None:
        rows = rows.filter(branch_id=branch)
    return _records(rows.order_by("is_combined", "issued_at", "id"), at)


def get_licence(id: uuid.UUID, *, at: dt.datetime | None = None) -> Licence:
    """Return a licence; raise LicenceUnknown. Who may see it is for the caller to know: holder, issuing body."""
    found = find_licence(id, at=at)
    if found is None:
        raise LicenceUnknown
    return found


def find_licence(id: uuid.UUID, *, at: dt.datetime | None = None) -> Licence | None:
    """Return a licence, or None."""
    return next(iter(_records(models.Licence.objects.filter(id=id), at)), None)


def changes_of(id: uuid.UUID) -> tuple[Change, ...]:
    """Return all that was done to a licence, in its order."""
    return tuple(
        Change(
            row.number, Act(row.act), LicenceState(row.before) if row.before else None, LicenceState(row.after),
            row.law, row.reason, row.at, Actor(row.by_kind, row.by_id, row.by_name),
        )
        for row in models.Change.objects.filter(licence_id=id).order_by("number")
    )  # fmt: skip


def today(at: dt.datetime | None) -> dt.date:
    """Return the day of a moment, or today."""
    return (at or clock.now()).astimezone(SHANGHAI).date()


def _records(rows: Iterable[models.Licence], at: dt.datetime | None) -> tuple[Licence, ...]:
    found, day = list(rows), today(at)
    combined = [row.id for row in found if row.is_combined]
    parts: dict[uuid.UUID, list[uuid.UUID]] = {}
    if combined:
        for part in models.Part.objects.filter(combined__in=combined).order_by("position"):
            parts.setdefault(part.combined_id, []).append(part.part_id)
    return tuple(_record(row, tuple(parts.get(row.id, ())), day) for row in found)


def _record(row: models.Licence, parts: tuple[uuid.UUID, ...], day: dt.date) -> Licence:
    return Licence(
        id=row.id, number=row.number, identifier=row.identifier, code=row.code, type=row.type, name=row.name,
        holder=Subject(row.holder_kind, row.holder_id), holder_name=unsealing.open_name(row.holder_name),
        item=row.item, case_id=row.case_id, branch_id=row.branch_id, department=row.department, issuer=row.issuer,
        district=row.district, issued_on=row.issued_on, valid_from=row.valid_from, valid_until=row.valid_until,
        validity=row.validity, state=validity.state_on(LicenceState(row.state), row.valid_until, day),
        version=row.version, face=unsealing.open_face(row.face), is_combined=row.is_combined, parts=parts,
        replaces=row.replaces_id, document=row.document, document_sha256=row.document_sha256,
    )  # fmt: skip
