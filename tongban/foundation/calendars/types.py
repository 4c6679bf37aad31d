"""The words of time: days of the official lists, limits, stops, and the account of a count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from tongban.kernel.records import Line, Record


class DayKind(StrEnum):
    """What the official list says of a day that departs from Monday–Friday."""

    OFF = "off"
    WORK = "work"


class CalendarDay(Record):
    """One row of ``calendar/days.csv``: a day off, or a weekend day worked instead (调休)."""

    date: dt.date
    kind: DayKind
    name: Line = Field(description="The holiday it belongs to")
    source: Line = Field(description="notice-YEAR of the State Council, or provisional")


class Unit(StrEnum):
    """Units of a limit. Working days unless the text says otherwise (行政许可法 82)."""

    WORKING_DAYS = "wd"
    DAYS = "d"
    MONTHS = "m"
    YEARS = "y"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units. ``party`` marks a limit of the applicant, which may move off a holiday (民法典 203)."""

    number: int
    unit: Unit = Unit.WORKING_DAYS
    party: bool = False


class Procedure(StrEnum):
    """The eight procedures whose time is not counted (行政许可法 45)."""

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    INSPECTION = "inspection"  # 检验
    TEST = "test"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISAL = "appraisal"  # 鉴定
    EXPERT_REVIEW = "expert-review"  # 专家评审


@dataclass(frozen=True, slots=True)
class Stop:
    """A period taken out of a limit, both days included; ``last`` is None while it still runs.

    Without a lawful procedure and a written notice to the applicant nothing is taken out (行政许可法 45).
    """

    first: dt.date
    last: dt.date | None
    procedure: Procedure | None
    noticed: bool = True


class Reason(StrEnum):
    """Why a day was counted or not."""

    WORKING_DAY = "working-day"
    WORKED_WEEKEND = "worked-weekend"
    CALENDAR_DAY = "calendar-day"
    DAY_ZERO = "day-zero"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the account: its number when counted, else None, and why."""

    date: dt.date
    number: int | None
    reason: Reason
    name: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit and the whole account. ``on`` is None while a stop still runs."""

    start: dt.date
    limit: Limit
    on: dt.date | None
    moved_from: dt.date | None
    days: tuple[DayCount, ...]
    stopped: tuple[tuple[dt.date, dt.date | None], ...]
    refused_stops: tuple[Stop, ...]
    provisional: bool
