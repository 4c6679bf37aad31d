"""Letters: composed, sealed by the office, kept word for word."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Body
from tongban.foundation.statements import operations as statements
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust.errors import NoSuchSeal
from tongban.foundation.trust.types import Signature
from tongban.kernel.types import Actor
from tongban.services.cases import models, sealing, unsealing
from tongban.services.cases.rules import clocks, letters
from tongban.services.cases.types import Demand, Letter
from tongban.services.catalogue import queries as catalogue

SIGNS = {
    Letter.ACCEPTANCE: "受",
    Letter.DEEMED: "视受",
    Letter.NOT_NEEDED: "告",
    Letter.NOT_ACCEPTED: "不受",
    Letter.NOTICE: "补",
    Letter.TERMINATION: "终",
    Letter.DEMAND: "违",
}


ONCE = frozenset({Letter.ACCEPTANCE, Letter.DEEMED})
"""What a case is told once at most: nobody has to count how often it was."""


def write(
    row: models.Case,
    kind: Letter,
    body: Sequence[str],
    *,
    by: Actor,
    at: datetime,
    demands: Sequence[Demand] = (),
    form_version: int = 0,
) -> models.Paper:
    """Compose a letter, put the office's seal on its text, and keep both."""
    paper, parts = writing(row, kind, body, by=by, at=at, demands=demands, form_version=form_version)
    statements.run_together(parts)
    return paper


def writing(
    row: models.Case,
    kind: Letter,
    body: Sequence[str],
    *,
    by: Actor,
    at: datetime,
    demands: Sequence[Demand] = (),
    form_version: int = 0,
) -> tuple[models.Paper, list[statements.Part]]:
    """Compose a letter and seal it as ``write`` does; the caller writes the parts with what it tells of."""
    office = government.get_body(row.departments[0], row.district, city=catalogue.get_city().short)
    on = clocks.day_of(at)
    number = _number(row, kind, on.year)
    text = letters.compose(
        kind, number=number, office=office.name, applicant=unsealing.open_name(row.applicant_name),
        on=on, body=body,
    )  # fmt: skip
    signature, use = _sealed(office, text, at)
    paper = models.Paper(
        case_id=row.id, kind=kind.value, number=number, text=sealing.seal_text(text), sha256=letters.sha256(text),
        seal=signature.seal, signature=_plain(signature), demands=[asdict(one) for one in demands],
        form_version=form_version, at=at, by_kind=by.kind, by_id=by.id, by_name=by.name,
    )  # fmt: skip
    return paper, [*use, statements.inserting([paper])]


def _number(row: models.Case, kind: Letter, year: int) -> str:
    earlier = 0 if kind in ONCE else models.Paper.objects.filter(case_id=row.id, kind=kind.value).count()
    end = f"-{earlier + 1}" if earlier else ""
    return f"{SIGNS[kind]}〔{year}〕{row.number or row.id.hex[:16]}号{end}"


def _sealed(office: Body, text: str, at: datetime) -> tuple[Signature, list[statements.Part]]:
    """Return the office's seal on a text. An office that never sealed anything gets its seal first."""
    try:
        return trust.signing(office.seal, text.encode(), at=at)
    except NoSuchSeal:
        name = f"{office.name}行政审批专用章"
        trust.ensure_seal(code=office.seal, name=name, department=office.department, by=SEALER, at=at)
        return trust.signing(office.seal, text.encode(), at=at)


SEALER = Actor("system", "cases")


def _plain(signature: Signature) -> dict[str, Any]:
    return {
        "suite": signature.suite,
        "certificate": signature.certificate,
        "value": base64.b64encode(signature.value).decode(),
        "signed_at": signature.signed_at.isoformat(),
        "time_stamp": base64.b64encode(signature.time_stamp).decode(),
    }
