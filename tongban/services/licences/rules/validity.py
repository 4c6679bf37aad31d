"""How long a licence holds."""

from __future__ import annotations

import datetime as dt
import re

from tongban.kernel.law import law
from tongban.services.licences.types import LicenceState

YEARS = re.compile(r"^\s*(\d{1,2})\s*年\s*$")
OPEN = "长期"
RENEW_DAYS = 30
REMIND_DAYS = (90, 37)
"""Days before the end: three months, and a week before renewal is too late."""
STILL_HOLDS = frozenset({LicenceState.VALID, LicenceState.SUSPENDED})


def last_day(validity: str, first: dt.date) -> dt.date | None:
    """Return the last day of “5 年” from a day; None for 长期 and for what only words can say.

    A reading: five years from 2 March 2026 end on 1 March 2031; 29 February counts as 1 March.
    """
    found = YEARS.match(validity)
    if found is None:
        return None
    years = int(found[1])
    try:
        after = first.replace(year=first.year + years)
    except ValueError:
        after = dt.date(first.year + years, 3, 1)
    return after - dt.timedelta(days=1)


@law("licence-renewal-reminded", basis="行政许可法 50",
     says="A holder is reminded while renewal, due 30 days before the end, can still be asked for, and again then")  # fmt: skip
def next_reminder(valid_until: dt.date, day: dt.date) -> dt.date | None:
    """Return the next day after ``day`` on which the holder is told of the end; the last is the day after it."""
    days = (
        *(valid_until - dt.timedelta(days=one) for one in REMIND_DAYS),
        valid_until + dt.timedelta(days=1),
    )
    return next((one for one in days if one > day), None)


def renew_by(valid_until: dt.date) -> dt.date:
    """Return the last day to ask for renewal (行政许可法 50: thirty days before the end, if nothing else is said)."""
    return valid_until - dt.timedelta(days=RENEW_DAYS)


@law("licence-expires", basis="行政许可法 70(一)",
     says="A licence does not hold after the last day of its validity")  # fmt: skip
def state_on(state: LicenceState, valid_until: dt.date | None, day: dt.date) -> LicenceState:
    """Return the state on a day: expiry follows from the date and needs nobody to act."""
    is_over = valid_until is not None and day > valid_until
    return LicenceState.EXPIRED if is_over and state in STILL_HOLDS else state
