"""The words of feeds: changes, subscriptions, deliveries, files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.kernel.records import Word
from tongban.kernel.types import Subject


class Kind(Word):
    """What has happened to a row; or a file has come."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    FILE = "file"


class State(Word):
    """How far a subscription is."""

    PROVING = "proving"  # its address has not said yet that it wants to be told
    ACTIVE = "active"
    PAUSED = "paused"  # by its owner, or because the address did not take anything for days
    ENDED = "ended"  # by its owner, or with its grant


class FileState(Word):
    """How far a file is."""

    RECEIVING = "receiving"  # its parts are coming
    CHECKING = "checking"  # all there; its digest is being computed
    READY = "ready"
    BROKEN = "broken"  # its content is not what was announced
    FORGOTTEN = "forgotten"  # its time is over, its content erased


@dataclass(frozen=True, slots=True)
class Change:
    """A change as its provider tells it.

    ``id`` is the provider's own and makes telling it twice the same as once. ``fields`` are the key fields and what the
    row is like now, whole or in part; ``at`` is when it happened, by default when it was published.
    """

    id: str
    kind: Kind
    fields: Mapping[str, object]
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What became of changes: how many are new, how many were known already."""

    taken: int
    known: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as declared. ``keys`` name a row, ``subject`` is the field that says whose data it is, if any.

    ``personal`` fields are personal information: whose number stands in one is noted, though the row is another's. One that
    ``names_nobody`` has come to be about persons without saying whose a row is; nothing is published in it.
    ``position`` is that of the last change, 0 before the first; ``placed_at`` when it got it.
    """

    id: int
    provider: str
    code: str
    name: str
    resource: str
    fields: tuple[str, ...]
    keys: tuple[str, ...]
    subject: str
    kept_days: int
    position: int
    placed_at: dt.datetime | None
    personal: tuple[str, ...] = ()
    names_nobody: bool = False

    @property
    def source(self) -> str:
        """Return the feed's address on its node, which is the ``source`` of its events."""
        return f"/feeds/{self.provider}/{self.code}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A change with its place in the feed, its content in plain; moments as RFC 3339 writes them, in UTC."""

    position: int
    placed_at: str
    happened_at: str
    kind: Kind
    row: bytes
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A point of a feed: the changes up to ``position`` were passed, the last of them placed at ``placed_at``."""

    position: int
    placed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A consumer's subscription.

    ``position`` is the last that was taken. With ``failures`` the address has not taken anything since ``failing_since``,
    and is tried again at ``next_at``. ``epoch`` counts how often it was set to another point. What is told up to ``again`` was
    told to the consumer before.
    """

    id: uuid.UUID
    feed: Feed
    grant: uuid.UUID
    consumer: str
    address: str
    batch: int
    state: State
    position: int
    placed_at: dt.datetime
    epoch: int
    failures: int
    failing_since: dt.datetime | None
    next_at: dt.datetime | None
    per_minute: int | None
    created_at: dt.datetime
    taken_at: dt.datetime | None
    why: str
    again: int = 0

    @property
    def behind(self) -> int:
        """Return how many changes it has not been told of."""
        return max(self.feed.position - self.position, 0)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be delivered next: ``body`` holds ``count`` events of the changes after ``start`` up to ``end``.

    Without events nothing is sent, and the changes up to ``end`` count as passed. ``fields`` are those that are granted now.
    """

    subscription: Subscription
    start: Cursor
    end: Cursor
    count: int
    content_type: str
    body: bytes
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address said; ``status`` 0 with the problem when it said nothing."""

    status: int
    seconds: float
    problem: str = ""
    retry_after: int | None = None
    allowed_origin: str = ""
    allowed_rate: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A request to an address as it was sent, with the text that its signature signs (RFC 9421 2.5), and what was said."""

    method: str
    headers: Mapping[str, str]
    base: str
    body: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Tried:
    """How an address did in the sandbox: ``asked`` whether it wants to be told by ``origin``, then ``told`` test events.

    It was told nothing when it did not want to be, or when there was nothing after the position.
    """

    address: str
    origin: str
    is_wanted: bool
    asked: Sent
    told: Sent | None
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt on record: positions, how many events, what the address said; ``status`` None until that is known."""

    id: uuid.UUID
    at: dt.datetime
    first: int
    last: int
    count: int
    status: int | None
    seconds: float
    problem: str


@dataclass(frozen=True, slots=True)
class Flow:
    """How much one department was told by a feed in a short time; ``failed`` deliveries were not taken."""

    provider: str
    consumer: str
    feed: str
    resource: str
    deliveries: int
    events: int
    failed: int


@dataclass(frozen=True, slots=True)
class Told:
    """That a person's data left by a feed: when, to whom, under which grant; ``id`` is the delivery's or the call's.

    ``about`` is what its act on the ledger is about. ``is_taken``: the receiver has said that it took it; what was sent
    and not confirmed may have been read all the same. ``is_named``: the change was another's, and the person's number stood
    in a field of it that was given.
    """

    id: uuid.UUID
    at: dt.datetime
    about: Subject
    provider: str
    feed: str
    resource: str
    consumer: str
    grant: uuid.UUID
    fields: tuple[str, ...]
    purpose: str
    items: tuple[str, ...]
    basis: str
    kind: Kind
    is_taken: bool
    is_named: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How often somebody was told about on a day."""

    day: dt.date
    consumer: str
    resource: str
    count: int


@dataclass(frozen=True, slots=True)
class File:
    """A file of a feed; ``received`` bytes of ``size`` have come."""

    id: uuid.UUID
    feed: Feed
    name: str
    media: str
    size: int
    sha256: bytes
    received: int
    state: FileState
    begun_at: dt.datetime
    ready_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """A range of bytes: ``first`` and ``last`` both belong to it."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Return how many bytes."""
        return self.last - self.first + 1
