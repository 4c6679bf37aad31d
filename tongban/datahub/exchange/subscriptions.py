"""What the exchange reacts to: a grant begins the clock of its provider, a key that ends is told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.exchange import operations, queries, tellings
from tongban.datahub.exchange.events import KeyEnding, ServiceStopped
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as grants
from tongban.datahub.resources.events import EntryChanged, RequestGranted
from tongban.datahub.resources.types import ListKind
from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; called once at start."""
    resources.learn_services_from(queries.resources_given)
    messages.register(tellings.KEY_ENDS, tellings.SERVICE_STOPS, tellings.GRANTED_OPENLY)
    outbox.subscribe(RequestGranted, granted, name="datahub.exchange.granted")
    outbox.on_timer(operations.PROVIDE_TIMER, to_be_provided)
    outbox.subscribe(KeyEnding, tellings.key_ends, name="datahub.exchange.tell_key_ending")
    outbox.on_timer(operations.KEY_TIMER, key_ending)
    outbox.subscribe(EntryChanged, resource_changed, name="datahub.exchange.resource_changed")
    outbox.subscribe(ServiceStopped, tellings.service_stops, name="datahub.exchange.tell_service_stopped")


def resource_changed(event: EntryChanged, *, at: dt.datetime) -> None:
    """Have the services of a resource go by what it says now."""
    if event.kind == ListKind.RESOURCE.value:
        operations.follow_resource(resource=event.code, at=at)


def granted(event: RequestGranted, *, at: dt.datetime) -> None:
    """Have the owner publish the service in time, and the data authority know of a grant beside one kept secret."""
    operations.watch_grant(grant_id=uuid.UUID(event.grant_id), at=at)
    tellings.granted_openly(grants.get_grant(uuid.UUID(event.grant_id)), at=at)


def to_be_provided(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Look whether the service was published."""
    on = dt.date.fromisoformat(payload["on"])
    operations.check_provided(grant_id=uuid.UUID(payload["grant"]), on=on, at=at)


def key_ending(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Tell of a key that ends soon."""
    operations.tell_key_ending(key=payload["key"], at=at)
