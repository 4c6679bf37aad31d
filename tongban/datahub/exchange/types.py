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
    NODE = "node"  # published at another node, by the node's code


class Outcome(Word):
    """What authorising a call found; the value is the last part of X-Road's error type, empty when it may go on."""

    AUTHORISED = ""
    ACCESS_DENIED = "AccessDenied"
    UNKNOWN_SERVICE = "UnknownService"
    SERVICE_DISABLED = "ServiceDisabled"
    KEY_REVOKED = "KeyRevoked"
    QUOTA_EXCEEDED = "QuotaExceeded"
    RELAYED = "Relayed"  # handed to the provider's node, which authorises it and counts it


@dataclass(frozen=True, slots=True)
class Subsystem:
    """An information system that takes part; ``code`` is INSTANCE/CLASS/MEMBER/SUBSYSTEM."""

    code: str
    name: str
    registered_at: dt.datetime


CERTIFICATE = "tls-certificate"
"""The algorithm of a key that is a certificate: it stands for connections by mutual TLS, and signs no message."""


@dataclass(frozen=True, slots=True)
class SubsystemKey:
    """A public key by which a subsystem's calls are verified; ``id`` is the digest of the key itself.

    Of a certificate ``public`` is X.509, DER; it counts from ``valid_from`` until ``valid_until``.
    """

    id: str
    subsystem: str
    algorithm: str
    public: bytes
    registered_at: dt.datetime
    registered_by: str
    revoked_at: dt.datetime | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None


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
    """Of an upstream service: what may be asked, ``GET /people/{number}``; none means anything."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Of an upstream service: names in the provider's JSON, and the fields that they are in the catalogue."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a description of a service, and in which line; ``sentence`` has ``{named}`` places.

    Without ``is_error`` it stops nothing, and its author should know.
    """

    line: int
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    is_error: bool = True


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


class Kind(Word):
    """What is sealed: the record that a call was made, or what it was answered."""

    CALL = "call"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record's or an answer's place in the ledger: a leaf of a batch, whose root stands in the ledger's ``entry``.

    ``index`` counts from nought, ``path`` leads from the leaf to the batch's ``root``. ``is_intact``: the row still has
    this leaf, and the leaves this root.
    """

    kind: Kind
    leaf: bytes
    batch: int
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    entry: uuid.UUID
    is_intact: bool


@dataclass(frozen=True, slots=True)
class ExchangeProof:
    """That one exchange stands in the signed ledger as it is on record now.

    ``number`` is the place of the call's batch in the ledger, None for the seconds until it has one; ``head_*`` the
    newest signed head that covers it, ``signers`` who has signed that head: the city's ledger, then its witnesses.
    ``holds`` says that all of it was computed anew just now and agrees. ``answer`` is None until it is sealed.
    """

    id: uuid.UUID
    call: Sealed
    answer: Sealed | None
    number: int | None
    head_size: int | None
    head_root: bytes | None
    head_at: dt.datetime | None
    signers: tuple[str, ...]
    holds: bool


class Change(Word):
    """How what is on record differs from what was sealed."""

    ALTERED = "altered"  # the row says something else
    MISSING = "missing"  # the row was taken away
    INSERTED = "inserted"  # a row stands among sealed ones that was not there
    EMPTIED = "emptied"  # its content is gone, and no purge is on the ledger that covers it
    BATCH_ALTERED = "batch_altered"  # the batch is not what the ledger says of it
    BATCH_MISSING = "batch_missing"  # the ledger says a batch that is not there
    BATCH_INSERTED = "batch_inserted"  # a batch is there that the ledger does not say


@dataclass(frozen=True, slots=True)
class Difference:
    """One such difference: in which batch, and for a row which exchange it is of."""

    change: Change
    kind: Kind
    batch: int
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ExchangeAudit:
    """All exchanges computed anew and held against the ledger: how much there is, and what differs, the first thousand.

    ``pending`` rows wait to be sealed; of ``purged`` ones the content was removed by law.
    """

    batches: int
    sealed: int
    purged: int
    pending: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in Chinese with what stands in its {named} places; ``tongban.kernel.language`` translates it."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceFindings:
    """What checking a container of evidence found: what it proves, sentence by sentence, or what is wrong with it.

    ``root`` is the SHA-256 of the root certificate by which it was checked, to be compared with the published one.
    """

    id: str
    proves: tuple[Said, ...]
    root: str
    problem: Said | None = None


class Side(Word):
    """On which side of its exchanges a subsystem is looked at."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Performance:
    """How calls of one service went, in one hour or in the whole time that is looked at (``hour`` None).

    ``other`` is the subsystem on the other side. Seconds are those of answered calls, from the request's arrival to the
    provider's answer: the middle one, the one that 95 and 99 of a hundred do not exceed, the longest; None without any.
    ``problems`` are X-Road's types of error and how often each came, refusals by the exchange among them.
    """

    other: str
    service: str
    hour: dt.datetime | None
    calls: int
    answered: int
    failed: int
    median: float | None
    p95: float | None
    p99: float | None
    longest: float | None
    bytes: int
    problems: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """One call in the sandbox."""

    id: uuid.UUID
    at: dt.datetime
    service: str
    status: int
    seconds: float
    problem: str


@dataclass(frozen=True, slots=True)
class QuotaUsed:
    """Which share of a day's calls a grant has used: 1 is all of them."""

    grant: uuid.UUID
    share: float


@dataclass(frozen=True, slots=True)
class Usage:
    """How much one grant was used on one day."""

    grant: uuid.UUID
    day: dt.date
    calls: int
    per_day: int = field(default=0)


@dataclass(frozen=True, slots=True)
class About:
    """One exchange as the person sees whose data it was about.

    ``fields`` are those that the grant let leave at that moment; ``status`` is the provider's answer, None while it is not known;
    ``secret_until`` is the day since which it may be seen, where a law had kept it secret.
    """

    id: uuid.UUID
    at: dt.datetime
    consumer: str
    provider: str
    service: str
    outcome: Outcome
    grant: uuid.UUID | None
    user: str
    issue: str
    resource: str
    fields: tuple[str, ...]
    purpose: str
    items: tuple[str, ...]
    basis: str
    status: int | None
    secret_until: dt.date | None


@dataclass(frozen=True, slots=True)
class AboutWanted:
    """Which exchanges about somebody are wanted; ``before`` is the moment and id of the last one seen."""

    since: dt.datetime
    until: dt.datetime
    before: tuple[dt.datetime, uuid.UUID] | None = None
    refused: bool | None = None
    resource: str | None = None
    issue: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """How many exchanges about somebody were alike on a day."""

    day: dt.date
    is_refused: bool
    consumer: str
    resource: str
    issue: str
    count: int


@dataclass(frozen=True, slots=True)
class Secrecy:
    """A grant whose calls are kept from the persons they are about: by which law, since when, until when.

    ``confirmed_until`` is how far it may be extended before a supervisor confirms more; ``ended_on`` the day on which
    it was lifted.
    """

    id: uuid.UUID
    grant: uuid.UUID
    consumer: str
    provider: str
    service: str
    law: str
    reason: str
    since: dt.datetime
    until: dt.date
    confirmed_until: dt.date
    ended_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Flow:
    """What one department called of another in a short time; ``p95`` is in seconds, None while nothing is answered."""

    consumer: str
    provider: str
    calls: int
    refused: int
    failed: int
    p95: float | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One call as it shows on an overview: which departments, which service, what came of it."""

    at: dt.datetime
    consumer: str
    provider: str
    service: str
    outcome: Outcome
    status: int | None
    seconds: float | None
    problem: str
