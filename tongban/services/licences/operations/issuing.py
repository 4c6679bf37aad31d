"""Issuing: numbers, identifiers, the signed record, all in the caller's transaction.

What is issued together is signed together: one signature over the root of a hash tree for each issuing body.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act as LedgerAct
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading
from tongban.foundation.statements.operations import Part
from tongban.kernel.errors import N_, Conflict, Invalid, NotFound
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject
from tongban.services.licences import models
from tongban.services.licences.events import LicenceIssued
from tongban.services.licences.operations import numbering, recording, signing
from tongban.services.licences.operations.numbering import Issuer
from tongban.services.licences.rules import faces, identifiers, numbers, validity
from tongban.services.licences.types import Act, Grant, LicenceState, Line

BATCH = 1000
PRESENT = "SELECT branch_id, type, id FROM licences_licence WHERE branch_id = ANY(%s) AND version = 1"


@law("licence-issued-on-decision", basis="行政许可法 39、44",
     says="A branch that is granted gives its licences, each once, signed with the body's seal")  # fmt: skip
def issue(*, grant: Grant, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Issue one licence and return its id; the same branch and type again gives the one that is there."""
    return issue_many(grants=[grant], by=by, at=at)[0]


@transaction.atomic(savepoint=False)
def issue_many(*, grants: Sequence[Grant], by: Actor, at: dt.datetime) -> tuple[uuid.UUID, ...]:
    """Issue licences together and return their ids in the order of the grants; each branch and type once.

    Of two at once that did not lock the case (``grants``) the later one fails, by a constraint of the table.
    """
    present = _present(grants)
    fresh = [grant for grant in grants if _key(grant) not in present]
    made = _issue(fresh, by, at) if fresh else []
    ids = present | {_key(grant): row.id for grant, row in zip(fresh, made, strict=True)}
    return tuple(ids[_key(grant)] for grant in grants)


@transaction.atomic
def issue_combined(*, grant: Grant, parts: Sequence[uuid.UUID], by: Actor, at: dt.datetime) -> uuid.UUID:
    """Issue one industry licence (一业一证) over the valid licences of a case, once; return its id.

    The ones beneath stay licences of their own: what happens to one of them shows on the combined one.
    """
    rows = {row.id: row for row in models.Licence.objects.select_for_update().filter(id__in=parts)}
    if len(rows) < 2 or len(rows) != len(parts):
        raise Invalid("licence-combined-parts", N_("综合许可证至少要有两张已经签发的证照。"))
    chosen = [rows[part] for part in parts]
    if any((row.holder_kind, row.holder_id) != (grant.holder.kind, grant.holder.id) for row in chosen):
        raise Invalid("licence-combined-holder", N_("综合许可证下面的证照要属于同一个持证者。"))
    present = models.Licence.objects.filter(case_id=grant.case_id, is_combined=True, version=1).first()
    if grant.case_id is not None and present is not None:
        return present.id
    if any(row.state != LicenceState.VALID.value for row in chosen):
        raise Conflict("licence-combined-state", N_("综合许可证下面的证照要全部有效。"))
    face = (*grant.face, *faces.combined_lines([(row.name, row.number) for row in chosen]))
    (row,) = _issue([replace(grant, face=face, branch_id=None)], by, at, parts=chosen)
    return row.id


def _key(grant: Grant) -> tuple[object, ...]:
    # Without a branch nothing says that two grants are one.
    return (grant.branch_id, grant.type) if grant.branch_id else (id(grant),)


def _present(grants: Sequence[Grant]) -> dict[tuple[object, ...], uuid.UUID]:
    branches = [grant.branch_id for grant in grants if grant.branch_id]
    if not branches:
        return {}
    return {(branch, type_): id for branch, type_, id in reading.rows(PRESENT, [branches])}


def _issue(
    grants: Sequence[Grant], by: Actor, at: dt.datetime, parts: Sequence[models.Licence] = ()
) -> list[models.Licence]:
    issuers = numbering.issuers({(grant.department, grant.district) for grant in grants})
    serials = numbering.take_numbers(
        [(grant.name, issuers[grant.department, grant.district]) for grant in grants],
        recording.day_of(at).year,
    )
    types = numbering.type_numbers(
        {(grant.type, issuers[grant.department, grant.district].code) for grant in grants}
    )
    rows = [
        _row(grant, issuers[grant.department, grant.district], serial, types, at, bool(parts))
        for grant, serial in zip(grants, serials, strict=True)
    ]
    signed = _sign(grants, rows, issuers, at, parts)
    for first in range(0, len(rows), BATCH):
        # All that is issued together goes in one statement; a signature before what it signs.
        some = rows[first : first + BATCH]
        statements.run_together([*([] if first else signed), *_written(some, by, at)])
    models.Part.objects.bulk_create(
        [
            models.Part(combined=row, part=part, position=place)
            for row in rows
            for place, part in enumerate(parts)
        ]
    )
    return rows


