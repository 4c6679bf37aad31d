"""What the account reacts to: the last day of an answer; and what people are told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox
from tongban.services.disclosures import operations, tellings
from tongban.services.disclosures.events import (
    AskedBesidePurpose,
    ContestAnswered,
    ContestOverdue,
    ContestStated,
)
from tongban.services.disclosures.operations import contesting


def connect() -> None:
    """Subscribe, and plug in; called once at start."""
    outbox.subscribe(ContestStated, tellings.stated, name="services.disclosures.tell_stated")
    outbox.subscribe(ContestAnswered, tellings.answered, name="services.disclosures.tell_answered")
    outbox.subscribe(ContestOverdue, tellings.overdue, name="services.disclosures.tell_overdue")
    outbox.subscribe(
        AskedBesidePurpose, tellings.asked_beside_purpose, name="services.disclosures.tell_beside_purpose"
    )
    outbox.on_timer(contesting.TIMER, answer_overdue)
    messages.register(*tellings.ALL)


def answer_overdue(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look at a contest whose last day may be over."""
    on = dt.date.fromisoformat(payload["on"])
    operations.escalate_overdue(id=uuid.UUID(payload["contest"]), on=on, at=at)
