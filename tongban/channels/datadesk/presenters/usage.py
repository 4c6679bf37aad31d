"""How much a grant is used beside what it allows: bars by day, drawn; attributes only, the table says the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tongban.datahub.resources.types import Grant

DAYS = 30
WIDE, HIGH = 300.0, 48.0
BAR = Markup('<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>')
LIMIT = Markup('<path class="limit" d="M0 1H300"/>')
SVG = Markup('<svg class="quse" viewBox="0 0 300 48" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>')  # fmt: skip
NEAR = 0.8
"""The share of its daily limit from which a grant's use is shown as near."""


@dataclass(frozen=True, slots=True)
class Used:
    """A grant with its use: today, on the busiest day, in all; ``days`` are the last ones, the newest last."""

    grant: Grant
    days: tuple[tuple[dt.date, int], ...]

    @property
    def today(self) -> int:
        """Return how often it was used today."""
        return self.days[-1][1]

    @property
    def most(self) -> int:
        """Return how often on the busiest day."""
        return max(calls for _, calls in self.days)

    @property
    def total(self) -> int:
        """Return how often on all of these days."""
        return sum(calls for _, calls in self.days)

    @property
    def share(self) -> float:
        """Return today's use as a share of the daily limit."""
        return self.today / self.grant.per_day

    @property
    def light(self) -> str:
        """Return the name of the light of today's use."""
        return "red" if self.share >= 1 else "amber" if self.share >= NEAR else "green"

    @property
    def drawing(self) -> Markup:
        """Return the bars of the days under the line of the limit."""
        top = max(self.grant.per_day, self.most, 1)
        wide = WIDE / len(self.days)
        bars = Markup("").join(
            BAR.format(kind="late" if calls >= self.grant.per_day else "used", x=at * wide + 1, wide=wide - 2,
                       y=HIGH - calls / top * (HIGH - 2), high=calls / top * (HIGH - 2))
            for at, (_, calls) in enumerate(self.days) if calls
        )  # fmt: skip
        return SVG.format(bars + LIMIT)


def used(grant: Grant, calls: Mapping[dt.date, int], today: dt.date, days: int = DAYS) -> Used:
    """Return a grant with its use on the last days."""
    some = (today - dt.timedelta(days=back) for back in range(days - 1, -1, -1))
    return Used(grant, tuple((day, calls.get(day, 0)) for day in some))
