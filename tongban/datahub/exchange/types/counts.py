"""What was counted: how often, how quickly, what failed; by minute, hour, day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.records import Word


class Span(Word):
    """By what is counted."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of whole minutes, hours or days, from the first until before the last."""

    span: Span
    first: dt.datetime
    last: dt.datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls there were, and how they went.

    ``refused`` were not let through, ``broken`` got no right answer for want of provider or exchange; ``failed`` are both
    and what was asked wrongly. Seconds are those of answered calls, to a twentieth (``longest`` to the microsecond): the
    middle one, the one that 95 and 99 of a hundred do not exceed, the longest; None without any. ``problems`` are X-Road's
    types of error or a status, and how often each came.
    """

    calls: int = 0
    answered: int = 0
    failed: int = 0
    refused: int = 0
    broken: int = 0
    bytes: int = 0
    median: float | None = None
    p95: float | None = None
    p99: float | None = None
    longest: float | None = None
    problems: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """The calls of one service by one consumer, or what of this was asked for: what was not is empty.

    ``start`` is that of the hour or day, None for the whole time; departments are those of consumer and provider.
    """

    consumer: str
    provider: str
    service: str
    start: dt.datetime | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that failed of late; ``problem`` is X-Road's type of error, or the status of the answer."""

    at: dt.datetime
    consumer: str
    provider: str
    service: str
    problem: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was called in one minute, hour or day."""

    start: dt.datetime
    calls: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True)
class Beat:
    """What was called in one minute, hour or day, and how quickly: seconds, to a twentieth, None without an answer."""

    start: dt.datetime
    calls: int
    refused: int
    failed: int
    p95: float | None
