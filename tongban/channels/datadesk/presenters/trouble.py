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

    ``since`` is the begin of the first step of the bad run it is in, None where it goes well by now; ``is_longer`` says
    that the run began before what is known here. ``kept`` calls were not sent on, so that the provider gets some rest.
    ``districts`` are how many districts' calls have failed of its department.
    """

    provider: str
    service: str
    light: str
    counts: Counts
    share: float
    usual: float | None
    since: dt.datetime | None
    is_longer: bool
    kept: int
    districts: int
    is_own: bool
    drawing: Markup


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


def trouble(
    one: Counted,
    steps: Sequence[Counted],
    starts: Sequence[dt.datetime],
    usual: Counts | None,
    flows: DistrictFlows,
) -> Trouble:
    """Return what is said of a service; ``steps`` are its figures by the minutes, hours or days that begin at ``starts``."""
    counts = {each.start: each.counts for each in steps}
    known = [start for start in starts if start in counts]
    run = _bad_run([light_of_counts(counts[start]) for start in known])
    department = one.provider.split("/")[2]
    failing = {each.consumer for each in flows.pairs if each.failed and each.provider == department}
    shares = [share_of(counts[start]) if start in counts else None for start in starts]
    return Trouble(
        one.provider, one.service, light_of_counts(one.counts), one.counts, share_of(one.counts),
        share_of(usual) if usual and usual.calls else None, known[-run] if run else None,
        bool(run) and run == len(known), one.counts.problems.get(problems.BUSY, 0), len(failing - {""}), "" in failing,
        curve(shares, kind="qtrend", wide=WIDE, high=HIGH),
    )  # fmt: skip


def _bad_run(lights: Sequence[str]) -> int:
    """Return how many of the last steps were not well, one after the other."""
    return next((place for place, light in enumerate(reversed(lights)) if light == "green"), len(lights))
