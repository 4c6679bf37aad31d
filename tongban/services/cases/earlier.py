"""What an applicant has written and handed in before, for the next form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Subject
from tongban.services.cases import unsealing
from tongban.services.cases.types import FieldValue
from tongban.services.exemptions.types import Evidence, Key, Kind, Paper, Request

LAST_FILING = """
SELECT c.number, f.document FROM cases_filing f JOIN cases_case c ON c.id = f.case_id
WHERE c.applicant_kind = %s AND c.applicant_id = %s AND c.received_at IS NOT NULL
ORDER BY c.started_at DESC, f.number DESC LIMIT 1
"""
UPLOADS = """
SELECT DISTINCT ON (m.word) m.word, c.number || '/' || m.item || '/' || m.code,
    coalesce(nullif(m.document_name, ''), m.name), m.document
FROM cases_material m JOIN cases_case c ON c.id = m.case_id
WHERE m.word = ANY(%s::text[]) AND m.state = 'given' AND m.document IS NOT NULL AND m.given_at >= %s
    AND c.applicant_kind = %s AND c.applicant_id = %s AND c.received_at IS NOT NULL AND c.id::text <> %s
ORDER BY m.word, m.given_at DESC
"""
GOOD_FOR = timedelta(days=365)
"""A reading: an upload is offered again for a year; whether it still holds, the applicant says."""


def last_filing(applicant: Subject) -> tuple[str, dict[str, FieldValue]]:
    """Return number and form of the applicant's latest filed case; empty if there is none (one statement)."""
    found = statements.one(LAST_FILING, [applicant.kind, applicant.id])
    return (found[0], unsealing.open_fields(found[1])) if found else ("", {})


def uploads(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return earlier uploads of the same papers by the same applicant, the latest of each (one statement)."""
    words: dict[str, list[Key]] = {}
    for paper in papers:
        if paper.material.document:
            words.setdefault(paper.material.document, []).append(paper.key)
    if not words:
        return {}
    applicant = request.applicant
    rows = statements.rows(
        UPLOADS, [list(words), request.at - GOOD_FOR, applicant.kind, applicant.id, request.not_in]
    )
    found: dict[Key, Evidence] = {}
    for word, reference, label, document in rows:
        for key in words[word]:
            found[key] = Evidence(Kind.EARLIER_UPLOAD, "cases", reference, label, document)
    return found
