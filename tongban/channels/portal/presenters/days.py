"""Readings by day as little squares that one can count; by month where the days are too many."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tongban.services.disclosures.types import Kind, Summary

MOST_DAYS = 31
EACH, SIDE, HIGH = 18, 13, 8
"""Pixels from one day to the next, a square's side, and how many stand upon each other before one means several."""
STEP, LEAST = 15, 4
"""Pixels from one square to the one above it; the drawing is never lower than so many."""
ORDER = (Kind.EXCHANGE, Kind.STAFF, Kind.SHOWN, Kind.REFUSED, Kind.FAILED)


@dataclass(frozen=True, slots=True)
class Column:
    """A day or a month; ``counts`` in the order of the legend."""

    first: dt.date
    counts: Mapping[Kind, int]

    @property
    def total(self) -> int:
        """Return how many readings there were."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing, the columns for its table, and how many readings one square stands for."""

    picture: Markup
    columns: tuple[Column, ...]
    each: int
    is_monthly: bool


def drawing(summary: Summary) -> Drawing:
    """Return the drawing of a period."""
    is_monthly = (summary.until - summary.since).days >= MOST_DAYS
    columns = _months(summary) if is_monthly else _days(summary)
    highest = max((column.total for column in columns), default=0)
    each = max(1, -(-highest // HIGH))
    return Drawing(_svg(columns, each), columns, each, is_monthly)


def _days(summary: Summary) -> tuple[Column, ...]:
    known = {day.on: day.counts for day in summary.days}
    count = (summary.until - summary.since).days + 1
    days = (summary.since + dt.timedelta(days=n) for n in range(count))
    return tuple(Column(day, known.get(day, {})) for day in days)


def _months(summary: Summary) -> tuple[Column, ...]:
    counts: dict[dt.date, Counter[Kind]] = {}
    month = summary.since.replace(day=1)
    while month <= summary.until:
        counts[month] = Counter()
        month = (month + dt.timedelta(days=32)).replace(day=1)
    for day in summary.days:
        counts[day.on.replace(day=1)].update(day.counts)
    return tuple(Column(first, found) for first, found in counts.items())


def _svg(columns: tuple[Column, ...], each: int) -> Markup:
    stacked = max((_stack(column, each) for column in columns), default=0)
    wide, high = EACH * MOST_DAYS, STEP * max(LEAST, stacked) + 2
    apart = wide / max(1, len(columns))
    drawn = Markup("").join(
        _column(column, round((n + 0.5) * apart - SIDE / 2), each, high) for n, column in enumerate(columns)
    )
    return Markup(
        '<svg class="reads-days" viewBox="0 0 {} {}" preserveAspectRatio="xMaxYMax meet" aria-hidden="true"'
        ' focusable="false">{}</svg>'
    ).format(wide, high, drawn)


def _stack(column: Column, each: int) -> int:
    return sum(-(-count // each) for count in column.counts.values())


def _column(column: Column, x: int, each: int, y: int) -> Markup:
    if not column.total:
        return Markup('<rect class="none" x="{}" y="{}" width="{}" height="2"/>').format(x, y - 2, SIDE)
    drawn = Markup("")
    for kind in ORDER:
        for _ in range(-(-column.counts.get(kind, 0) // each)):
            y -= STEP
            drawn += Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>').format(
                kind.value, x, y, SIDE, SIDE
            )
    return drawn
