"""The filters that a member of staff has saved."""

from __future__ import annotations

from tongban.services.approvals import models
from tongban.services.approvals.types import SavedFilter


def saved_filters(staff: str) -> tuple[SavedFilter, ...]:
    """Return what a member of staff has saved, in the order of saving."""
    rows = models.SavedFilter.objects.filter(staff=staff).order_by("at", "id")
    return tuple(SavedFilter(row.id, row.name, row.query) for row in rows)
