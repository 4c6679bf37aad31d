"""The flows of the exchange: who calls to the left, who answers to the right, what goes from each to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.datahub.exchange.types import Counts, Flow
from tongban.kernel.errors import N_

MOST, MOST_PAIRS, MOST_LINKS = 14, 50, 120
"""Rows of a side, pairs of the table, ribbons of the drawing: what is less is a hair among hairs."""
SHARE_AMBER, SHARE_RED, SLOW_SECONDS, SEVERAL = 0.02, 0.1, 1.0, 3
"""From which share of failed calls, or of time for nineteen of twenty, a light is amber or red; red from so many failures."""
LIGHTS = {"green": N_("运行正常"), "amber": N_("偏慢或有错"), "red": N_("降级")}


@dataclass(frozen=True, slots=True)
class Side:
    """A row of one side: a department (empty: all others together), how often, how quickly, how it goes."""

    department: str
    calls: int
    a_minute: float
    p95: float | None
    failed: int
    refused: int
    light: str

    @property
    def error_share(self) -> float:
        """Return the share of calls that failed."""
        return self.failed / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """What goes from a row of callers to a row of providers, by their places."""

    caller: int
    provider: int
    calls: int
    light: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Both sides, what goes between their rows, the busiest of so many pairs, and what all calls together are."""

    callers: tuple[Side, ...]
    providers: tuple[Side, ...]
    links: tuple[Link, ...]
    pairs: tuple[Flow, ...]
    pairs_in_all: int
    total: Side


def picture(found: Iterable[Flow], minutes: float) -> Picture:
    """Return the flows of a time as a picture."""
    known = list(found)
    total = next((one for one in known if not one.consumer and not one.provider), Flow("", "", 0, 0, 0, None))
    callers = _side([one for one in known if one.consumer and not one.provider], "consumer", minutes)
    providers = _side([one for one in known if one.provider and not one.consumer], "provider", minutes)
    pairs = sorted((one for one in known if one.consumer and one.provider), key=lambda one: -one.calls)
    return Picture(
        callers,
        providers,
        _links(pairs, callers, providers),
        tuple(pairs[:MOST_PAIRS]),
        len(pairs),
        row(total, "", minutes),
    )


def _side(found: list[Flow], name: str, minutes: float) -> tuple[Side, ...]:
    ordered = sorted(found, key=lambda one: (-one.calls, getattr(one, name)))
    shown = [row(one, getattr(one, name), minutes) for one in ordered[:MOST]]
    rest = ordered[MOST:]
    return (*shown, row(_together(rest), "", minutes)) if rest else tuple(shown)


def _together(some: list[Flow]) -> Flow:
    """Return several flows as one; nineteen of twenty are answered at least as quickly as of the slowest."""
    return Flow("", "", sum(one.calls for one in some), sum(one.refused for one in some),
                sum(one.failed for one in some), max((one.p95 or 0 for one in some), default=None))  # fmt: skip


def row(one: Flow, department: str, minutes: float) -> Side:
    """Return a flow as a row."""
    return Side(department, one.calls, one.calls / minutes, one.p95, one.failed, one.refused, light_of(one))


def _links(pairs: list[Flow], callers: tuple[Side, ...], providers: tuple[Side, ...]) -> tuple[Link, ...]:
    left = {one.department: place for place, one in enumerate(callers)}
    right = {one.department: place for place, one in enumerate(providers)}
    joined: dict[tuple[int, int], list[Flow]] = {}
    for one in pairs:
        ends = left.get(one.consumer, len(callers) - 1), right.get(one.provider, len(providers) - 1)
        joined.setdefault(ends, []).append(one)
    return tuple(
        Link(*ends, sum(one.calls for one in some), light_of(_together(some)))
        for ends, some in joined.items()
    )


def light_of(one: Flow) -> str:
    """Return how it goes: by the share of failed calls, and by how long nineteen of twenty take."""
    return _light(one.calls - one.refused, one.failed, one.p95)


def light_of_counts(one: Counts) -> str:
    """Return how a service goes, by the same measure."""
    return _light(one.calls - one.refused, one.broken, one.p95)


def _light(calls: int, failed: int, p95: float | None) -> str:
    share = failed / calls if calls else 0.0
    if share >= SHARE_RED and failed >= SEVERAL:
        return "red"
    return "amber" if share >= SHARE_AMBER or (p95 or 0) >= SLOW_SECONDS else "green"
