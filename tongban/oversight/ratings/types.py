"""The words of ratings: five levels by name, the words under each, what follows a bad one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.types import Actor


class Level(StrEnum):
    """How satisfied somebody is. Names, not numbers: two national scales count in opposite directions."""

    VERY_SATISFIED = "very_satisfied"  # 非常满意
    SATISFIED = "satisfied"  # 满意
    FAIR = "fair"  # 基本满意
    DISSATISFIED = "dissatisfied"  # 不满意
    VERY_DISSATISFIED = "very_dissatisfied"  # 非常不满意

    @property
    def stars(self) -> int:
        """Return the stars of 好差评: five are best."""
        return 5 - list(Level).index(self)

    @property
    def is_bad(self) -> bool:
        """Return whether it is a 差评: one star or two."""
        return self.stars <= 2


class FollowUpState(StrEnum):
    """Where the follow-up of a bad rating stands."""

    OPEN = "open"  # 待联系
    CONTACTED = "contacted"  # 整改中
    ANSWERED = "answered"  # 待回访
    CLOSED = "closed"  # 已办结


class FollowUpAct(StrEnum):
    """What can be done to the follow-up of a bad rating. The department can not hand it back."""

    OPEN = "open"
    CONTACT = "contact"
    ANSWER = "answer"
    RETURN = "return"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Tag:
    """One of the words under a level, with its national code."""

    code: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What the applicant said of a case. ``words`` is for the department and supervision only."""

    id: uuid.UUID
    case_id: uuid.UUID
    level: Level
    tags: tuple[Tag, ...]
    words: str
    department: str
    at: dt.datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the page of a case shows: the rating that was given, or until when one may be."""

    rating: Rating | None
    may_rate: bool
    until: dt.date | None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpNote:
    """One act of a follow-up, never changed."""

    act: FollowUpAct
    text: str
    by: Actor
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a bad rating brought about: contact within a working day, then mending with a deadline."""

    id: uuid.UUID
    state: FollowUpState
    rating: Rating
    number: str
    service_name: str
    department: str
    is_complex: bool | None
    due_on: dt.date
    is_overdue: bool
    closed_at: dt.datetime | None
    notes: tuple[FollowUpNote, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How something was rated in a time: each level counted; what its bad ratings still wait for."""

    by_level: Mapping[Level, int]
    open: int = 0
    overdue: int = 0
    next_due_on: dt.date | None = None

    @property
    def total(self) -> int:
        """Return how many ratings there are."""
        return sum(self.by_level.values())

    @property
    def bad(self) -> int:
        """Return how many of them are 差评."""
        return sum(count for level, count in self.by_level.items() if level.is_bad)

    @property
    def good(self) -> float | None:
        """Return the share of the others, None without any rating."""
        return 1 - self.bad / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class ServiceFigures(Figures):
    """How one service of one department was rated, and which words its bad ratings chose, the commonest first."""

    department: str = ""
    name: str = ""
    reasons: tuple[tuple[Tag, int], ...] = ()
