"""How much was called in each minute, hour or day, as bars: all calls, and in them those that were refused or failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.datahub.exchange.types import Counted, Pulse

WIDE, HIGH = 600.0, 64.0
SVG = Markup('<svg class="qpulse" viewBox="0 0 600 64" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>')  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a time; ``steps`` are those in which there were calls, the newest first."""

    drawing: Markup
    first: dt.datetime
    last: dt.datetime
    most: int
    steps: tuple[Pulse, ...]


def of_counted(found: Iterable[Counted]) -> tuple[Pulse, ...]:
    """Return a service's figures by hour or day as what is drawn."""
    return tuple(
        Pulse(one.start, one.counts.calls, one.counts.refused, one.counts.broken)
        for one in found
        if one.start is not None
    )


def bars(found: Iterable[Pulse], starts: Sequence[dt.datetime]) -> Bars:
    """Return the bars of a time whose steps begin at ``starts``."""
    known = {one.start: one for one in found}
    most = max((one.calls for one in known.values()), default=0)
    wide = WIDE / len(starts)
    drawn = (
        _bar(known[start], place * wide, wide, most) for place, start in enumerate(starts) if start in known
    )
    # Numbers only: nothing to be escaped.
    drawing = SVG.format(Markup("".join(drawn)))  # noqa: S704
    steps = tuple(known[start] for start in reversed(starts) if start in known)
    return Bars(drawing, starts[0], starts[-1], most, steps)


def _bar(one: Pulse, x: float, wide: float, most: int) -> str:
    bad = one.refused + one.failed
    return _rect("all", one.calls, x, wide, most) + (_rect("bad", bad, x, wide, most) if bad else "")


def _rect(kind: str, count: int, x: float, wide: float, most: int) -> str:
    high = max(1.5, HIGH * count / most)
    return f'<rect class="{kind}" x="{x + wide * 0.1:.1f}" y="{HIGH - high:.1f}" width="{wide * 0.8:.1f}" height="{high:.1f}"/>'
