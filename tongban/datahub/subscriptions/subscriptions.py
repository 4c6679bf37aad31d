"""What feeds react to: a grant that changes, an entry of the catalogue that does, a file whose last part has come."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.resources.events import EntryChanged, GrantChanged
from tongban.datahub.resources.types import ListKind
from tongban.datahub.subscriptions import operations, tellings
from tongban.datahub.subscriptions.events import FileReceived, SubscriptionChanged
from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    messages.register(*tellings.TEMPLATES.values())
    outbox.subscribe(GrantChanged, grant_changed)
    outbox.subscribe(EntryChanged, resource_changed, name="datahub.subscriptions.resource_changed")
    outbox.subscribe(
        SubscriptionChanged, tellings.subscription_changed, name="datahub.subscriptions.tell_stopped"
    )
    outbox.subscribe(FileReceived, file_received, is_patient=True, is_alone=True)


def grant_changed(event: GrantChanged, *, at: dt.datetime) -> None:
    """End what stood on a grant that has ended."""
    if event.state != "active":
        operations.end_of_grant(grant=uuid.UUID(event.grant_id), why=event.why, at=at)


def resource_changed(event: EntryChanged, *, at: dt.datetime) -> None:
    """Have the feeds of a resource go by what it says now."""
    if event.kind == ListKind.RESOURCE.value:
        operations.follow_resource(resource=event.code, at=at)


def file_received(event: FileReceived, *, at: dt.datetime) -> None:
    """Check a file that has come: gigabytes take a while."""
    operations.check_file(file=uuid.UUID(event.file_id), at=at)
