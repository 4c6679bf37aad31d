"""Which time the map of flows shows: one up to now, or one minute, hour or day that is over, to be looked at again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.channels.datadesk.windows import ENOUGH
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Span
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_

LENGTHS = {
    Span.MINUTE: dt.timedelta(minutes=1),
    Span.HOUR: dt.timedelta(hours=1),
    Span.DAY: dt.timedelta(days=1),
}
ORDER = tuple(LENGTHS)
WRITTEN = "%Y-%m-%dT%H:%M"
"""As a field for day and time has it."""
BEATS = 30
"""So many minutes, hours or days a small curve shows."""
OLDEST = dt.datetime(2000, 1, 1, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Look:
    """A time that is looked at; ``beat`` is by what its curves are drawn, from ``beats_since`` on.

    ``code`` is the window's, empty of a moment that is over; ``span`` is what the pages of one department or service are
    asked for; ``minutes`` are how many of its minutes are over.
    """

    code: str
    words: str
    since: dt.datetime
    until: dt.datetime
    minutes: float
    beat: Span
    beats: int
    span: str

    @property
    def beats_since(self) -> dt.datetime:
        """Return when the curves begin."""
        return self.until - self.beats * LENGTHS[self.beat]

    @property
    def starts(self) -> list[dt.datetime]:
        """Return the begin of each step of the curves, the oldest first."""
        return [self.beats_since + number * LENGTHS[self.beat] for number in range(self.beats)]

    @property
    def is_a_minute(self) -> bool:
        """Return whether it is one minute: what was called in it is its rate."""
        return self.until - self.since == LENGTHS[Span.MINUTE]

    @property
    def is_over(self) -> bool:
        """Return whether it is a moment of the past."""
        return not self.code


@dataclass(frozen=True, slots=True)
class Window:
    """A time up to now: so many minutes, hours or days, the one under way too; how long its curves reach."""

    code: str
    words: str
    step: Span
    steps: int
    beat: Span
    beats: int
    span: str

    def look(self, now: dt.datetime) -> Look:
        """Return what it shows now."""
        # The minute under way has too few calls to be compared with any other.
        until = exchange.begin(now, self.step) + (
            dt.timedelta(0) if self.step is Span.MINUTE and self.steps == 1 else LENGTHS[self.step]
        )
        since = until - self.steps * LENGTHS[self.step]
        beats = self.beats or int((exchange.begin(now, self.beat) - since) / LENGTHS[self.beat]) + 1
        last = until if self.beats else since + beats * LENGTHS[self.beat]
        minutes = max(1.0, (min(now, until) - since).total_seconds() / 60)
        return Look(self.code, self.words, since, last, minutes, self.beat, beats, self.span)


WINDOWS = (
    Window("minute", N_("最近 1 分钟"), Span.MINUTE, 1, Span.MINUTE, BEATS, "hour"),
    Window("hour", N_("1 小时"), Span.MINUTE, 60, Span.MINUTE, 60, "hour"),
    Window("today", N_("今天"), Span.DAY, 1, Span.HOUR, 0, "day"),
    Window("week", N_("7 天"), Span.DAY, 7, Span.DAY, 7, "week"),
    Window("month", N_("30 天"), Span.DAY, 30, Span.DAY, BEATS, "month"),
)
BY_CODE = {one.code: one for one in WINDOWS}


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one who looks at the past may go: the addresses of the step before, of the one after, and what is looked at by."""

    at: str
    by: str
    before: str
    after: str


def chosen(said: str, *, now: dt.datetime) -> Look:
    """Return the time that an address names, else the shortest in which enough was called to be a picture."""
    if said in BY_CODE:
        return BY_CODE[said].look(now)
    looks = [one.look(now) for one in WINDOWS]
    sizes = exchange.how_busy(
        [(one.step, each.since) for one, each in zip(WINDOWS[:-1], looks, strict=False)],
        enough=ENOUGH,
    )
    return next((one for one, size in zip(looks, sizes, strict=False) if size >= ENOUGH), looks[-1])


def past(at: str, by: str, *, now: dt.datetime) -> Look | None:
    """Return the minute, hour or day that an address names, or the finest that is still known; None for no moment of the past."""
    try:
        moment = dt.datetime.fromisoformat(at)
        moment = moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment
        if not OLDEST <= moment < now:
            return None
    except (ValueError, OverflowError):
        return None
    wanted = Span(by) if by in {one.value for one in Span} else Span.MINUTE
    span = max(wanted, exchange.finest_step(moment, now), key=ORDER.index)
    since = exchange.begin(moment, span)
    until = since + LENGTHS[span]
    minutes = (min(until, now) - since).total_seconds() / 60
    return Look(
        "",
        "",
        since,
        until,
        max(1.0, minutes),
        span,
        BEATS,
        {"minute": "hour", "hour": "day"}.get(span.value, "month"),
    )


def steps(look: Look, *, now: dt.datetime) -> Steps:
    """Return where one may go from a moment of the past; there is no step into what is not over yet."""
    after = look.until if look.until + LENGTHS[look.beat] <= now else None
    return Steps(
        look.since.strftime(WRITTEN), look.beat.value, _said(look.since - LENGTHS[look.beat], look.beat),
        _said(after, look.beat) if after else "",
    )  # fmt: skip


def first_step(look: Look) -> str:
    """Return what the address of a time's first minute, hour or day says: where looking again begins."""
    return _said(max(look.since, look.beats_since), look.beat)


def _said(moment: dt.datetime, span: Span) -> str:
    return f"at={moment.strftime(WRITTEN)}&by={span.value}"


@dataclass(frozen=True, slots=True)
class Linked:
    """A time as the pages of one department or service are asked for it."""

    look: Look

    @property
    def code(self) -> str:
        """Return the code of their window that is nearest."""
        return self.look.span

    @property
    def step(self) -> Span:
        """Return by what the curves are drawn."""
        return self.look.beat
