"""What the lists react to: the last day of an answer, and that of a grant."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.resources import operations
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    outbox.on_timer(operations.ANSWER_TIMER, answer_overdue)
    outbox.on_timer(operations.GRANT_TIMER, grant_over)


def answer_overdue(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a request whose last day may be over."""
    on = dt.date.fromisoformat(payload["on"])
    operations.escalate_overdue(request_id=uuid.UUID(payload["request"]), on=on, at=at)


def grant_over(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """End the grants whose last day is over."""
    operations.expire_grants(at=at)
