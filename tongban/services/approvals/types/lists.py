"""What is read of many branches: the queue, precedents, how departments keep their limits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.pages import Page
from tongban.services.approvals.types.words import BranchState, Light, WorkKind


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
