"""What every act shares: how names are kept, what is signed, changes and events."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from tongban.foundation.trust import operations as trust
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject
from tongban.services.licences import models
from tongban.services.licences.rules import record
from tongban.services.licences.types import Act, LicenceState, Line
from tongban.services.licences.unsealing import FACE, NAME


def day_of(at: dt.datetime) -> dt.date:
    """Return the day of a moment in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def lock_name(name: str) -> bytes:
    """Return a holder's name as it is kept."""
    return trust.encrypt(NAME, name.encode())


def lock_face(face: Sequence[Line]) -> bytes:
    """Return the lines of a face as they are kept."""
    text = json.dumps([[line.label, line.value] for line in face], ensure_ascii=False)
    return trust.encrypt(FACE, text.encode())


def record_of(row: models.Licence, holder_name: str, face: Sequence[Line], parts: Sequence[str]) -> bytes:
    """Return what is signed of a licence."""
    return record.canonical(
        identifier=row.identifier, number=row.number, name=row.name, type=row.type, issuer_code=row.issuer_code,
        holder=Subject(row.holder_kind, row.holder_id), holder_name=holder_name, issued_on=row.issued_on,
        valid_from=row.valid_from, valid_until=row.valid_until, validity=row.validity, face=face, parts=parts,
    )  # fmt: skip


def change(
    row: models.Licence, number: int, act: Act, before: LicenceState | None, after: LicenceState,
    law: str, reason: str, by: Actor, at: dt.datetime,
) -> models.Change:  # fmt: skip
    """Return the row of an act, not stored yet."""
    return models.Change(
        licence=row, number=number, act=act.value, before=before.value if before else "", after=after.value,
        law=law, reason=reason, at=at, by_kind=by.kind, by_id=by.id, by_name=by.name,
    )  # fmt: skip


def event_head(row: models.Licence) -> dict[str, str]:
    """Return the fields that all events of a licence begin with."""
    return {
        "licence_id": str(row.id), "holder_kind": row.holder_kind, "holder_id": row.holder_id,
        "case_id": str(row.case_id or ""), "type": row.type,
    }  # fmt: skip
