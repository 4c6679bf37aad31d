"""每一天记在谁名下: under whose name each working day stands, the applicant's included.

A day stands under the name of whoever the others waited for: of every department that had not finished, of the
special procedure that a branch was stopped for, of the applicant who asked for a later visit. A branch that waits
for another has nobody of its own: its days are the other's. No day is left out and none is counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongban.foundation.calendars.rules import ONE_DAY, Calendar
from tongban.services.approvals.types import SHARED, Account, PartyDays


@dataclass(frozen=True, slots=True)
class Span:
    """Days after ``after`` up to and including ``until`` (None: still) that stand under another name."""

    after: dt.date
    until: dt.date | None
    party: str

    def holds(self, day: dt.date) -> bool:
        """Return whether the day lies in the span."""
        return self.after < day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Life:
    """A branch as the account sees it."""

    key: str
    department: str
    waits_for: tuple[str, ...] = ()
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    spans: tuple[Span, ...] = ()

    def is_finished(self, day: dt.date) -> bool:
        """Return whether nothing was left to do on this day; the day of the decision still is a day of work."""
        return self.closed_on is not None and day > self.closed_on


def working_days(calendar: Calendar, start: dt.date, until: dt.date) -> list[dt.date]:
    """Return the working days after ``start`` up to and including ``until``."""
    days, day = [], start
    while day < until:
        day += ONE_DAY
        if calendar.is_working(day):
            days.append(day)
    return days


def account(calendar: Calendar, start: dt.date, until: dt.date, lives: Iterable[Life]) -> Account:
    """Return who the others waited for on each working day of a case."""
    by_key = {life.key: life for life in lives}
    days = working_days(calendar, start, until)
    named = [(day, _on(day, by_key)) for day in days]
    alone: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for _, parties in named:
        (alone if len(parties) == 1 else shared).update(parties)
    stretches = tuple(_stretches(named))
    return Account(start, until, len(days), stretches, dict(alone), dict(shared))


def days_by_party(
    calendar: Calendar, start: dt.date, until: dt.date, lives: Iterable[Life], key: str
) -> dict[str, int]:
    """Return whose days one branch used since acceptance; names of a shared day are joined by “+”."""
    by_key = {life.key: life for life in lives}
    life = by_key[key]
    last = min(until, life.closed_on) if life.closed_on else until
    found: Counter[str] = Counter()
    for day in working_days(calendar, start, last):
        found[SHARED.join(_holders(life, day, by_key))] += 1
    return dict(found)


def _on(day: dt.date, by_key: Mapping[str, Life]) -> tuple[str, ...]:
    """Return everybody the case waited for on a day."""
    running = [life for life in by_key.values() if not life.is_finished(day)]
    found = {party for life in running for party in _holders(life, day, by_key)}
    # The office's own days between the last decision and the record of it, should there be any.
    return tuple(sorted(found)) or _last_to_close(by_key)


def _last_to_close(by_key: Mapping[str, Life]) -> tuple[str, ...]:
    lives = sorted(by_key.values(), key=lambda life: (life.closed_on or dt.date.max, life.key))
    return (lives[-1].department,) if lives else ("",)


def _holders(life: Life, day: dt.date, by_key: Mapping[str, Life]) -> tuple[str, ...]:
    """Return whom a branch waited for on a day."""
    if life.opened_on is None or day <= life.opened_on:
        awaited = [by_key[key] for key in life.waits_for if key in by_key]
        pending = [other for other in awaited if not other.is_finished(day)]
        found = {party for other in pending for party in _holders(other, day, by_key)}
        if found:
            return tuple(sorted(found))
    for span in life.spans:
        if span.holds(day):
            return (span.party,)
    return (life.department,)


def _stretches(named: Sequence[tuple[dt.date, tuple[str, ...]]]) -> Iterable[PartyDays]:
    """Yield days in a row under the same names."""
    begin = 0
    for place in range(1, len(named) + 1):
        if place == len(named) or named[place][1] != named[begin][1]:
            yield PartyDays(named[begin][1], named[begin][0], named[place - 1][0], place - begin)
            begin = place
