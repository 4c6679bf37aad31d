"""Over which time one looks at the exchange: named in the address; what is not named is the shortest that shows something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Span
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_

ENOUGH = 12
"""So many flows of a minute, an hour or a day are a picture; with fewer a longer time is shown."""

LATE = dt.timedelta(minutes=1)
"""Calls are counted within seconds: when one waits for longer, the page says so."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time up to now, looked at in steps; it begins with a whole step."""

    code: str
    words: str
    step: Span
    steps: int

    def since(self, at: dt.datetime) -> dt.datetime:
        """Return when it begins."""
        return self._begun(at) - (self.steps - 1) * self._length

    def until(self, at: dt.datetime) -> dt.datetime:
        """Return when it ends: with the step that is under way."""
        return self._begun(at) + self._length

    def starts(self, at: dt.datetime) -> list[dt.datetime]:
        """Return the begin of each step, the oldest first."""
        return [self.since(at) + self._length * number for number in range(self.steps)]

    def minutes(self, at: dt.datetime) -> float:
        """Return how many minutes of it are over."""
        return max(1.0, (at - self.since(at)).total_seconds() / 60)

    @property
    def _length(self) -> dt.timedelta:
        return dt.timedelta(**{f"{self.step.value}s": 1})

    def _begun(self, at: dt.datetime) -> dt.datetime:
        local = at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
        if self.step is Span.MINUTE:
            return local
        return local.replace(minute=0) if self.step is Span.HOUR else local.replace(minute=0, hour=0)


WINDOWS = (
    Window("hour", N_("近 1 小时"), Span.MINUTE, 60),
    Window("day", N_("近 24 小时"), Span.HOUR, 25),
    Window("week", N_("近 7 天"), Span.DAY, 7),
    Window("month", N_("近 30 天"), Span.DAY, 30),
)
BY_CODE = {one.code: one for one in WINDOWS}


def late(at: dt.datetime) -> dt.datetime | None:
    """Return when calls were counted last if one has waited for longer than a minute to be, else None."""
    waiting = exchange.waiting_since()
    return waiting if waiting is not None and at - waiting > LATE else None


def chosen(said: str, *, at: dt.datetime, departments: Sequence[str] | None) -> Window:
    """Return the time that an address names, else the shortest in which enough was called to be a picture."""
    if said in BY_CODE:
        return BY_CODE[said]
    sizes = exchange.how_busy(
        [(one.step, one.since(at)) for one in WINDOWS[:-1]], enough=ENOUGH, departments=departments
    )
    return next((one for one, size in zip(WINDOWS, sizes, strict=False) if size >= ENOUGH), WINDOWS[-1])
