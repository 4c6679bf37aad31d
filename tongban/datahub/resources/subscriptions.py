"""What the lists react to: the last day of an answer, and that of a grant."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.resources import operations, tellings
from tongban.datahub.resources.events import (
    AnswerOverdue,
    DemandStated,
    DisputeClosed,
    DisputeOverdue,
    GrantEnding,
    GrantTaken,
    RefusalDisputed,
    RefusalReferred,
    RequestGranted,
    RequestRefused,
)
from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    messages.register(*tellings.TEMPLATES)
    outbox.subscribe(DemandStated, tellings.demand_waits, name="datahub.resources.tell_waits")
    outbox.subscribe(AnswerOverdue, tellings.answer_overdue, name="datahub.resources.tell_overdue")
    outbox.subscribe(RefusalDisputed, tellings.refusal_disputed, name="datahub.resources.tell_disputed")
    outbox.subscribe(RefusalReferred, tellings.refusal_referred, name="datahub.resources.tell_referred")
    outbox.subscribe(DisputeOverdue, tellings.dispute_overdue, name="datahub.resources.tell_dispute_overdue")
    outbox.subscribe(DisputeClosed, tellings.dispute_closed, name="datahub.resources.tell_dispute_closed")
    outbox.subscribe(GrantEnding, tellings.grant_ends, name="datahub.resources.tell_grant_ends")
    outbox.subscribe(GrantTaken, tellings.grant_taken, name="datahub.resources.tell_grant_taken")
    outbox.subscribe(RequestGranted, tellings.demand_granted, name="datahub.resources.tell_granted")
    outbox.subscribe(RequestRefused, tellings.demand_refused, name="datahub.resources.tell_refused")
    outbox.on_timer(operations.ANSWER_TIMER, answer_overdue)
    outbox.on_timer(operations.DISPUTE_TIMER, dispute_overdue)
    outbox.on_timer(operations.GRANT_TIMER, grant_over)
    outbox.on_timer(operations.ENDING_TIMER, grant_ending)


def answer_overdue(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a request whose last day may be over."""
    on = dt.date.fromisoformat(payload["on"])
    operations.escalate_overdue(request_id=uuid.UUID(payload["request"]), on=on, at=at)


def dispute_overdue(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a dispute whose last day may be over."""
    on = dt.date.fromisoformat(payload["on"])
    operations.refer_overdue(request_id=uuid.UUID(payload["request"]), on=on, at=at)


def grant_over(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """End the grants whose last day is over."""
    operations.expire_grants(at=at)


def grant_ending(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Tell of a grant that ends soon."""
    until = dt.date.fromisoformat(payload["until"])
    operations.tell_ending(grant_id=uuid.UUID(payload["grant"]), until=until, at=at)
