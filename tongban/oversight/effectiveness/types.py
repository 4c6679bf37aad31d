"""The words of effectiveness: entries of supervision, forecasts, figures."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.types import Actor


class EntryKind(StrEnum):
    """What went wrong."""

    PROMISE = "promise"  # 超过承诺时限
    STATUTORY = "statutory"  # 超过法定时限
    JOINT = "joint"  # 超过联合办理时限
    FIRST_REVIEW = "first_review"  # 初审超过时限
    BREACH = "breach"  # 违反办理规定
    RATING = "rating"  # 差评没有按时联系或者整改
    DATA = "data"  # 数据需求没有按时答复或者提供
    CONTEST = "contest"  # 对查询的质疑没有按时答复
    PURPOSE = "purpose"  # 超出授权用途查数据


class EntryState(StrEnum):
    """Where an entry stands."""

    OPEN = "open"  # 待说明
    EXPLAINED = "explained"  # 已说明
    RETURNED = "returned"  # 退回重写
    CLOSED = "closed"  # 已销号


class EntryAct(StrEnum):
    """What can be done to an entry."""

    OPEN = "open"
    EXPLAIN = "explain"
    RETURN = "return"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class EntryNote:
    """One act of an entry, never changed."""

    act: EntryAct
    text: str
    by: Actor
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """督办单: what went wrong, by which law it is wrong, who has to answer, until when."""

    id: uuid.UUID
    kind: EntryKind
    state: EntryState
    case_id: uuid.UUID | None
    branch_id: uuid.UUID | None
    item: str
    department: str
    owner: str
    what: str
    law: str
    missed_on: dt.date | None
    due_on: dt.date
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    is_overdue: bool
    notes: tuple[EntryNote, ...] = ()


@dataclass(frozen=True, slots=True)
class BranchForecast:
    """How many working days a branch still takes: half of earlier ones took no longer, nine of ten."""

    item: str
    department: str
    p50: int
    p90: int
    basis: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a case will be done, by what is known of earlier ones; ``by_day`` is the share done on each day."""

    p50_on: dt.date
    p90_on: dt.date
    p50: int
    p90: int
    promised_on: dt.date | None
    in_time: float | None
    by_day: tuple[tuple[dt.date, float], ...]
    branches: tuple[BranchForecast, ...]
    basis: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How a department has kept its limits in a time; ``open`` entries wait for its answer."""

    department: str
    decided: int
    in_time: int
    mean_used: float | None
    mean_promised: float | None
    by_day: Mapping[dt.date, int]
    open: int
