"""The city around the items: departments, districts, streets, halls, themes, licences, elements, calendar."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from tongban.channels.openapi.paging import Listed, PageNumber, PageSize, cut, listed
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Centre, Department, District, Street
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import City, DataElement, LicenceType, Source, Theme

router = Router(tags=["city"])

LONGEST_SPAN = 1100
District6 = Annotated[str, Query(pattern="^([0-9]{6})?$", description="Six-digit code of a district")]


class ThemeLine(BaseModel):
    """A life theme and how many items it leads to."""

    model_config = ConfigDict(from_attributes=True)

    theme: Theme
    items: int


class DayLine(BaseModel):
    """A day, whether offices work, and why."""

    date: dt.date
    working: bool
    why: str
    name: str
    provisional: bool = Field(description="A notice that is not out yet may change it")


@router.get("/city", response=City, operation_id="get_city", summary="The city", by_alias=True, exclude_none=True)
def get_city(request: HttpRequest) -> City:
    """Name, hotline, rights when refused, and the law behind each kind of saving."""
    return catalogue.get_city()


@router.get("/departments", response=Listed[Department], operation_id="list_departments", summary="Departments")
def list_departments(
    request: HttpRequest, response: HttpResponse, page: PageNumber = 1, size: PageSize = 100
) -> dict[str, object]:
    """All departments with their other names."""
    return listed(cut(government.departments(), page, size), request, response)


@router.get("/departments/{code}", response=Department, operation_id="get_department", summary="A department")
def get_department(request: HttpRequest, code: str) -> Department:
    """One department, by its code or by any name it has in other systems' data."""
    found = government.find_department(code)
    if found is None:
        raise NotFound("department-unknown", N_("没有代码为“{code}”的部门。"), code=code[:80])
    return found


@router.get("/districts", response=list[District], operation_id="list_districts", summary="Districts")
def list_districts(request: HttpRequest) -> tuple[District, ...]:
    """All districts."""
    return government.districts()


@router.get("/streets", response=Listed[Street], operation_id="list_streets", summary="Streets and towns")
def list_streets(
    request: HttpRequest, response: HttpResponse, district: District6 = "", page: PageNumber = 1, size: PageSize = 100
) -> dict[str, object]:
    """Streets and towns, of one district or of all."""
    return listed(cut(government.streets(district or None), page, size), request, response)


@router.get("/centres", response=Listed[Centre], operation_id="list_centres", summary="Halls")
def list_centres(
    request: HttpRequest, response: HttpResponse, district: District6 = "", page: PageNumber = 1, size: PageSize = 100
) -> dict[str, object]:
    """Where one can come in person, in one district or anywhere."""
    return listed(cut(government.centres(district or None), page, size), request, response)


@router.get("/themes", response=list[ThemeLine], operation_id="list_themes", summary="Life themes")
def list_themes(
    request: HttpRequest, audience: Annotated[str, Query(pattern="^[12]?$")] = ""
) -> list[ThemeLine]:
    """Life themes of persons (1) and companies (2)."""
    return [ThemeLine.model_validate(card) for card in catalogue.theme_cards(audience or None)]


@router.get("/licences", response=Listed[LicenceType], operation_id="list_licences", summary="Licence types")
def list_licences(
    request: HttpRequest, response: HttpResponse, page: PageNumber = 1, size: PageSize = 100
) -> dict[str, object]:
    """Licence types with the city's catalogue codes where known."""
    return listed(cut(catalogue.licences().values(), page, size), request, response)


@router.get("/elements", response=Listed[DataElement], operation_id="list_elements", summary="Data elements of forms")
def list_elements(
    request: HttpRequest, response: HttpResponse, page: PageNumber = 1, size: PageSize = 100
) -> dict[str, object]:
    """What forms ask; equal codes are asked once. ``held_by`` names the register that knows it already."""
    return listed(cut(catalogue.elements().values(), page, size), request, response)


@router.get("/sources", response=Listed[Source], operation_id="list_sources", summary="Where facts were read")
def list_sources(
    request: HttpRequest, response: HttpResponse, page: PageNumber = 1, size: PageSize = 100
) -> dict[str, object]:
    """The sources that items cite, and how far each is to be trusted."""
    return listed(cut(catalogue.sources().values(), page, size), request, response)


@router.get("/calendar", response=list[DayLine], operation_id="list_days", summary="Working days")
def list_days(request: HttpRequest, first: dt.date, last: dt.date) -> list[DayLine]:
    """Every day from first to last (at most three years): working or not, and why."""
    if not 0 <= (last - first).days <= LONGEST_SPAN:
        raise Invalid("span-too-long", N_("日期要先早后晚，最多一次查 {days} 天。"), days=LONGEST_SPAN)
    calendar = calendars.get_calendar()
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [_day(calendar, day) for day in days]


def _day(calendar: calendars.Calendar, day: dt.date) -> DayLine:
    reason, name = calendar.reason(day)
    return DayLine(
        date=day, working=calendar.is_working(day), why=reason, name=name, provisional=calendar.is_provisional(day)
    )
