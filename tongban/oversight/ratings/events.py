"""What happens to ratings, for those who react: supervision, figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class CaseRated(Event):
    """The applicant rated a case; ``follow_up_id`` is empty unless the rating is bad."""

    name: ClassVar[str] = "rating.given"
    case_id: str
    rating_id: str
    level: str
    department: str
    follow_up_id: str = ""


@dataclass(frozen=True)
class FollowUpMissed(Event):
    """A department let the limit of a follow-up pass; ``step`` is what was due: ``contact`` or ``answer``."""

    name: ClassVar[str] = "rating.follow_up_missed"
    case_id: str
    follow_up_id: str
    step: str
    department: str
    due_on: str


@dataclass(frozen=True)
class FollowUpAnswered(Event):
    """The department says what it did about a bad rating."""

    name: ClassVar[str] = "rating.follow_up_answered"
    case_id: str
    follow_up_id: str
    department: str
