"""An item's terms in a district, how districts compare, and the official names of fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation.government import queries as government
from tongban.kernel.language import translate
from tongban.services.catalogue import models
from tongban.services.catalogue.equality import Report, compare
from tongban.services.catalogue.labels import LABELS
from tongban.services.catalogue.queries.items import all_items
from tongban.services.catalogue.variants import effective

__all__ = ["EqualityCard", "effective", "equality", "equality_reports", "label"]


@dataclass(frozen=True, slots=True)
class EqualityCard:
    """The kept comparison of one day."""

    day: date
    revision: int
    items: int
    differing: int
    better: int
    worse: int
    document: dict[str, Any]


def equality() -> Report:
    """Return where the districts' terms differ from the city's, over all items in use (two statements)."""
    districts = [district.code for district in government.districts()]
    return compare(all_items("in_use").values(), districts)


def equality_reports(limit: int = 30) -> tuple[EqualityCard, ...]:
    """Return the kept comparisons, newest first."""
    rows = models.EqualityReport.objects.order_by("-day")[:limit]
    return tuple(
        EqualityCard(row.day, row.revision, row.items, row.differing, row.better, row.worse, row.document)
        for row in rows
    )


def label(field: str, language: str = "zh") -> str:
    """Return the official term of an item's field; a field without one is shown as it is."""
    return translate(LABELS[field], language) if field in LABELS else field
