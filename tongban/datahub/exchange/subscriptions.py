"""What the exchange reacts to: a grant begins the clock of its provider."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.exchange import operations
from tongban.datahub.resources.events import RequestGranted
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    outbox.subscribe(RequestGranted, granted, name="datahub.exchange.granted")
    outbox.on_timer(operations.PROVIDE_TIMER, to_be_provided)


def granted(event: RequestGranted, *, at: dt.datetime) -> None:
    """Have the owner publish the service in time."""
    operations.watch_grant(grant_id=uuid.UUID(event.grant_id), at=at)


def to_be_provided(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look whether the service was published."""
    on = dt.date.fromisoformat(payload["on"])
    operations.check_provided(grant_id=uuid.UUID(payload["grant"]), on=on, at=at)
