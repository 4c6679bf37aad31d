"""The words of approvals: states, acts and who does them, lights, and the records that queries give."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongban.foundation.calendars.types import Procedure
from tongban.kernel.errors import N_
from tongban.kernel.pages import Page
from tongban.kernel.types import Actor

__all__ = ["Procedure"]


class BranchState(StrEnum):
    """Where a branch stands."""

    WAITING = "waiting"  # 待并联: another branch comes first
    OPEN = "open"  # 审查中
    STOPPED = "stopped"  # 停钟
    GRANTED = "granted"  # 准予
    REFUSED = "refused"  # 不予
    ENDED = "ended"  # 终止


FINAL = frozenset({BranchState.GRANTED, BranchState.REFUSED, BranchState.ENDED})


class Act(StrEnum):
    """What can be done to a branch; each is one operation."""

    OPEN = "open"
    TAKE = "take"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    FIRST_REVIEW = "first_review"
    GIVE_OPINION = "give_opinion"
    PLAN_VISIT = "plan_visit"
    MOVE_VISIT = "move_visit"
    RECORD_FINDING = "record_finding"
    STOP = "stop"
    RESUME = "resume"
    EXTEND = "extend"
    EXTEND_ROUND = "extend_round"
    GRANT = "grant"
    REFUSE = "refuse"
    GRANT_BY_SILENCE = "grant_by_silence"
    END = "end"
    CORRECT = "correct"
    REVOKE = "revoke"
    RETRACT = "retract"
    CANCEL = "cancel"


class Role(StrEnum):
    """In which capacity somebody meets a branch."""

    REVIEWER = "reviewer"  # 审查人员 of the branch's department
    DECIDER = "decider"  # 决定人员
    HEAD = "head"  # 本行政机关负责人
    VISITOR = "visitor"  # 现场核查人员
    LOWER = "lower"  # 下级行政机关的审查人员
    GOVERNMENT = "government"  # 本级人民政府负责人
    APPLICANT = "applicant"
    SYSTEM = "system"


class Stance(StrEnum):
    """What an opinion proposes."""

    GRANT = "grant"
    REFUSE = "refuse"


class Outcome(StrEnum):
    """What a branch came to."""

    GRANTED = "granted"
    REFUSED = "refused"
    SILENCE = "silence"  # granted because nobody spoke in time, where the item says so


class Stage(StrEnum):
    """Who reviews now: the lower body first, where the law wants it (行政许可法 35、43), then the one that decides."""

    FIRST = "first"
    MAIN = "main"


class WorkKind(StrEnum):
    """What is to be done next about a case or branch: the tabs of the queue."""

    ACCEPT = "accept"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    WAITING = "waiting"
    STOPPED = "stopped"
    DECIDE = "decide"
    DONE = "done"


class Light(StrEnum):
    """How a limit stands; always shown with its word and shape, never by colour alone."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    STOPPED = "stopped"
    WAITING = "waiting"
    DONE = "done"

    @property
    def word(self) -> str:
        """Return the word beside the light."""
        return LIGHT_WORDS[self]

    @property
    def shape(self) -> str:
        """Return the shape of the light."""
        return LIGHT_SHAPES[self]


LIGHT_WORDS = {
    Light.RED: N_("超期"),
    Light.AMBER: N_("临近"),
    Light.GREEN: N_("正常"),
    Light.STOPPED: N_("停钟"),
    Light.WAITING: N_("等待"),
    Light.DONE: N_("完成"),
}
LIGHT_SHAPES = {
    Light.RED: "■",
    Light.AMBER: "▲",
    Light.GREEN: "●",
    Light.STOPPED: "❚❚",
    Light.WAITING: "⋯",
    Light.DONE: "✓",
}

WORK_WORDS = {
    WorkKind.ACCEPT: N_("待受理"),
    WorkKind.SUPPLEMENT: N_("补正中"),
    WorkKind.REVIEW: N_("审查中"),
    WorkKind.WAITING: N_("待并联"),
    WorkKind.STOPPED: N_("特别程序"),
    WorkKind.DECIDE: N_("待决定"),
    WorkKind.DONE: N_("已办结"),
}


class Fault(StrEnum):
    """Why a licence that was granted is taken back (行政许可法 69)."""

    ABUSE = "abuse"  # 滥用职权、玩忽职守
    BEYOND_POWERS = "beyond-powers"  # 超越法定职权
    PROCEDURE = "procedure"  # 违反法定程序
    NOT_ELIGIBLE = "not-eligible"  # 不具备资格或者不符合条件
    OTHER = "other"  # 依法可以撤销的其他情形
    FRAUD = "fraud"  # 以欺骗、贿赂等不正当手段取得: must be taken back


class Change(StrEnum):
    """Why a licence that was rightly granted is taken back for the public good (行政许可法 8(2))."""

    LAW = "law"
    FACTS = "facts"


class Lapse(StrEnum):
    """Why a licence is struck off (行政许可法 70)."""

    EXPIRED = "expired"
    DEATH = "death"
    DISSOLUTION = "dissolution"
    TAKEN_BACK = "taken-back"
    IMPOSSIBLE = "impossible"
    OTHER = "other"


APPLICANT = "applicant"
"""The party under whose name the applicant's own days stand."""
PROCEDURE_PREFIX = "procedure:"
"""A special procedure as a party: ``procedure:hearing``."""
SHARED = "+"
"""Joins the parties of a day on which several had not finished."""


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
class SavedFilter:
    """A part of the queue that a member of staff has saved under a name; ``query`` is the channel's own."""

    id: uuid.UUID
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What of the queue is wanted. ``view`` is mine, unassigned, department, stopped or handed."""

    view: str = "department"
    light: Light | None = None
    kind: WorkKind | None = None
    item: str = ""
    service: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue."""

    work_id: uuid.UUID
    case_id: uuid.UUID
    branch_id: uuid.UUID | None
    kind: WorkKind
    light: Light
    due_on: dt.date | None
    left_days: int | None
    used_days: int
    allowed_days: int
    item: str
    item_name: str
    service: str
    service_name: str
    number: str
    applicant: str
    department: str
    assignee: str
    is_immediate: bool
    papers: int
    papers_exempt: int
    papers_missing: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue with how many there are by light and by kind, none counted beyond ``most``."""

    page: Page[QueueRow]
    lights: Mapping[Light, int]
    kinds: Mapping[WorkKind, int]
    most: int = 0


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier decision of the same item."""

    branch_id: uuid.UUID
    case_id: uuid.UUID
    applicant: str
    outcome: BranchState
    reasons: str
    decided_on: dt.date
    used_days: int
    number_masked: str = ""


@dataclass(frozen=True, slots=True)
class Precedents:
    """How the same item was decided in the last twelve months, and the latest decisions."""

    granted: int
    refused: int
    median_days: float | None
    latest: tuple[Precedent, ...]


@dataclass(frozen=True, slots=True)
class Performance:
    """How limits were kept: decided, in time, working days used and promised on the mean, how many on each day."""

    decided: int
    in_time: int
    mean_used: float | None
    mean_promised: float | None
    by_day: Mapping[dt.date, int]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of each thing done together: done, or why not."""

    done: tuple[uuid.UUID, ...] = ()
    refused: Mapping[uuid.UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """An act as a button: possible or not, and then why not, in the rule's own sentence."""

    act: Act
    is_possible: bool
    sentence: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
