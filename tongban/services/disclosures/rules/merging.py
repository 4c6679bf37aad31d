"""Several accounts of readings, each the newest first, as one. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from tongban.kernel.clock import SHANGHAI
from tongban.services.disclosures.types import Account, Key, Period, Reading

DAYS = {Period.MONTH: 30, Period.YEAR: 366, Period.ALL: 3 * 366}
"""How far back: thirty days, a year, three years (the time for which 个人信息保护法 56 keeps the records of processing)."""


def merged(parts: Iterable[Sequence[Reading]], limit: int) -> Account:
    """Return the newest of all parts; each part gives at least one more than ``limit`` where it has more."""
    found = sorted((one for part in parts for one in part), key=_order, reverse=True)
    shown = tuple(found[:limit])
    return Account(shown, shown[-1].key if len(found) > limit else None)


def _order(one: Reading) -> tuple[dt.datetime, int]:
    # As PostgreSQL orders: by the bytes of the id.
    return one.at, one.id.int


def days_of(period: Period, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a period that ends today."""
    return today - dt.timedelta(days=DAYS[period] - 1), today


def moments_of(period: Period, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments between which a period lies that ends now."""
    first, _ = days_of(period, day_of(at))
    return dt.datetime.combine(first, dt.time.min, SHANGHAI), at + dt.timedelta(minutes=1)


def key_text(key: Key) -> str:
    """Return a place in the account as it stands in an address."""
    return f"{key.at.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}-{key.id.hex}"


def day_of(at: dt.datetime) -> dt.date:
    """Return the day of a moment in the city."""
    return at.astimezone(SHANGHAI).date()
