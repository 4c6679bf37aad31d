"""What was written about a case: letters, commitments, corrections asked for, breaches."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from tongban.kernel.types import Actor
from tongban.services.cases import models, unsealing
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.queries import records
from tongban.services.cases.queries.cases import visible
from tongban.services.cases.rules import letters as wording
from tongban.services.cases.types import Breach, Commitment, Correction, Written

Paper = tuple[str, str]
"""Item and material."""


def letters(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> tuple[Written, ...]:
    """Return the letters of a case in their order, word for word."""
    row, _ = visible(case_id, by=by, at=at)
    return tuple(
        records.written(one) for one in models.Paper.objects.filter(case_id=row.id).order_by("at", "id")
    )


def commitment_text(
    case_id: uuid.UUID | str,
    *,
    item: str,
    material: str,
    until: date | None = None,
    by: Actor,
    at: datetime | None = None,
) -> tuple[str, str]:
    """Return the text of a commitment as it is to be shown, and its digest, which signing wants back.

    ``until`` gives the promise to hand the paper in by a day, for papers that may follow.
    """
    row, _ = visible(case_id, by=by, at=at)
    paper = models.Material.objects.filter(case_id=row.id, item=item, code=material).first()
    if paper is None:
        raise CaseUnknown
    applicant = unsealing.open_name(row.applicant_name)
    text = wording.commitment(paper.name, applicant, row.service_name, paper.law, until)
    return text, wording.sha256(text)


def commitment_texts(
    case_id: uuid.UUID | str,
    *,
    wanted: Mapping[Paper, date | None],
    by: Actor,
    at: datetime | None = None,
) -> dict[Paper, tuple[str, str]]:
    """Return the texts of many papers at once, by item and material; each as ``commitment_text``."""
    if not wanted:
        return {}
    row, _ = visible(case_id, by=by, at=at)
    applicant = unsealing.open_name(row.applicant_name)
    found = {}
    for paper in models.Material.objects.filter(case_id=row.id).order_by("position"):
        if (key := (paper.item, paper.code)) in wanted:
            text = wording.commitment(paper.name, applicant, row.service_name, paper.law, wanted[key])
            found[key] = (text, wording.sha256(text))
    return found


def commitments(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> tuple[Commitment, ...]:
    """Return the commitments that were signed, with the text that was shown."""
    row, _ = visible(case_id, by=by, at=at)
    rows = models.Commitment.objects.filter(case_id=row.id).order_by("signed_at", "id")
    return tuple(map(commitment, rows))


def commitment(row: models.Commitment) -> Commitment:
    """Return the record of a row."""
    by = Actor(row.signed_by_kind, row.signed_by_id, row.signed_by_name)
    return Commitment(row.item, row.material, unsealing.open_text(row.text), row.sha256, by, row.signed_at)


def corrections(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> tuple[Correction, ...]:
    """Return what registers were asked to correct because of this case."""
    row, _ = visible(case_id, by=by, at=at)
    rows = models.Correction.objects.filter(case_id=row.id).order_by("asked_at", "id")
    return tuple(map(correction, rows))


def correction(one: models.Correction) -> Correction:
    """Return what a register was asked to correct."""
    return Correction(one.id, one.case_id, one.field, one.register, one.grounds, one.asked_at, one.due_on)


def breaches(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> tuple[Breach, ...]:
    """Return the duties that were broken in a case."""
    row, _ = visible(case_id, by=by, at=at)
    rows = models.Breach.objects.filter(case_id=row.id).order_by("at", "id")
    return tuple(map(breach, rows))


def breach(row: models.Breach) -> Breach:
    """Return the record of a row."""
    by = Actor(row.by_kind, row.by_id, row.by_name)
    return Breach(row.kind, row.what, row.reason, row.law, row.at, by)
