"""How long a licence holds."""

from __future__ import annotations

import datetime as dt
import re

from tongban.kernel.law import law
from tongban.services.licences.types import LicenceState

YEARS = re.compile(r"^\s*(\d{1,2})\s*年\s*$")
OPEN = "长期"
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


@law("licence-expires", basis="行政许可法 70(一)",
     says="A licence does not hold after the last day of its validity")  # fmt: skip
def state_on(state: LicenceState, valid_until: dt.date | None, day: dt.date) -> LicenceState:
    """Return the state on a day: expiry follows from the date and needs nobody to act."""
    is_over = valid_until is not None and day > valid_until
    return LicenceState.EXPIRED if is_over and state in STILL_HOLDS else state
