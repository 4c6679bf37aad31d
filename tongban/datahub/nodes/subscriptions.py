"""What the federation reacts to: whatever the directory tells of has changed."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange.events import RegisterChanged
from tongban.datahub.nodes.events import NodeChanged
from tongban.datahub.nodes.operations.directory import say
from tongban.datahub.nodes.types import Kind
from tongban.datahub.resources.events import EntryChanged, GrantChanged
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM

RESOURCE = "resource"
"""The kind of a list's entry that is a resource of the catalogue."""


def connect() -> None:
    """Subscribe; called once at start."""
    outbox.subscribe(RegisterChanged, say_registered)
    outbox.subscribe(EntryChanged, say_resource)
    outbox.subscribe(GrantChanged, say_grant)
    outbox.subscribe(NodeChanged, say_node)


def say_registered(event: RegisterChanged, *, at: dt.datetime) -> None:
    """Say what a subsystem, a key or a service is now."""
    say(kind=event.kind, code=event.code, by=SYSTEM, at=at)


def say_resource(event: EntryChanged, *, at: dt.datetime) -> None:
    """Say what a resource of the catalogue is now."""
    if event.kind == RESOURCE:
        say(kind=Kind.RESOURCE.value, code=event.code, by=SYSTEM, at=at)


def say_grant(event: GrantChanged, *, at: dt.datetime) -> None:
    """Say what a grant is now."""
    say(kind=Kind.GRANT.value, code=event.grant_id, by=SYSTEM, at=at)


def say_node(event: NodeChanged, *, at: dt.datetime) -> None:
    """Say what a node is now."""
    say(kind=Kind.NODE.value, code=event.code, by=SYSTEM, at=at)
