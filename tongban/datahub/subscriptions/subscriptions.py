"""What feeds react to: a grant that changes, a file whose last part has come."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.resources.events import GrantChanged
from tongban.datahub.subscriptions import operations
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    outbox.subscribe(GrantChanged, grant_changed)


def grant_changed(event: GrantChanged, *, at: dt.datetime) -> None:
    """End what stood on a grant that has ended."""
    if event.state != "active":
        operations.end_of_grant(grant=uuid.UUID(event.grant_id), why=event.why, at=at)