def _row(
    grant: Grant,
    issuer: Issuer,
    serial: str,
    types: dict[tuple[str, str], int],
    at: dt.datetime,
    is_combined: bool,
) -> models.Licence:
    if grant.holder.kind not in ("person", "company"):
        raise NotFound("licence-holder", N_("证照要有持证者。"))
    day = recording.day_of(at)
    identifier = identifiers.make(
        body=issuer.code,
        type_number=types[grant.type, issuer.code],
        issuer=issuer.code,
        serial=serial,
        version=1,
    )
    return models.Licence(
        id=new_id(), number=serial, identifier=identifier, code=numbers.new_code(), type=grant.type,
        name=grant.name, item=grant.item, item_version=grant.item_version, case_id=grant.case_id,
        branch_id=grant.branch_id, department=grant.department, issuer=issuer.name, issuer_code=issuer.code,
        district=grant.district, holder_kind=grant.holder.kind, holder_id=grant.holder.id,
        holder_name=recording.lock_name(grant.holder_name), face=recording.lock_face(grant.face),
        issued_at=at, issued_on=day, valid_from=day, valid_until=validity.last_day(grant.validity, day),
        validity=grant.validity, state=LicenceState.VALID.value, is_combined=is_combined, changes_count=1,
    )  # fmt: skip


def _sign(
    grants: Sequence[Grant],
    rows: Sequence[models.Licence],
    issuers: Mapping[tuple[str, str], Issuer],
    at: dt.datetime,
    parts: Sequence[models.Licence],
) -> list[Part]:
    """Give the rows their signatures and paths; return what is to be written of the signatures."""
    beneath = [part.identifier for part in parts]
    records = [
        recording.record_of(row, grant.holder_name, grant.face, beneath)
        for grant, row in zip(grants, rows, strict=True)
    ]
    bodies = [issuers[grant.department, grant.district] for grant in grants]
    written: list[Part] = []
    for body in {one.seal: one for one in bodies}.values():
        own = [place for place, one in enumerate(bodies) if one.seal == body.seal]
        signed, paths, use = signing.sign(body, [records[place] for place in own], at)
        written += use
        for place, path in zip(own, paths, strict=True):
            rows[place].signing, rows[place].path = signed, path
    return written


def _written(rows: Sequence[models.Licence], by: Actor, at: dt.datetime) -> list[Part]:
    """Return what is written of issued licences: themselves, their first change, the ledger's records, the events."""
    changes = [recording.change(row, 1, Act.ISSUE, None, LicenceState.VALID, "", "", by, at) for row in rows]
    acts = [
        LedgerAct(
            "licence.issue",
            Subject("licence", str(row.id)),
            {"number": row.number, "identifier": row.identifier},
        )
        for row in rows
    ]
    events = [
        LicenceIssued(**recording.event_head(row), number=row.number, identifier=row.identifier)
        for row in rows
    ]
    return [
        statements.inserting(rows),
        statements.inserting(changes),
        ledger.recording(acts=acts, by=by, at=at),
        *outbox.publishing(events, at=at),
    ]


def reissue(
    row: models.Licence,
    *,
    holder_name: str,
    face: tuple[Line, ...],
    valid_until: dt.date | None,
    at: dt.datetime,
) -> models.Licence:
    """Return the next version of a licence, signed and stored: same number, later version, new identifier."""
    read = identifiers.read(row.identifier)
    newer = models.Licence(
        id=new_id(), number=row.number, code=numbers.new_code(), version=row.version + 1, replaces=row,
        identifier=identifiers.make(
            body=read.body, type_number=int(read.type_number), issuer=row.issuer_code, serial=read.serial,
            version=row.version + 1,
        ),
        issued_at=at, issued_on=recording.day_of(at), valid_from=row.valid_from, valid_until=valid_until,
        state=LicenceState.VALID.value, changes_count=1,
        holder_name=recording.lock_name(holder_name), face=recording.lock_face(face),
        **{name: getattr(row, name) for name in SAME},
    )  # fmt: skip
    parts = list(models.Part.objects.filter(combined=row).order_by("position").select_related("part"))
    record = recording.record_of(newer, holder_name, face, [one.part.identifier for one in parts])
    issuer = numbering.issuers({(row.department, row.district)})[row.department, row.district]
    newer.signing, (newer.path,), use = signing.sign(issuer, [record], at)
    statements.run_together([*use, statements.inserting([newer])])
    models.Part.objects.bulk_create(
        models.Part(combined=newer, part=one.part, position=one.position) for one in parts
    )
    return newer


SAME = (
    "type", "name", "item", "item_version", "case_id", "branch_id", "department", "issuer", "issuer_code",
    "district", "holder_kind", "holder_id", "validity", "is_combined",
)  # fmt: skip
"""What a correction never changes."""
