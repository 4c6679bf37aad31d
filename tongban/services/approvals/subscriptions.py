"""What approvals react to: cases that come in, are accepted, end; limits that end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox
from tongban.services.approvals import operations, tellings
from tongban.services.approvals.events import (
    BranchDecided,
    BranchEnded,
    ClockResumed,
    ClockStopped,
    DecisionCorrected,
    LicencesCancelled,
    LicencesRevoked,
    LimitExtended,
    LimitMissed,
    VisitPlanned,
)
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
    _tell_applicants()
    outbox.on_timer(LIMIT_TIMER, limit_ended)
    outbox.on_timer(JOINT_TIMER, joint_limit_ended)


def _tell_applicants() -> None:
    """Have the applicant told of what happens to the branches."""
    messages.register(*tellings.ALL)
    outbox.subscribe(BranchDecided, tellings.decided, name="services.approvals.tell_decided")
    outbox.subscribe(BranchEnded, tellings.ended, name="services.approvals.tell_ended")
    outbox.subscribe(ClockStopped, tellings.stopped, name="services.approvals.tell_stopped")
    outbox.subscribe(ClockResumed, tellings.resumed, name="services.approvals.tell_resumed")
    outbox.subscribe(LimitExtended, tellings.extended, name="services.approvals.tell_extended")
    outbox.subscribe(LimitMissed, tellings.missed, name="services.approvals.tell_missed")
    outbox.subscribe(VisitPlanned, tellings.visit_planned, name="services.approvals.tell_visit")
    outbox.subscribe(DecisionCorrected, tellings.corrected, name="services.approvals.tell_corrected")
    outbox.subscribe(LicencesRevoked, tellings.revoked, name="services.approvals.tell_revoked")
    outbox.subscribe(LicencesCancelled, tellings.cancelled, name="services.approvals.tell_cancelled")


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
