"""A service that does not answer well: since when, how it fails now and usually, whom that touches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.channels.datadesk.presenters import problems
from tongban.channels.datadesk.presenters.curves import curve
from tongban.channels.datadesk.presenters.flows import light_of_counts
from tongban.datahub.exchange.types import Counted, Counts, DistrictFlows

WIDE, HIGH = 250.0, 64.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is said of it; shares are of calls that were let through.

    ``since`` is when the bad run began that it is in, None where it goes well by now; ``is_longer`` says that the run may
    have begun before what is known here. In the run, ``broken`` calls got no right answer, ``kept`` of them were not sent
    on, so that the provider gets some rest; calls of so many districts, and of the city's own departments (``is_own``),
    have failed with its department.
    """

    provider: str
    service: str
    light: str
    counts: Counts
    share: float
    usual: float | None
    since: dt.datetime | None
    is_longer: bool
    broken: int
    kept: int
    districts: int
    is_own: bool
    drawing: Markup

    @property
    def key(self) -> tuple[str, str]:
        """Return provider and code."""
        return self.provider, self.service


def worst(found: Iterable[Counted]) -> Counted | None:
    """Return the service that goes worst, None where all go well."""
    bad = [one for one in found if light_of_counts(one.counts) != "green"]
    order = ("red", "amber")
    return min(
        bad, key=lambda one: (order.index(light_of_counts(one.counts)), -one.counts.broken), default=None
    )


def share_of(one: Counts) -> float:
    """Return which share of the calls that were let through got no right answer for want of provider or exchange."""
    return one.broken / (one.calls - one.refused) if one.calls > one.refused else 0.0


def begun(steps: Sequence[Counted], starts: Sequence[dt.datetime]) -> tuple[dt.datetime | None, bool]:
    """Return when the bad run began that a service is in, None where it goes well by now; and whether it may be longer.

    One step that goes well in between, of a few calls perhaps, does not end it. Args: ``steps`` are its figures by the
    minutes, hours or days that begin at ``starts``; it may be longer when it reaches back to the first that is known.
    """
    lights = {one.start: light_of_counts(one.counts) for one in steps}
    known = [start for start in starts if start in lights]
    since, wells = None, 0
    for start in reversed(known):
        wells = wells + 1 if lights[start] == "green" else 0
        if wells > 1:
            return since, False
        since = since if wells else start
    return since, since is not None


def trouble(
    one: Counted,
    steps: Sequence[Counted],
    starts: Sequence[dt.datetime],
    run: tuple[dt.datetime | None, bool],
    *,
    usual: Counts,
    flows: DistrictFlows,
) -> Trouble:
    """Return what is said of a service; ``run`` is the bad run it is in (``begun``), ``flows`` what was called in it."""
    since, is_longer = run
    counts = {each.start: each.counts for each in steps}
    bad = [each for start, each in counts.items() if start and since and start >= since] or [one.counts]
    department = one.provider.split("/")[2]
    failing = {each.consumer for each in flows.pairs if each.failed and each.provider == department}
    shares = [share_of(counts[start]) if start in counts else None for start in starts]
    return Trouble(
        one.provider, one.service, light_of_counts(one.counts), one.counts, share_of(one.counts),
        share_of(usual) if usual.calls else None, since, is_longer, sum(each.broken for each in bad),
        sum(each.problems.get(problems.BUSY, 0) for each in bad), len(failing - {""}), "" in failing,
        curve(shares, kind="qtrend", wide=WIDE, high=HIGH),
    )  # fmt: skip
