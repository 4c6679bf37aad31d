"""The parameters that operations share: how each is read from text, its bounds, its meaning.

Readers are stricter than pydantic's own (``1.0`` is no page, ``yes`` no flag, ``0`` no day): what the
document does not allow is refused, so that a mistake never passes for an answer.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from ninja import Path, Query
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from tongban.channels.ui import frame
from tongban.kernel.errors import N_, NotFound
from tongban.services.catalogue import queries as catalogue

LARGEST_PAGE = 100
MOST_PAGES = 100_000
MOST_VERSIONS = 1_000_000


def _number(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise PydanticCustomError("number", "not a whole number")
    return text


def _flag(text: object) -> object:
    if isinstance(text, str) and text not in ("true", "false"):
        raise PydanticCustomError("flag", "neither true nor false")
    return text == "true" if isinstance(text, str) else text


def _day(text: object) -> object:
    if isinstance(text, str):
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                raise ValueError
            return dt.date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("day", "not a date") from None
    return text


Number = Annotated[int, BeforeValidator(_number)]
VersionNumber = Annotated[int, Field(ge=1, le=MOST_VERSIONS), BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[dt.date, BeforeValidator(_day)]
AudienceCode = Literal["1", "2", "3", "4", "5", "6"]
LevelCode = Literal["1", "2", "3", "4", "5", "6", "7"]
TypeCode = Literal["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"]

# What stands as the default of an argument. (Within Annotated[], ninja would lose the default.)
PAGE: Any = Query(1, ge=1, le=MOST_PAGES, description=N_("第几页，从 1 开始"))
SIZE: Any = Query(20, ge=1, le=LARGEST_PAGE, description=N_("每页多少条，最多 100"))
WHOLE_SIZE: Any = Query(100, ge=1, le=LARGEST_PAGE, description=N_("每页多少条，最多 100"))
VERSION: Any = Query(None, description=N_("版本号；不给就是现行版本"))
THEME: Any = Query(None, max_length=80, description=N_("生活主题的代码，见 /api/v1/themes"))
DEPARTMENT: Any = Query(None, max_length=80, description=N_("部门的代码，见 /api/v1/departments"))
DISTRICT: Any = Query(None, max_length=80, description=N_("区的六位代码，见 /api/v1/districts"))
AUDIENCE: Any = Query(
    None,
    description=N_(
        "服务对象（GB/T 39046 A.4）：1 自然人，2 企业法人，3 事业法人，4 社会组织，5 行政机关，6 其他"
    ),
)
LEVEL: Any = Query(
    None, description=N_("行使层级（GB/T 39046 A.2）：1 国家，2 省，3 市，4 区，5 镇街，6 村居，7 多级")
)
TYPE: Any = Query(None, description=N_("事项类型（GB/T 39046 A.1）：01 行政许可 …… 20 公共服务"))
IMMEDIATE: Any = Query(False, description=N_("只要当场办结的"))
ITEM: Any = Path(..., max_length=80, description=N_("事项的代码"))
BUNDLE: Any = Path(..., max_length=80, description=N_("一件事的代码"))


def check_district(code: str | None) -> None:
    """Raise NotFound unless the city has this district: its terms are never silently the city's."""
    if code is not None and frame.frame().district(code) is None:
        raise NotFound(
            "district-unknown",
            N_("没有代码为“{district}”的区，全部的区见 /api/v1/districts。"),
            district=code,
        )


def check_theme(code: str | None) -> None:
    """Raise NotFound unless the city has this life theme."""
    if code is not None and catalogue.find_theme(code) is None:
        raise NotFound(
            "theme-unknown", N_("没有代码为“{theme}”的生活主题，全部的主题见 /api/v1/themes。"), theme=code
        )


def check_department(code: str | None) -> None:
    """Raise NotFound unless the city has this department."""
    if code is not None and all(card.department.code != code for card in catalogue.department_cards()):
        raise NotFound(
            "department-unknown",
            N_("没有代码为“{department}”的部门，全部的部门见 /api/v1/departments。"),
            department=code,
        )
