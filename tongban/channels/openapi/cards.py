"""An item as lists show it, to programs: what a summary does not tell is null, never zero."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from tongban.foundation.government.types import Level
from tongban.services.catalogue.queries import ItemCard
from tongban.services.catalogue.types import Audience, CaseKind, Depth, ItemState, Sure, TaskType


class ItemLine(BaseModel):
    """An item in a list or a table."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    number: int = Field(description="Which version is published")
    name: str = Field(description="Official name")
    english: str
    plain: str = Field(description="What it is, in words people use")
    plain_english: str
    type: TaskType
    level: Level
    department: str = Field(description="Code of the department that answers for it")
    audience: list[Audience]
    themes: list[str] = Field(description="Codes of life themes")
    state: ItemState
    depth: Depth
    sure: Sure
    case_kind: CaseKind
    promise_days: int | None = Field(description="承诺办结时限; null where not known")
    promise_unit: str
    statutory_days: int | None = Field(description="法定办结时限; null where not known")
    statutory_unit: str
    visits: int | None = Field(description="Trips when done alone; null where only a summary is known")
    materials: int | None = Field(description="Papers asked for; null where only a summary is known")
    charged: bool | None = Field(description="null where not known")
    online_depth: int = Field(description="网上办理深度 1–8, 0 not online")
    terminal: bool = Field(description="Self-service terminals take it")
    variants: list[str] = Field(description="Districts that handle it on better terms than the city's")
    published_at: datetime


def line(card: ItemCard) -> ItemLine:
    """Return what a program reads of a card."""
    found = ItemLine.model_validate(card)
    if found.depth is Depth.SUMMARY:
        found.visits = found.materials = None
    return found
