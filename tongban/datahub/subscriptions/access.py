"""Who speaks for a subsystem: its own signed call, or its department's data officer."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions.errors import NotTheProvider
from tongban.kernel.types import Actor

SUBSYSTEM = "subsystem"


def acting(subsystem: str) -> Actor:
    """Return a subsystem as who acts, once its signature was verified."""
    return Actor(SUBSYSTEM, subsystem, subsystem)


def check_speaks_for(by: Actor, subsystem: str, at: dt.datetime) -> None:
    """Raise NotAllowed unless somebody speaks for a subsystem."""
    if by.kind == SUBSYSTEM:
        if by.id != subsystem:
            raise NotTheProvider(subsystem)
        return
    resources.check_acts_for(by, subsystem.split("/")[2], at)
