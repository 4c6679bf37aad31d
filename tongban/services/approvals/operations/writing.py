"""Letters of a department: composed, sealed, kept word for word."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from typing import Any

from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Body
from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import operations as statements
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust.errors import NoSuchSeal
from tongban.foundation.trust.types import Signature
from tongban.kernel.types import Actor, Subject
from tongban.services.approvals import models, sealing
from tongban.services.approvals.rules import clocks, letters
from tongban.services.catalogue import queries as catalogue

SEALER = Actor("system", "approvals")
ONCE = frozenset({letters.Kind.GRANT, letters.Kind.REFUSAL, letters.Kind.SILENCE})


def write(
    row: models.Branch,
    kind: letters.Kind,
    body: Sequence[str],
    *,
    office: str = "",
    by: Actor,
    at: dt.datetime,
) -> models.Letter:
    """Compose a letter of the branch's department (or of ``office``), put its seal on the text, keep both."""
    letter, parts = writing(row, kind, body, office=office, by=by, at=at)
    statements.run_together(parts)
    return letter


def writing(
    row: models.Branch,
    kind: letters.Kind,
    body: Sequence[str],
    *,
    office: str = "",
    by: Actor,
    at: dt.datetime,
) -> tuple[models.Letter, list[statements.Part]]:
    """Compose a letter and seal it as ``write`` does; the caller writes the parts with what it tells of."""
    body_of = (office or row.department, row.round.district)
    department = government.get_body(*body_of, city=catalogue.get_city().short)
    on = clocks.day_of(at)
    again = 0 if kind in ONCE else models.Letter.objects.filter(branch_id=row.id, kind=kind.value).count()
    number = letters.number(
        kind, year=on.year, case_number=row.round.number, position=row.position, again=again
    )
    applicant = identity.name_of(Subject(row.round.applicant_kind, row.round.applicant_id))
    text = letters.compose(kind, number=number, office=department.name, applicant=applicant, on=on, body=body)
    signature, use = _signature(department, text, at)
    letter = models.Letter(
        branch_id=row.id, kind=kind.value, number=number, text=sealing.seal_text(text),
        sha256=letters.sha256(text), seal=signature.seal, signature=_plain(signature), at=at,
        by_kind=by.kind, by_id=by.id, by_name=by.name,
    )  # fmt: skip
    return letter, [*use, statements.inserting([letter])]


def _signature(department: Body, text: str, at: dt.datetime) -> tuple[Signature, list[statements.Part]]:
    """Return the department's seal on a text. One that never sealed anything gets its seal first."""
    try:
        return trust.signing(department.seal, text.encode(), at=at)
    except NoSuchSeal:
        name = f"{department.name}行政审批专用章"
        trust.ensure_seal(code=department.seal, name=name, department=department.department, by=SEALER, at=at)
        return trust.signing(department.seal, text.encode(), at=at)


def _plain(signature: Signature) -> dict[str, Any]:
    return {
        "suite": signature.suite,
        "certificate": signature.certificate,
        "value": base64.b64encode(signature.value).decode(),
        "signed_at": signature.signed_at.isoformat(),
        "time_stamp": base64.b64encode(signature.time_stamp).decode(),
    }
