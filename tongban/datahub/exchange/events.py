"""What happens in the exchange's register, for those who react: other nodes are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class RegisterChanged(Event):
    """A subsystem, key or service was registered, changed, revoked or paused; ``kind`` says which of the three."""

    name: ClassVar[str] = "exchange.register_changed"
    code: str
    kind: str


@dataclass(frozen=True)
class KeyEnding(Event):
    """A key or certificate of a subsystem ends soon; ``until`` is its last day."""

    name: ClassVar[str] = "exchange.key_ending"
    key: str
    subsystem: str
    until: str


@dataclass(frozen=True)
class ProvidingOverdue(Event):
    """What a department has granted can not be had on the last day: its service is not published."""

    name: ClassVar[str] = "exchange.providing_overdue"
    grant_id: str
    department: str
    resource: str
    consumer: str
    due_on: str


@dataclass(frozen=True)
class ServiceStopped(Event):
    """A service was paused, for its resource is about persons now and nobody would find the calls for them."""

    name: ClassVar[str] = "exchange.service_stopped"
    provider: str
    service: str
    resource: str
