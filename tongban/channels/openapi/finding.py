"""Finding by words: search as people speak, and suggestions while they type."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from tongban.channels.openapi.paging import link_pages
from tongban.channels.openapi.parameters import (
    AUDIENCE,
    DEPARTMENT,
    DISTRICT,
    IMMEDIATE,
    PAGE,
    SIZE,
    THEME,
    AudienceCode,
    Flag,
    Number,
    check_department,
    check_district,
    check_theme,
)
from tongban.kernel.errors import N_
from tongban.services.catalogue.search import queries as finding
from tongban.services.catalogue.search.types import Filters, Kind, Order

router = Router(tags=["search"])

WORDS: Any = Query("", description=N_("要找的话，任意长短，只看前 100 个字"))
NO_VISIT: Any = Query(False, description=N_("只要一次都不用跑的"))
NO_MATERIALS: Any = Query(False, description=N_("只要不用交材料的"))
LITERAL: Any = Query(False, description=N_("照原话查，不纠错，不用近义词"))
ORDER: Any = Query(Order.BEST, description=N_("顺序：最像、最快、材料最少"))
TYPED: Any = Query("", description=N_("已经输入的字"))
LIMIT: Any = Query(8, ge=1, le=8, description=N_("最多几条"))


class HitLine(BaseModel):
    """One search result."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    code: str = Field(description="Of a question: the item's code, #, and the number of the question")
    title: str
    subtitle: str
    marks: list[tuple[int, int]] = Field(
        description="Start and end of what matches in the title, in characters"
    )


class Found(BaseModel):
    """The answer to a search, the best first."""

    query: str = Field(description="The words that were looked for")
    corrected: str | None = Field(description="The query put right, where it seemed mistyped")
    items: list[HitLine]
    page: int = Field(description="This page, from 1; one past the last is empty")
    size: int = Field(description="How many a page holds at most")
    total: int = Field(description="How many there are on all pages")
    pages: int = Field(description="How many pages there are, at least one")


class SuggestionLine(BaseModel):
    """What a person may be about to type."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    code: str
    title: str
    english: str


@router.get(
    "/search", response=Found, operation_id="search", summary=N_("按人们的说法查找"),
    description=N_("大白话、错别字、拼音首字母都可以；最像的排在前面。"),
)  # fmt: skip
def search(
    request: HttpRequest,
    response: HttpResponse,
    q: str = WORDS,
    audience: AudienceCode | None = AUDIENCE,
    department: str | None = DEPARTMENT,
    theme: str | None = THEME,
    district: str | None = DISTRICT,
    no_visit: Flag = NO_VISIT,
    no_materials: Flag = NO_MATERIALS,
    immediate: Flag = IMMEDIATE,
    literal: Flag = LITERAL,
    order: Order = ORDER,
    page: Number = PAGE,
    size: Number = SIZE,
) -> Found:
    """Items, bundles and questions that a person means by these words, the best first."""
    check_theme(theme)
    check_department(department)
    check_district(district)
    filters = Filters(
        audience=audience or "", department=department or "", theme=theme or "", district=district or "",
        no_visit=no_visit, no_materials=no_materials, immediate=immediate,
    )  # fmt: skip
    result = finding.search(q, filters=filters, page=page, size=size, order=order, literal=literal)
    link_pages(result.page, result.pages, request, response)
    return Found(
        query=result.text,
        corrected=result.corrected.text if result.corrected else None,
        items=[HitLine.model_validate(hit) for hit in result.hits],
        page=result.page, size=result.size, total=result.total, pages=result.pages,
    )  # fmt: skip


@router.get(
    "/suggest", response=list[SuggestionLine], operation_id="suggest", summary=N_("边输入边提示"),
    description=N_("人可能正要输入的事项和一件事，按字词、拼音或首字母。"),
)  # fmt: skip
def suggest(
    request: HttpRequest,
    q: str = TYPED,
    limit: Number = LIMIT,
) -> list[SuggestionLine]:
    """What a person may be about to type, by words, pinyin or initials."""
    return [SuggestionLine.model_validate(one) for one in finding.suggest(q, limit=limit)]
