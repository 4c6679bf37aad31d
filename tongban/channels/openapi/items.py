"""Items: browse, read, compare versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from tongban.channels.openapi.cards import ItemLine, line
from tongban.channels.openapi.paging import Listed, listed
from tongban.channels.openapi.parameters import (
    AUDIENCE,
    DEPARTMENT,
    DISTRICT,
    IMMEDIATE,
    ITEM,
    LEVEL,
    PAGE,
    SIZE,
    THEME,
    TYPE,
    VERSION,
    AudienceCode,
    Flag,
    LevelCode,
    Number,
    TypeCode,
    VersionNumber,
    check_department,
    check_district,
    check_theme,
)
from tongban.kernel.errors import N_
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.queries import VersionCard
from tongban.services.catalogue.types import Item

router = Router(tags=["items"])

BETTER_IN: Any = Query(None, max_length=80, description=N_("只要这个区有更好条件的事项；区的六位代码"))
ONLINE: Any = Query(False, description=N_("只要能在网上受理的"))
VISITS_ZERO: Any = Query(False, description=N_("只要一次都不用跑的（只看完整的指南）"))
GUIDES_WITHOUT_MATERIALS: Any = Query(False, description=N_("只要不用交材料的（只看完整的指南）"))
ORDER: Any = Query("name", description=N_("顺序：名称、承诺时限、材料份数"))
BEFORE: Any = Query(..., description=N_("较早的版本号"))
AFTER: Any = Query(..., description=N_("较晚的版本号"))


class ItemAsPublished(BaseModel):
    """An item in one of its versions. ``item`` is the record that a city pack holds."""

    number: int = Field(description="Which version this is")
    current: int = Field(description="Which version is published now")
    published_at: datetime
    by: str = Field(description="Who published it")
    why: str = Field(description="Why it was published")
    district: str | None = Field(None, description="Whose terms these are, where the district has its own")
    item: Item


class ChangeLine(BaseModel):
    """One difference between two versions."""

    path: list[str] = Field(description="Names of fields down to the difference")
    kind: Literal["added", "removed", "changed"]
    before: Any = Field(None, description="The value in the earlier version, null where there was none")
    after: Any = Field(None, description="The value in the later version, null where there is none")


@router.get(
    "/items", response=Listed[ItemLine], operation_id="list_items", summary=N_("列出在办的事项"),
    description=N_("正在办理的事项，可以按多个条件缩小范围，条件之间是“并且”。"),
)  # fmt: skip
def list_items(
    request: HttpRequest,
    response: HttpResponse,
    theme: str | None = THEME,
    department: str | None = DEPARTMENT,
    audience: AudienceCode | None = AUDIENCE,
    district: str | None = BETTER_IN,
    level: LevelCode | None = LEVEL,
    type: TypeCode | None = TYPE,
    online: Flag = ONLINE,
    visits_zero: Flag = VISITS_ZERO,
    no_materials: Flag = GUIDES_WITHOUT_MATERIALS,
    immediate: Flag = IMMEDIATE,
    order: Literal["name", "fast", "materials"] = ORDER,
    page: Number = PAGE,
    size: Number = SIZE,
) -> Listed[ItemLine]:
    """Items in use, narrowed by any of these; conditions add up."""
    check_theme(theme)
    check_department(department)
    check_district(district)
    found = catalogue.list_items(
        theme=theme, department=department, audience=audience, district=district, level=level, type=type,
        online=online, visits_zero=visits_zero, no_materials=no_materials, immediate=immediate,
        order=order, page=page, size=size,
    )  # fmt: skip
    return listed(found, request, response, line)


@router.get(
    "/items/{code}", response=ItemAsPublished, operation_id="get_item", summary=N_("读一个事项"),
    description=N_("公布的全部内容：条件、材料及其依据、时限、收费、结果；给出区的代码就按这个区的条件。"),
)  # fmt: skip
def get_item(
    request: HttpRequest,
    code: str = ITEM,
    version: VersionNumber | None = VERSION,
    district: str | None = DISTRICT,
) -> ItemAsPublished:
    """The whole item as published: conditions, materials with their law, limits, fee, results."""
    check_district(district)
    found = catalogue.get_item(code, version)
    item = catalogue.effective(found.item, district)
    return ItemAsPublished(
        number=found.number, current=found.current, published_at=found.published_at, by=found.by, why=found.why,
        district=district if item is not found.item else None, item=item,
    )  # fmt: skip


@router.get(
    "/items/{code}/versions", response=list[VersionCard], operation_id="list_versions", summary=N_("一个事项的各个版本"),
    description=N_("全部版本，新的在前：何时、何人、为何公布。"),
)  # fmt: skip
def list_versions(request: HttpRequest, code: str = ITEM) -> list[VersionCard]:
    """All versions, newest first: when, who, why."""
    return list(catalogue.versions(code))


@router.get(
    "/items/{code}/changes", response=list[ChangeLine], operation_id="list_changes", summary=N_("两个版本之间改了什么"),
    description=N_("逐个字段列出两个版本的全部差别。"),
)  # fmt: skip
def list_changes(
    request: HttpRequest,
    code: str = ITEM,
    before: VersionNumber = BEFORE,
    after: VersionNumber = AFTER,
) -> list[dict[str, Any]]:
    """Every difference between two versions, field by field."""
    return [change.document() for change in catalogue.changes_between(code, before, after)]
