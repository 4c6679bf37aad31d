"""What happens to contests, and what is found of grants, for those who react: messages, supervision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class ContestEvent(Event):
    """Something happened to a contest; ``department`` answers it."""

    name: ClassVar[str] = "disclosures.contest_happened"
    contest_id: str
    department: str


@dataclass(frozen=True)
class ContestStated(ContestEvent):
    """Somebody asks about a reading; the department has until ``due_on``."""

    name: ClassVar[str] = "disclosures.contest_stated"
    due_on: str


@dataclass(frozen=True)
class ContestAnswered(ContestEvent):
    """The department has answered."""

    name: ClassVar[str] = "disclosures.contest_answered"
    verdict: str


@dataclass(frozen=True)
class AskedBesidePurpose(Event):
    """A grant that ``owner`` gave was used by ``holder`` on a day for cases that it is not for."""

    name: ClassVar[str] = "disclosures.asked_beside_purpose"
    grant_id: str
    owner: str
    holder: str
    resource: str
    day: str
    cases: int
    calls: int


@dataclass(frozen=True)
class ContestOverdue(ContestEvent):
    """The days of an answer are over: supervision is called. ``case_id`` is the case it was read for, if there is one."""

    name: ClassVar[str] = "disclosures.contest_overdue"
    due_on: str
    case_id: str
