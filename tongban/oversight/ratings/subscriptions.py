"""What ratings react to: a case that has ended is asked about once; limits of follow-ups; answers are told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import N_
from tongban.oversight.ratings import operations
from tongban.oversight.ratings.events import FollowUpAnswered
from tongban.oversight.ratings.rules import rating
from tongban.services.cases import queries as cases
from tongban.services.cases.events import CaseClosed, CaseEvent, CaseNotAccepted

INVITATION = Template(
    "ratings.invitation",
    N_("请您评价这次办理"),
    N_("“{what}”已经有了结果。{until} 前可以在“我的办件”里评一评，只问这一次；不满意的，我们会联系您。"),
)
ANSWERED = Template(
    "ratings.answered",
    N_("您反映的问题有了答复"),
    N_("您对“{what}”的评价，承办部门已经答复，在“我的办件”里可以看到。"),
)


def connect() -> None:
    """Subscribe; called once at start."""
    messages.register(INVITATION, ANSWERED)
    outbox.subscribe(CaseClosed, case_ended, name="oversight.ratings.case_closed")
    outbox.subscribe(CaseNotAccepted, case_ended, name="oversight.ratings.case_not_accepted")
    outbox.subscribe(FollowUpAnswered, answered, name="oversight.ratings.answered")
    outbox.on_timer(operations.TIMER, limit_ended)


def case_ended(event: CaseEvent, *, at: dt.datetime) -> None:
    """Ask the applicant, once, how it was."""
    until = rating.until(rating.day_of(at)).isoformat()
    _tell(event.case_id, INVITATION, at, until=until)


def answered(event: FollowUpAnswered, *, at: dt.datetime) -> None:
    """Tell the applicant that the department has answered."""
    _tell(event.case_id, ANSWERED, at)


def limit_ended(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a follow-up whose limit may have ended."""
    on = dt.date.fromisoformat(payload["on"])
    operations.note_missed(follow_up_id=uuid.UUID(payload["follow_up"]), on=on, at=at)


def _tell(case_id: str, template: Template, at: dt.datetime, **values: object) -> None:
    case = cases.headline(case_id)
    said = {"what": case.service_name, **values}
    messages.send(to=case.applicant, template=template.code, values=said, case=case.id, at=at)
