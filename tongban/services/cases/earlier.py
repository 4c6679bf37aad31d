"""What an applicant has written and handed in before, for the next form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tongban.kernel.types import Subject
from tongban.services.cases import models, unsealing
from tongban.services.cases.types import FieldValue
from tongban.services.exemptions.types import Evidence, Key, Kind, Paper, Request

GOOD_FOR = timedelta(days=365)
"""A reading: an upload is offered again for a year; whether it still holds, the applicant says."""


def last_filing(applicant: Subject) -> tuple[str, dict[str, FieldValue]]:
    """Return number and form of the applicant's latest filed case; empty if there is none (one statement)."""
    rows = models.Filing.objects.filter(
        case__applicant_kind=applicant.kind, case__applicant_id=applicant.id, case__received_at__isnull=False
    ).order_by("-case__started_at", "-number")
    found = rows.values_list("case__number", "document").first()
    return (found[0], unsealing.open_fields(found[1])) if found else ("", {})


def uploads(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return earlier uploads of the same papers by the same applicant, the latest of each (one statement)."""
    words: dict[str, list[Key]] = {}
    for paper in papers:
        if paper.material.document:
            words.setdefault(paper.material.document, []).append(paper.key)
    if not words:
        return {}
    rows = models.Material.objects.filter(
        word__in=words, state="given", document__isnull=False, given_at__gte=request.at - GOOD_FOR,
        case__applicant_kind=request.applicant.kind, case__applicant_id=request.applicant.id,
        case__received_at__isnull=False,
    ).exclude(case_id=request.not_in or None).order_by("given_at")  # fmt: skip
    found: dict[Key, Evidence] = {}
    for row in rows.select_related("case"):
        label = row.document_name or row.name
        for key in words[row.word]:
            reference = f"{row.case.number}/{row.item}/{row.code}"
            found[key] = Evidence(Kind.EARLIER_UPLOAD, "cases", reference, label, row.document)
    return found
