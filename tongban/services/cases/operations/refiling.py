"""What was handed in, kept again when it changes: after a supplement, after a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from tongban.services.cases import models, sealing
from tongban.services.cases.types import CaseMaterial, FieldValue


def file_again(
    row: models.Case, fields: Mapping[str, FieldValue], materials: Sequence[CaseMaterial], *, at: datetime
) -> str:
    """Keep form and papers as they are now, and return their digest: what decisions see from here on."""
    latest = models.Filing.objects.filter(case_id=row.id).aggregate(Max("number"))["number__max"] or 0
    seen = [
        [one.item, one.code, one.state.value, one.kind, str(one.document) if one.document else None]
        for one in materials
    ]
    digest = sealing.facts_digest(fields, seen, row.versions)
    models.Filing.objects.create(
        case_id=row.id,
        number=latest + 1,
        at=at,
        document=sealing.seal_fields(fields),
        materials=seen,
        digest=digest,
    )
    return digest
