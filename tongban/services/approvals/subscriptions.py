"""What approvals react to: cases that come in, are accepted, end; limits that end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.outbox import operations as outbox
from tongban.services.approvals import operations
from tongban.services.approvals.operations.recording import JOINT_TIMER, LIMIT_TIMER
from tongban.services.cases.events import (
    CaseAccepted,
    CaseEvent,
    CaseNotAccepted,
    CaseSubmitted,
    CaseTerminated,
    CaseWithdrawn,
    NoticeGiven,
)


def connect() -> None:
    """Subscribe; called once at start."""
    outbox.subscribe(CaseAccepted, case_accepted, name="services.approvals.case_accepted")
    outbox.subscribe(CaseSubmitted, case_moved, name="services.approvals.case_submitted")
    outbox.subscribe(NoticeGiven, case_moved, name="services.approvals.notice_given")
    outbox.subscribe(CaseNotAccepted, case_moved, name="services.approvals.case_not_accepted")
    outbox.subscribe(CaseWithdrawn, case_ended, name="services.approvals.case_withdrawn")
    outbox.subscribe(CaseTerminated, case_ended, name="services.approvals.case_terminated")
    outbox.on_timer(LIMIT_TIMER, limit_ended)
    outbox.on_timer(JOINT_TIMER, joint_limit_ended)


def case_accepted(event: CaseAccepted, *, at: dt.datetime) -> None:
    """Open the branches."""
    operations.open_round(case_id=uuid.UUID(event.case_id), at=at)


def case_moved(event: CaseEvent, *, at: dt.datetime) -> None:
    """Keep the line of a case that waits for a clerk."""
    operations.keep_intake(case_id=uuid.UUID(event.case_id), at=at)


def case_ended(event: CaseEvent, *, at: dt.datetime) -> None:
    """End the branches of a case that was withdrawn or terminated."""
    because = "withdrawn" if isinstance(event, CaseWithdrawn) else "terminated"
    operations.end_round(case_id=uuid.UUID(event.case_id), because=because, at=at)


def limit_ended(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a branch whose limit may have ended."""
    on = dt.date.fromisoformat(payload["on"])
    operations.note_limit(branch_id=uuid.UUID(payload["branch"]), on=on, at=at)


def joint_limit_ended(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a case whose joint limit may have ended."""
    on = dt.date.fromisoformat(payload["on"])
    operations.note_joint_limit(case_id=uuid.UUID(payload["case"]), on=on, at=at)
