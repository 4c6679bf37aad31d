"""Drafts that came from lists, and the numbers that a further list may not repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from tongban.kernel.pages import Page
from tongban.services.catalogue import models


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """One list taken in and what became of its rows."""

    id: str
    file: str
    at: datetime
    by: str
    rows: int
    accepted: int
    rejected: int
    reasons: dict[str, int]
    warnings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of a list that became a draft; ``document`` is what the list says, in the pack's words."""

    row: int
    name: str
    number: str
    type: str
    department: str | None
    department_said: str
    document: dict[str, Any]
    warnings: tuple[str, ...]


def draft_batches(limit: int = 50) -> tuple[DraftBatch, ...]:
    """Return the latest lists taken in, newest first."""
    rows = models.ImportBatch.objects.order_by("-at", "-id")[:limit]
    return tuple(
        DraftBatch(
            str(row.id), row.file, row.at, row.by_name or row.by_id, row.rows, row.accepted, row.rejected,
            row.reasons, row.warnings,
        )
        for row in rows
    )  # fmt: skip


def drafts(batch: str | None = None, page: int = 1, size: int = 100) -> Page[Draft]:
    """Return a page of drafts, of one list or of all, newest list first, in the list's own order."""
    rows = models.DraftItem.objects.order_by("-batch__at", "batch_id", "row")
    if batch:
        rows = rows.filter(batch_id=batch)
    start = (max(1, page) - 1) * size
    return Page(tuple(map(_draft, rows[start : start + size])), max(1, page), size, rows.count())


def known_numbers() -> tuple[frozenset[str], frozenset[str]]:
    """Return the item numbers of published items, and those of drafts (two statements)."""
    published = models.Item.objects.exclude(numbers=[]).values_list("numbers", flat=True)
    waiting = models.DraftItem.objects.exclude(number="").values_list("number", flat=True)
    return frozenset(chain.from_iterable(published)), frozenset(waiting.iterator())


def _draft(row: models.DraftItem) -> Draft:
    return Draft(
        row.row,
        row.name,
        row.number,
        row.type,
        row.department_id,
        row.department_said,
        row.document,
        tuple(row.warnings),
    )
