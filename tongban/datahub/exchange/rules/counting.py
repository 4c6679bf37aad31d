"""Counting exchanges: by which minutes, hours and days a time is read, and how long answers took.

A histogram of times is one number. Bucket ``n`` is counted in units of ``1000000000000 ** n``: adding two numbers adds their
histograms, in SQL and in Python alike. Each bucket reaches a tenth further than the one before, and a time is told by the
middle of its bucket: never a twentieth off, whatever is added to what.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from tongban.datahub.exchange.types.counts import Span, Stretch
from tongban.kernel.clock import SHANGHAI

DIGITS = 12
"""Decimal digits of a bucket: a million millions of answers before one would run over into the next."""
FIRST_MICROS, GROWTH, BUCKETS = 100, 1.1, 160
"""Where the first bucket ends, how much further each one reaches, and how many there are: up to six minutes."""
MINUTES_KEPT = dt.timedelta(hours=3)
DISTRICTS_KEPT = dt.timedelta(hours=25)
"""The minutes of districts are few: a whole day of them can be looked at again."""
HOURS_KEPT = dt.timedelta(days=40)
"""Days are kept for good."""
LENGTHS = {
    Span.MINUTE: dt.timedelta(minutes=1),
    Span.HOUR: dt.timedelta(hours=1),
    Span.DAY: dt.timedelta(days=1),
}
SHARES = (0.5, 0.95, 0.99)


def digits_of(told: str) -> str:
    """Return the digits of a histogram as the database writes it."""
    return told.partition(".")[0]


def percentiles(
    digits: str, total: int, longest: float, shares: Sequence[float] = SHARES
) -> tuple[float | None, ...]:
    """Return the seconds which these shares of the answers do not exceed, None for all without an answer.

    ``total`` is how many there are, ``longest`` the longest in seconds: nothing is told to be longer.
    """
    if not total:
        return tuple(None for _ in shares)
    return tuple(
        min(longest, _middle(_place(digits, total - max(1, math.ceil(share * total))))) for share in shares
    )


def _place(digits: str, longer: int) -> int:
    """Return the bucket of the answer that so many took longer than: from the slowest on, where a percentile is near."""
    end = len(digits) % DIGITS or DIGITS
    place, seen = (len(digits) - end) // DIGITS, int(digits[:end])
    while seen <= longer and place:
        seen, end, place = seen + int(digits[end : end + DIGITS]), end + DIGITS, place - 1
    return place


def _middle(place: int) -> float:
    """Return the middle of a bucket in seconds: equally many times longer than its begin and shorter than its end."""
    return float(FIRST_MICROS * GROWTH ** (place - 0.5) / 1e6)


def begin(moment: dt.datetime, span: Span) -> dt.datetime:
    """Return when the minute, hour or day of a moment began, by the clocks of Shanghai."""
    local = moment.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    if span is Span.MINUTE:
        return local
    return local.replace(minute=0) if span is Span.HOUR else local.replace(minute=0, hour=0)


def finest(moment: dt.datetime, now: dt.datetime, minutes_kept: dt.timedelta = MINUTES_KEPT) -> Span:
    """Return by what a moment is still known."""
    if moment >= now - minutes_kept:
        return Span.MINUTE
    return Span.HOUR if moment >= now - HOURS_KEPT else Span.DAY


def stretches(
    since: dt.datetime, until: dt.datetime, now: dt.datetime, minutes_kept: dt.timedelta = MINUTES_KEPT
) -> tuple[Stretch, ...]:
    """Return the minutes, hours and days that together are a time, as few as there can be.

    The time begins and ends with a whole minute, or with a whole hour or day where minutes and hours are not kept any
    longer: what is begun is counted whole.
    """
    first = begin(since, finest(since, now, minutes_kept))
    last = begin(until, span := finest(until, now, minutes_kept))
    last = last if last == until else last + LENGTHS[span]
    return tuple(_outside_in(first, last, Span.MINUTE))


def no_coarser(some: Sequence[Stretch], span: Span) -> tuple[Stretch, ...]:
    """Return the same time in nothing coarser than minutes, hours or days."""
    order = list(LENGTHS)
    return tuple(Stretch(min(one.span, span, key=order.index), one.first, one.last) for one in some)


def _outside_in(first: dt.datetime, last: dt.datetime, span: Span) -> list[Stretch]:
    """Return what lies before the first whole hour (day) in minutes (hours), what is whole, and what lies behind."""
    coarser = {Span.MINUTE: Span.HOUR, Span.HOUR: Span.DAY}.get(span)
    if first >= last:
        return []
    if coarser is None:
        return [Stretch(span, first, last)]
    inner = begin(first, coarser)
    inner, end = inner if inner == first else inner + LENGTHS[coarser], begin(last, coarser)
    if inner >= end:
        return [Stretch(span, first, last)]
    around = [Stretch(span, first, inner), Stretch(span, end, last)]
    return [one for one in around if one.first < one.last] + _outside_in(inner, end, coarser)
