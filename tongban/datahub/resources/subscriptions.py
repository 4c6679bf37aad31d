"""What the lists react to: the last day of an answer, and that of a grant."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.resources import operations, tellings
from tongban.datahub.resources.events import AnswerOverdue, DemandStated
from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    messages.register(tellings.WAITS, tellings.OVERDUE)
    outbox.subscribe(DemandStated, tellings.demand_waits, name="datahub.resources.tell_waits")
    outbox.subscribe(AnswerOverdue, tellings.answer_overdue, name="datahub.resources.tell_overdue")
    outbox.on_timer(operations.ANSWER_TIMER, answer_overdue)
    outbox.on_timer(operations.GRANT_TIMER, grant_over)


def answer_overdue(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a request whose last day may be over."""
    on = dt.date.fromisoformat(payload["on"])
    operations.escalate_overdue(request_id=uuid.UUID(payload["request"]), on=on, at=at)


def grant_over(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """End the grants whose last day is over."""
    operations.expire_grants(at=at)
