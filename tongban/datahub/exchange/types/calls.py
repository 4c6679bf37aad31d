"""A call on its way: as read, as permitted, as asked of the provider, as answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tongban.datahub.exchange.types.parties import Connection
from tongban.foundation.http_signatures.types import Message
from tongban.kernel.records import Word


class Outcome(Word):
    """What authorising a call found; the value is the last part of X-Road's error type, empty when it may go on."""

    AUTHORISED = ""
    ACCESS_DENIED = "AccessDenied"
    UNKNOWN_SERVICE = "UnknownService"
    SERVICE_DISABLED = "ServiceDisabled"
    KEY_REVOKED = "KeyRevoked"
    KEY_EXPIRED = "KeyExpired"
    QUOTA_EXCEEDED = "QuotaExceeded"
    GRANT_AMBIGUOUS = "GrantAmbiguous"  # the caller's own to mend: it has to say by which
    RELAYED = "Relayed"  # handed to the provider's node, which authorises it and counts it


@dataclass(slots=True)  # not frozen: made with every call, three times as fast
class Call:
    """A call as read from its message, its signature not yet verified.

    ``number`` is its own on record, ``id`` the caller's or else the same; ``rest`` is the path after the service.
    """

    number: uuid.UUID
    message: Message
    body: bytes
    client: str
    provider: str
    service: str
    rest: str
    id: str
    user: str
    issue: str
    grant: uuid.UUID | None
    connection: Connection | None = None
    """Only of a call that came by mutual TLS."""

    @property
    def service_id(self) -> str:
        """Return the service's identifier as X-Road writes it."""
        return f"{self.provider}/{self.service}"


@dataclass(frozen=True, slots=True)
class Permit:
    """A call that may go on: by which grant, which fields may leave, which version of the service is in force."""

    grant: uuid.UUID
    fields: frozenset[str]
    version: int


@dataclass(slots=True)  # not frozen: made with every call, three times as fast
class Answer:
    """What goes back to the caller; header names as X-Road writes them."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Carried:
    """What another node answered to a call: ``problem`` is X-Road's error type, ``number`` the call's on its record."""

    status: int
    kind: str
    body: bytes
    problem: str
    number: str


Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a register function is asked: the fields that may leave, and the parameters by name."""

    fields: frozenset[str]
    parameters: Mapping[str, str]


Source = Callable[[Asked], Sequence[Row]]
"""A register: returns the rows that fit. It may return more fields than were asked; they are taken away."""
