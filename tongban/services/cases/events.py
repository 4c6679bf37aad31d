"""What happens to cases, for those who react: approvals, licences, messages, supervision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class CaseEvent(Event):
    """Something happened to a case."""

    name: ClassVar[str] = "case.happened"
    case_id: str


@dataclass(frozen=True)
class CaseSubmitted(CaseEvent):
    """It was handed in; the five days of art. 32 run."""

    name: ClassVar[str] = "case.submitted"
    number: str
    applicant_kind: str
    applicant_id: str


@dataclass(frozen=True)
class CaseAccepted(CaseEvent):
    """It is accepted from ``accepted_on``; ``deemed`` when nobody said anything in five days.

    ``supplemented`` when something was missing first and has come in.
    """

    name: ClassVar[str] = "case.accepted"
    accepted_on: str
    deemed: bool
    supplemented: bool = False


@dataclass(frozen=True)
class CaseNotAccepted(CaseEvent):
    """It is not accepted, with reasons and the right body."""

    name: ClassVar[str] = "case.not_accepted"
    refusal: str


@dataclass(frozen=True)
class NoticeGiven(CaseEvent):
    """The applicant was told, once, everything that is missing."""

    name: ClassVar[str] = "case.notice_given"
    demands: int


@dataclass(frozen=True)
class CaseSupplemented(CaseEvent):
    """Everything the notice asked for has come in."""

    name: ClassVar[str] = "case.supplemented"


@dataclass(frozen=True)
class CaseCorrected(CaseEvent):
    """Something in the filing was put right."""

    name: ClassVar[str] = "case.corrected"


@dataclass(frozen=True)
class CaseDecided(CaseEvent):
    """All departments have decided; ``service_kind`` is item where there was only one thing to decide."""

    name: ClassVar[str] = "case.decided"
    outcome: str
    service_kind: str = ""


@dataclass(frozen=True)
class CaseClosed(CaseEvent):
    """Everything is handed over."""

    name: ClassVar[str] = "case.closed"


@dataclass(frozen=True)
class CaseWithdrawn(CaseEvent):
    """The applicant took it back."""

    name: ClassVar[str] = "case.withdrawn"


@dataclass(frozen=True)
class CaseTerminated(CaseEvent):
    """It ends without a decision: death, dissolution."""

    name: ClassVar[str] = "case.terminated"
    ending: str


@dataclass(frozen=True)
class BreachRecorded(CaseEvent):
    """The office broke a duty; supervision hears of it."""

    name: ClassVar[str] = "case.breach_recorded"
    kind: str
    breach_id: str


@dataclass(frozen=True)
class ValueDisputed(CaseEvent):
    """An applicant says that a register is wrong."""

    name: ClassVar[str] = "case.value_disputed"
    correction_id: str
    register: str
    field: str
