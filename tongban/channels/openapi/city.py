"""The city around the items: departments, districts, streets, halls, themes, licences, elements, calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from tongban.channels.openapi.paging import Listed, cut, listed
from tongban.channels.openapi.parameters import (
    AUDIENCE,
    DISTRICT,
    PAGE,
    WHOLE_SIZE,
    AudienceCode,
    Day,
    Number,
    check_district,
)
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.types import Reason
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Centre, Department, District, Street
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.queries import ThemeCard
from tongban.services.catalogue.types import City, DataElement, LicenceType, Source

router = Router(tags=["city"])

LONGEST_SPAN = 1100
FIRST: Any = Query(..., description=N_("第一天"))
LAST: Any = Query(..., description=N_("最后一天，包含在内"))
DEPARTMENT_NAME: Any = Path(..., max_length=80, description=N_("部门的代码、全称、简称或别名"))


class DayLine(BaseModel):
    """A day, whether offices work, and why."""

    date: dt.date
    working: bool
    why: Reason
    name: str = Field(description="Name of the holiday it belongs to, empty for other days")
    provisional: bool = Field(description="A notice that is not out yet may change it")


@router.get(
    "/city", response=City, operation_id="get_city", by_alias=True, summary=N_("这座城市"),
    description=N_("名称、热线、被拒绝时的权利，以及每一类节省背后的法律。"),
)  # fmt: skip
def get_city(request: HttpRequest) -> City:
    """Name, hotline, rights when refused, and the law behind each kind of saving."""
    return catalogue.get_city()


@router.get(
    "/departments", response=Listed[Department], operation_id="list_departments", summary=N_("全部部门"),
    description=N_("全部部门及其别名。"),
)  # fmt: skip
def list_departments(
    request: HttpRequest, response: HttpResponse, page: Number = PAGE, size: Number = WHOLE_SIZE
) -> Listed[Department]:
    """All departments with their other names."""
    return listed(cut(government.departments(), page, size), request, response)


@router.get(
    "/departments/{code}", response=Department, operation_id="get_department", summary=N_("一个部门"),
    description=N_("按代码，或者按别的系统数据里的任何一种叫法。"),
)  # fmt: skip
def get_department(request: HttpRequest, code: str = DEPARTMENT_NAME) -> Department:
    """One department, by its code or by any name it has in other systems' data."""
    found = government.find_department(code)
    if found is None:
        raise NotFound("department-unknown", N_("没有叫“{department}”的部门。"), department=code)
    return found


@router.get(
    "/districts",
    response=list[District],
    operation_id="list_districts",
    summary=N_("各个区"),
    description=N_("全部的区。"),
)
def list_districts(request: HttpRequest) -> list[District]:
    """All districts."""
    return list(government.districts())


@router.get(
    "/streets", response=Listed[Street], operation_id="list_streets", summary=N_("街道和镇"),
    description=N_("一个区的或者全部的街道和镇。"),
)  # fmt: skip
def list_streets(
    request: HttpRequest, response: HttpResponse,
    district: str | None = DISTRICT, page: Number = PAGE, size: Number = WHOLE_SIZE,
) -> Listed[Street]:  # fmt: skip
    """Streets and towns, of one district or of all."""
    check_district(district)
    return listed(cut(government.streets(district), page, size), request, response)


@router.get(
    "/centres", response=Listed[Centre], operation_id="list_centres", summary=N_("办事大厅"),
    description=N_("一个区的或者全市的办事大厅。"),
)  # fmt: skip
def list_centres(
    request: HttpRequest, response: HttpResponse,
    district: str | None = DISTRICT, page: Number = PAGE, size: Number = WHOLE_SIZE,
) -> Listed[Centre]:  # fmt: skip
    """Where one can come in person, in one district or anywhere."""
    check_district(district)
    return listed(cut(government.centres(district), page, size), request, response)


@router.get(
    "/themes", response=list[ThemeCard], operation_id="list_themes", summary=N_("生活主题"),
    description=N_("个人和企业的生活主题，各有多少个在办事项。"),
)  # fmt: skip
def list_themes(request: HttpRequest, audience: AudienceCode | None = AUDIENCE) -> list[ThemeCard]:
    """Life themes of persons (1) and companies (2), each with how many items it leads to."""
    return list(catalogue.theme_cards(audience))


@router.get(
    "/licences", response=Listed[LicenceType], operation_id="list_licences", summary=N_("证照的类型"),
    description=N_("证照类型；知道的写明本市证照目录代码。"),
)  # fmt: skip
def list_licences(
    request: HttpRequest, response: HttpResponse, page: Number = PAGE, size: Number = WHOLE_SIZE
) -> Listed[LicenceType]:
    """Licence types with the city's catalogue codes where known."""
    return listed(cut(catalogue.licences().values(), page, size), request, response)


@router.get(
    "/elements", response=Listed[DataElement], operation_id="list_elements", summary=N_("表单的数据元"),
    description=N_("表单里问的内容：代码相同只问一次；held_by 写明哪个库已经有了。"),
)  # fmt: skip
def list_elements(
    request: HttpRequest, response: HttpResponse, page: Number = PAGE, size: Number = WHOLE_SIZE
) -> Listed[DataElement]:
    """What forms ask; equal codes are asked once. ``held_by`` names the register that knows it already."""
    return listed(cut(catalogue.elements().values(), page, size), request, response)


@router.get(
    "/sources", response=Listed[Source], operation_id="list_sources", summary=N_("内容出处"),
    description=N_("事项引用的来源，以及各有多可靠。"),
)  # fmt: skip
def list_sources(
    request: HttpRequest, response: HttpResponse, page: Number = PAGE, size: Number = WHOLE_SIZE
) -> Listed[Source]:
    """The sources that items cite, and how far each is to be trusted."""
    return listed(cut(catalogue.sources().values(), page, size), request, response)


@router.get(
    "/calendar", response=list[DayLine], operation_id="list_days", summary=N_("哪天上班"),
    description=N_("从第一天到最后一天（最多三年）逐日列出：上不上班，为什么。"),
)  # fmt: skip
def list_days(
    request: HttpRequest,
    first: Day = FIRST,
    last: Day = LAST,
) -> list[DayLine]:
    """Every day from first to last (at most three years): working or not, and why."""
    if not 0 <= (last - first).days <= LONGEST_SPAN:
        raise Invalid("span-too-long", N_("日期要先早后晚，最多一次查 {days} 天。"), days=LONGEST_SPAN)
    return list(_days(first, last))


def _days(first: dt.date, last: dt.date) -> Iterator[DayLine]:
    calendar = calendars.get_calendar()
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        why, name = calendar.reason(day)
        working, provisional = calendar.is_working(day), calendar.is_provisional(day)
        yield DayLine(date=day, working=working, why=why, name=name, provisional=provisional)
