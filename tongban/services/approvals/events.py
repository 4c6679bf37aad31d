"""What happens to branches, for those who react: licences, messages, supervision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class ApprovalEvent(Event):
    """Something happened to a branch of a case."""

    name: ClassVar[str] = "approval.happened"
    case_id: str
    branch_id: str
    item: str
    department: str


@dataclass(frozen=True)
class BranchOpened(ApprovalEvent):
    """The department's clock runs."""

    name: ClassVar[str] = "approval.branch_opened"
    due_on: str


@dataclass(frozen=True)
class BranchDecided(ApprovalEvent):
    """The department has decided; ``outcome`` is granted, refused or silence (granted by it)."""

    name: ClassVar[str] = "approval.branch_decided"
    outcome: str


@dataclass(frozen=True)
class BranchEnded(ApprovalEvent):
    """It ends without a decision: withdrawn, terminated, or what it stood on was refused."""

    name: ClassVar[str] = "approval.branch_ended"
    because: str


@dataclass(frozen=True)
class ClockStopped(ApprovalEvent):
    """A special procedure: the applicant was told in writing how long it takes (行政许可法 45)."""

    name: ClassVar[str] = "approval.clock_stopped"
    procedure: str
    expected_days: int
    stop_id: str


@dataclass(frozen=True)
class ClockResumed(ApprovalEvent):
    """The procedure is over; the clock runs again."""

    name: ClassVar[str] = "approval.clock_resumed"
    due_on: str


@dataclass(frozen=True)
class LimitExtended(ApprovalEvent):
    """The limit is longer; the applicant is told why (行政许可法 42). Without a branch it is the joint limit."""

    name: ClassVar[str] = "approval.limit_extended"
    days: int
    reason: str
    due_on: str


@dataclass(frozen=True)
class LimitMissed(ApprovalEvent):
    """A limit ended and nothing was decided; ``kind`` is promise, statutory, joint or first_review."""

    name: ClassVar[str] = "approval.limit_missed"
    kind: str
    due_on: str


@dataclass(frozen=True)
class VisitPlanned(Event):
    """One visit for all; ``moved`` when an earlier plan is replaced."""

    name: ClassVar[str] = "approval.visit_planned"
    case_id: str
    visit_id: str
    starts_at: str
    place: str
    branches: tuple[str, ...]
    moved: bool


@dataclass(frozen=True)
class VisitHeld(Event):
    """Every member has written what it found."""

    name: ClassVar[str] = "approval.visit_held"
    case_id: str
    visit_id: str


@dataclass(frozen=True)
class DecisionCorrected(ApprovalEvent):
    """A mistake in the writing of a decision was put right; the licences named are to be written anew."""

    name: ClassVar[str] = "approval.decision_corrected"
    licences: tuple[str, ...]
    what: str


@dataclass(frozen=True)
class LicencesRevoked(ApprovalEvent):
    """The grant is taken back (行政许可法 69)."""

    name: ClassVar[str] = "approval.licences_revoked"
    licences: tuple[str, ...]
    fault: str
    reasons: str


@dataclass(frozen=True)
class LicencesCancelled(ApprovalEvent):
    """The licences are struck off (行政许可法 70)."""

    name: ClassVar[str] = "approval.licences_cancelled"
    licences: tuple[str, ...]
    lapse: str
    reasons: str
