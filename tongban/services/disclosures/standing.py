"""What stands in the tables, as records: used by queries and operations of this package."""

from __future__ import annotations

from tongban.kernel.types import Subject
from tongban.services.disclosures import models
from tongban.services.disclosures.types import Contest, ContestKind, ContestState, Kind, Verdict


def contest(row: models.Contest) -> Contest:
    """Return a contest as a record."""
    return Contest(
        id=row.id,
        kind=ContestKind(row.kind),
        state=ContestState(row.state),
        reading=row.reading,
        reading_kind=Kind(row.reading_kind),
        reading_at=row.reading_at,
        owner=Subject(row.owner_kind, row.owner_id),
        department=row.department,
        reader=row.reader,
        resource=row.resource,
        grant=row.grant,
        number=row.number,
        says=row.says,
        stated_at=row.stated_at,
        due_on=row.due_on,
        escalated_at=row.escalated_at,
        verdict=Verdict(row.verdict) if row.verdict else None,
        answer=row.answer,
        measure=row.measure,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        office=row.office,
        district=row.district,
        handed_on_at=row.handed_on_at,
        is_named=row.is_named,
    )
