"""What is on record: exchanges, how they went, how much was used."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.datahub.exchange.types.calls import Outcome
from tongban.datahub.exchange.types.parties import SubsystemKey
from tongban.kernel.records import Word


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


class Side(Word):
    """On which side of its exchanges a subsystem is looked at."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Performance:
    """How calls of one service went, in one hour or in the whole time that is looked at (``hour`` None).

    ``other`` is the subsystem on the other side. Seconds are those of answered calls, to a twentieth (``longest`` to the
    microsecond), from the request's arrival to the provider's answer: the middle one, the one that 95 and 99 of a hundred
    do not exceed, the longest; None without any.
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
class Flow:
    """What one department called of another in a time; ``p95`` is in seconds, to a twentieth, None without an answer."""

    consumer: str
    provider: str
    calls: int
    refused: int
    failed: int
    p95: float | None


@dataclass(frozen=True, slots=True)
class DistrictFlows:
    """What was called in a time by districts: of each department, by each, of each, in all.

    A district is named by its slug, the city's own departments together by nothing.
    """

    pairs: tuple[Flow, ...]
    districts: Mapping[str, Flow]
    providers: Mapping[str, Flow]
    total: Flow


@dataclass(frozen=True, slots=True)
class Happened:
    """One call as it shows on an overview: which departments, which service of which subsystem, what came of it.

    ``party`` is the body of government that it was made for, where that was said; ``grant`` by which it was let through.
    """

    at: dt.datetime
    consumer: str
    provider: str
    service: str
    outcome: Outcome
    status: int | None
    seconds: float | None
    problem: str
    subsystem: str
    party: str = ""
    grant: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class GrantUse:
    """That a grant was used for a case, how often, and the first such call."""

    grant: uuid.UUID
    consumer: str
    issue: str
    calls: int
    first: uuid.UUID


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A use of a grant, which a department holds for some items, with who provides by it."""

    use: GrantUse
    holder: str
    provider: str
    resource: str
    items: tuple[str, ...]
