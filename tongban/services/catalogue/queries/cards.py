"""What a list shows of an item, a theme, a department, a district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.foundation.government.types import Department, District
from tongban.services.catalogue.types import Theme

COLUMNS = (
    "code", "number", "name", "english", "plain", "plain_english", "type", "level", "department_id",
    "audience", "themes", "state", "depth", "sure", "case_kind", "promise_days", "promise_unit",
    "statutory_days", "statutory_unit", "visits", "materials", "charged", "online_depth", "terminal",
    "variants", "published_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An item as a list shows it: codes as in the pack, counts of trips and papers when done alone."""

    code: str
    number: int
    name: str
    english: str
    plain: str
    plain_english: str
    type: str
    level: str
    department: str
    audience: tuple[str, ...]
    themes: tuple[str, ...]
    state: str
    depth: str
    sure: str
    case_kind: str
    promise_days: int | None
    promise_unit: str
    statutory_days: int | None
    statutory_unit: str
    visits: int
    materials: int
    charged: bool | None
    online_depth: int
    terminal: bool
    variants: tuple[str, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A life theme and how many items in use it leads to."""

    theme: Theme
    items: int


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """A department and how many items in use it answers for."""

    department: Department
    items: int


@dataclass(frozen=True, slots=True)
class DistrictCard:
    """A district, how many items it handles on better terms than the city's, and its halls."""

    district: District
    better: int
    centres: int


def item_card(values: tuple[object, ...]) -> ItemCard:
    """Return the card of a row read with ``COLUMNS``."""
    found = dict(zip(COLUMNS, values, strict=True))
    found["department"] = found.pop("department_id")
    for name in ("audience", "themes", "variants"):
        found[name] = tuple(found[name])  # type: ignore[arg-type]
    return ItemCard(**found)  # type: ignore[arg-type]
