"""The words of the exchange."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tongban.foundation.http_signatures.types import Message
from tongban.kernel.records import Word


class ServiceKind(Word):
    """Where a service's answer comes from."""

    REGISTER = "register"  # a function of this node, by its name
    QUERY = "query"  # a statement over a department's database, parameters bound
    UPSTREAM = "upstream"  # the department's own REST service, by its address


class Outcome(Word):
    """What authorising a call found; the value is the last part of X-Road's error type, empty when it may go on."""

    AUTHORISED = ""
    ACCESS_DENIED = "AccessDenied"
    UNKNOWN_SERVICE = "UnknownService"
    SERVICE_DISABLED = "ServiceDisabled"
    KEY_REVOKED = "KeyRevoked"
    QUOTA_EXCEEDED = "QuotaExceeded"


@dataclass(frozen=True, slots=True)
class Subsystem:
    """An information system that takes part; ``code`` is INSTANCE/CLASS/MEMBER/SUBSYSTEM."""

    code: str
    name: str
    registered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SubsystemKey:
    """A public key by which a subsystem's calls are verified; ``id`` is the digest of the key itself."""

    id: str
    subsystem: str
    algorithm: str
    public: bytes
    registered_at: dt.datetime
    registered_by: str
    revoked_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The public key that this node's answers are verified with; ``certificate`` is X.509, DER."""

    id: str
    algorithm: str
    public: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Service:
    """A service as published.

    ``target``: the register's name, the statement with ``%(name)s`` for its parameters, or the address.
    ``parameters`` are the names that may be asked by; ``subject`` is the one among them that names the person or
    company whose data it is, if any. ``seconds`` is how long the provider may take, ``most_bytes`` how much it may say.
    """

    provider: str
    code: str
    version: int
    kind: ServiceKind
    target: str
    resource: str
    parameters: tuple[str, ...] = ()
    subject: str = ""
    database: str = ""
    seconds: float = 5.0
    most_bytes: int = 10_000_000
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller; header names as X-Road writes them."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a register function is asked: the fields that may leave, and the parameters by name."""

    fields: frozenset[str]
    parameters: Mapping[str, str]


Source = Callable[[Asked], Sequence[Row]]
"""A register: returns the rows that fit. It may return more fields than were asked; they are taken away."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange on record, and what was answered if that is known."""

    id: uuid.UUID
    at: dt.datetime
    consumer: str
    provider: str
    service: str
    outcome: Outcome
    grant: uuid.UUID | None
    fields: tuple[str, ...]
    message_id: str
    user: str
    issue: str
    status: int | None = None
    size: int | None = None
    seconds: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves one exchange: what the caller signed, with which key, and the digest of the answer."""

    exchange: Exchange
    key: SubsystemKey
    signed: bytes
    signature: bytes
    answer_digest: bytes | None


@dataclass(frozen=True, slots=True)
class Usage:
    """How much one grant was used on one day."""

    grant: uuid.UUID
    day: dt.date
    calls: int
    per_day: int = field(default=0)
