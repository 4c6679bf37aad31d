"""Who takes part in the exchange, with which keys, offering what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.records import Word


class ServiceKind(Word):
    """Where a service's answer comes from."""

    REGISTER = "register"  # a function of this node, by its name
    QUERY = "query"  # a statement over a department's database, parameters bound
    UPSTREAM = "upstream"  # the department's own REST service, by its address
    NODE = "node"  # published at another node, by the node's code


@dataclass(frozen=True, slots=True)
class Subsystem:
    """An information system that takes part; ``code`` is INSTANCE/CLASS/MEMBER/SUBSYSTEM."""

    code: str
    name: str
    registered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SystemLine:
    """A subsystem in a list: how many keys are valid and the last day of the first that ends, how many services it offers.

    ``called_at`` is when it has called last, within forty days.
    """

    code: str
    name: str
    keys: int
    until: dt.date | None
    services: int
    called_at: dt.datetime | None


CERTIFICATE = "tls-certificate"
"""The algorithm of a key that is a certificate: it stands for connections by mutual TLS, and signs no message."""


@dataclass(frozen=True, slots=True)
class SubsystemKey:
    """A public key by which a subsystem's calls are verified; ``id`` is the digest of the key itself.

    It counts until ``valid_until``. Of a certificate ``public`` is X.509, DER; it counts from ``valid_from``.
    """

    id: str
    subsystem: str
    algorithm: str
    public: bytes
    registered_at: dt.datetime
    registered_by: str
    valid_until: dt.datetime
    revoked_at: dt.datetime | None = None
    valid_from: dt.datetime | None = None

    @property
    def last_day(self) -> dt.date:
        """Return the day on which it counts last."""
        return (self.valid_until - dt.timedelta(microseconds=1)).astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class TrialKey:
    """A key for the sandbox only; ``until`` is its last day."""

    id: str
    algorithm: str
    registered_at: dt.datetime
    registered_by: str
    until: dt.date


@dataclass(frozen=True, slots=True)
class Connection:
    """What a trusted proxy says of the connection of a call: the client's certificate (DER) and the proxy's address."""

    certificate: bytes
    proxy: str


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
    paths: tuple[str, ...] = ()
    """Of an upstream service: what may be asked, ``GET /people/{number}``; none: ``GET`` at its address, by its parameters."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Of an upstream service: names in the provider's JSON, and the fields that they are in the catalogue."""
    personal: tuple[str, ...] = ()
    """The fields that are personal information or say whose a record is, as the catalogue has it when it is published."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a description of a service, and in which line; ``sentence`` has ``{named}`` places.

    Without ``is_error`` it stops nothing, and its author should know.
    """

    line: int
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    is_error: bool = True
