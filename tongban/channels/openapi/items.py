"""Items: browse, search, read, compare versions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from tongban.channels.openapi.paging import Listed, PageNumber, PageSize, listed
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.queries import ItemCard, VersionCard
from tongban.services.catalogue.search import queries as finding
from tongban.services.catalogue.search.types import Filters, Order
from tongban.services.catalogue.types import Item

router = Router(tags=["items"])

Code = Annotated[str, Query(max_length=80)]


class Published(BaseModel):
    """An item in one of its versions. ``item`` is the record a city pack holds."""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(description="Which version this is")
    current: int = Field(description="Which version is published now")
    published_at: datetime
    by: str
    why: str
    district: str | None = Field(None, description="Whose terms these are, where a district has its own")
    item: Item


class ChangeLine(BaseModel):
    """One difference between two versions."""

    path: list[str]
    kind: str
    before: Any = None
    after: Any = None


class HitLine(BaseModel):
    """One search result; ``marks`` are (start, end) characters of the title that match."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    code: str
    title: str
    subtitle: str
    marks: list[tuple[int, int]]


class Found(BaseModel):
    """The answer to a search; ``corrected`` is the query as it was put right."""

    query: str
    corrected: str | None
    items: list[HitLine]
    page: int
    size: int
    total: int
    pages: int


class SuggestionLine(BaseModel):
    """What a person may be about to type."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    code: str
    title: str
    english: str


@router.get("/items", response=Listed[ItemCard], operation_id="list_items", summary="List items in use")
def list_items(
    request: HttpRequest,
    response: HttpResponse,
    theme: Code = "",
    department: Code = "",
    audience: Annotated[str, Query(pattern="^[1-6]?$", description="服务对象 A.4: 1 person, 2 company …")] = "",
    district: Annotated[str, Query(pattern="^([0-9]{6})?$", description="Items this district handles better")] = "",
    level: Annotated[str, Query(pattern="^[1-7]?$", description="行使层级 A.2")] = "",
    type: Annotated[str, Query(pattern="^([0-9]{2})?$", description="事项类型 A.1")] = "",
    online: bool = False,
    visits_zero: bool = False,
    no_materials: bool = False,
    immediate: bool = False,
    order: Literal["name", "fast", "materials"] = "name",
    page: PageNumber = 1,
    size: PageSize = 20,
) -> dict[str, object]:
    """Items in use, narrowed by any of these; conditions add up."""
    found = catalogue.list_items(
        theme=theme, department=department, audience=audience, district=district, level=level, type=type,
        online=online, visits_zero=visits_zero, no_materials=no_materials, immediate=immediate,
        order=order, page=page, size=size,
    )  # fmt: skip
    return listed(found, request, response)


@router.get(
    "/items/{code}", response=Published, operation_id="get_item", summary="Read an item", exclude_none=True
)
def get_item(
    request: HttpRequest,
    code: str,
    version: Annotated[int | None, Query(ge=1, le=1_000_000, description="An older version")] = None,
    district: Annotated[str, Query(pattern="^([0-9]{6})?$", description="On the terms of this district")] = "",
) -> Published:
    """The whole item as published: conditions, materials with their law, limits, fee, results, versions."""
    found = catalogue.get_item(code, version)
    item = catalogue.effective(found.item, district or None)
    return Published(
        number=found.number, current=found.current, published_at=found.published_at, by=found.by, why=found.why,
        district=district if item is not found.item else None, item=item,
    )  # fmt: skip


@router.get(
    "/items/{code}/versions", response=list[VersionCard], operation_id="list_versions", summary="Versions of an item"
)
def list_versions(request: HttpRequest, code: str) -> tuple[VersionCard, ...]:
    """All versions, newest first: when, who, why."""
    return catalogue.versions(code)


@router.get(
    "/items/{code}/changes", response=list[ChangeLine], operation_id="list_changes", summary="What changed between two"
)
def list_changes(
    request: HttpRequest,
    code: str,
    before: Annotated[int, Query(ge=1, le=1_000_000)],
    after: Annotated[int, Query(ge=1, le=1_000_000)],
) -> list[dict[str, Any]]:
    """Every difference between two versions, field by field."""
    return [change.document() for change in catalogue.changes_between(code, before, after)]


@router.get("/search", response=Found, operation_id="search", summary="Search as people speak")
def search(
    request: HttpRequest,
    q: Annotated[str, Query(description="Any words; cut at 100 characters")] = "",
    audience: Annotated[str, Query(pattern="^[1-6]?$")] = "",
    department: Code = "",
    theme: Code = "",
    no_visit: bool = False,
    no_materials: bool = False,
    immediate: bool = False,
    literal: Annotated[bool, Query(description="Take the words as they are")] = False,
    order: Order = Order.BEST,
    page: PageNumber = 1,
    size: PageSize = 20,
) -> Found:
    """Items, bundles and questions that a person means by these words, the best first."""
    filters = Filters(
        audience=audience, department=department, theme=theme,
        no_visit=no_visit, no_materials=no_materials, immediate=immediate,
    )  # fmt: skip
    result = finding.search(q, filters=filters, page=page, size=size, order=order, literal=literal)
    return Found(
        query=result.text,
        corrected=result.corrected.text if result.corrected else None,
        items=[HitLine.model_validate(hit) for hit in result.hits],
        page=result.page, size=result.size, total=result.total, pages=result.pages,
    )  # fmt: skip


@router.get("/suggest", response=list[SuggestionLine], operation_id="suggest", summary="Suggestions while typing")
def suggest(request: HttpRequest, q: str = "", limit: Annotated[int, Query(ge=1, le=8)] = 8) -> list[SuggestionLine]:
    """What a person may be about to type, by words, pinyin or initials."""
    return [SuggestionLine.model_validate(one) for one in finding.suggest(q, limit=limit)]
