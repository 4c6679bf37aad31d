"""A branch and all that happens to it, a round of branches, whose days were used, what can be done now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.foundation.calendars.types import Procedure
from tongban.kernel.types import Actor
from tongban.services.approvals.types.words import (
    FINAL,
    Act,
    BranchState,
    Light,
    Outcome,
    Role,
    Stage,
    Stance,
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """审查意见: what a reviewer proposes, on what grounds."""

    stance: Stance
    grounds: str
    by: Actor
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ClockStop:
    """停钟: the written notice that names the procedure and how long it takes, and when the clock ran again."""

    id: uuid.UUID
    branch_id: uuid.UUID
    procedure: Procedure
    first: dt.date
    last: dt.date | None
    expected_days: int
    notice: Written
    hearing_on: dt.date | None = None
    chair: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it was sent: verbatim, with its digest and the seal on it."""

    kind: str
    number: str
    text: str
    sha256: str
    seal: str
    signature: Mapping[str, Any]
    at: dt.datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Extension:
    """延长期限: ten days once by the body's head, fifteen by the government in joint handling (行政许可法 42)."""

    days: int
    reason: str
    by: Actor
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision in writing; silence has a record of its own and no author."""

    outcome: Outcome
    reasons: str
    remedies: tuple[str, ...]
    letter: Written
    by: Actor
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: one item before one department."""

    id: uuid.UUID
    case_id: uuid.UUID
    item: str
    item_name: str
    department: str
    state: BranchState
    stage: Stage
    light: Light
    waits_for: tuple[str, ...]
    opened_on: dt.date | None
    due_on: dt.date | None
    statutory_on: dt.date | None
    promised_days: int
    days: Mapping[str, int]
    assignee: str
    silence_is_consent: bool
    needs_visit: bool
    is_immediate: bool
    used_days: int
    left_days: int | None
    opinions: tuple[Opinion, ...] = ()
    stops: tuple[ClockStop, ...] = ()
    extension: Extension | None = None
    decision: Decision | None = None
    closed_at: dt.datetime | None = None
    first_department: str = ""
    first_due_on: dt.date | None = None
    ended_because: str = ""
    is_provisional: bool = False
    shares_visit: bool = False
    district: str = ""
    """For which district the case was filed; empty for the whole city."""

    @property
    def is_final(self) -> bool:
        """Return whether nothing more is to be decided."""
        return self.state in FINAL

    @property
    def opinion(self) -> Opinion | None:
        """Return the latest opinion."""
        return self.opinions[-1] if self.opinions else None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the people of one department found on the spot."""

    branch_id: uuid.UUID
    department: str
    people: tuple[str, ...]
    passes: bool | None
    text: str
    by: Actor | None
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """联合踏勘: one visit for all members."""

    id: uuid.UUID
    case_id: uuid.UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    prepare: str
    moved_by: str
    first_planned_on: dt.date
    findings: tuple[Finding, ...]

    @property
    def is_held(self) -> bool:
        """Return whether every member has found something."""
        return all(finding.at is not None for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Member:
    """A department's people for a visit."""

    branch_id: uuid.UUID
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BranchEvent:
    """One act of a branch, never changed."""

    number: int
    act: Act
    before: BranchState | None
    after: BranchState
    at: dt.datetime
    by: Actor
    role: Role
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartyDays:
    """Working days in a row that stand under the same names."""

    parties: tuple[str, ...]
    first: dt.date
    last: dt.date
    days: int


@dataclass(frozen=True, slots=True)
class Account:
    """每一天记在谁名下: who the others waited for, day by day; ``alone`` and ``shared`` by party."""

    start: dt.date
    until: dt.date
    elapsed: int
    stretches: tuple[PartyDays, ...]
    alone: Mapping[str, int]
    shared: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Round:
    """All branches of a case, and the limit on the whole (行政许可法 42)."""

    case_id: uuid.UUID
    is_joint: bool
    accepted_on: dt.date
    joint_due_on: dt.date | None
    extension: Extension | None
    branches: tuple[Branch, ...]
    visit: Visit | None
    account: Account
    letters: tuple[Written, ...] = ()
    """Everything departments have told in writing, in order."""
    events: Mapping[uuid.UUID, tuple[BranchEvent, ...]] = field(default_factory=dict)
    """The acts of each branch in their order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An act as a button: possible or not, and then why not, in the rule's own sentence."""

    act: Act
    is_possible: bool
    sentence: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
