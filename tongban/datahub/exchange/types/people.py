"""Exchanges as those see them whose data they were about, and what the law keeps secret for a while."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from tongban.datahub.exchange.types.calls import Outcome


@dataclass(frozen=True, slots=True)
class About:
    """One exchange as the person sees whose data it was about.

    ``fields`` are those that the grant let leave at that moment; ``status`` is the provider's answer, None while it is not known;
    ``secret_until`` is the day since which it may be seen, where a law had kept it secret; ``node`` where it is on record,
    empty for here. ``is_named``: it was asked about somebody else, and this person's number stood in the answer.
    ``is_by_rule``: this node made it by itself for the consumer, and no person did.
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
    node: str = ""
    is_named: bool = False
    is_by_rule: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """One call about somebody as the node says that has decided it; ``key``, ``nonce`` and ``signed_at`` say which call it is.

    ``status`` is the provider's answer, None while it is not known. What the grant let leave, and whether a law keeps it
    secret, whoever reads it knows by the grant.
    """

    id: uuid.UUID
    at: dt.datetime
    signed_at: dt.datetime
    key: str
    nonce: str
    consumer: str
    provider: str
    service: str
    outcome: str
    grant: uuid.UUID | None
    user: str
    issue: str
    status: int | None
    is_named: bool = False


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
class Committed:
    """What was committed behind the transaction ``after``, up to ``upto``, of what was asked or told since a moment."""

    after: int
    upto: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many exchanges about somebody were alike on a day; ``failed`` of them were allowed and gave no data."""

    day: dt.date
    is_refused: bool
    consumer: str
    resource: str
    issue: str
    count: int
    failed: int = 0


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
