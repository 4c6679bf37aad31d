"""The exchange over the city: what each district calls, through the city's node, of whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongban.channels.datadesk.presenters.flows import Side, row
from tongban.datahub.exchange.types import DistrictFlows, Flow
from tongban.foundation.government.types import District, Outline

MOST = 11
"""Departments that answer and stand by name; whoever is not well stands by name before who is."""
NOBODY = Flow("", "", 0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class Place:
    """A row of callers: a district (None: the city's own departments together), and how it is drawn if it is."""

    district: District | None
    side: Side
    drawn: Outline | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Return where it lies on the map."""
        return corners(self.drawn.point)[0] if self.drawn else None


@dataclass(frozen=True, slots=True)
class City:
    """Who calls, from the north to the south, the city's own departments last; who answers; how many more those are."""

    places: tuple[Place, ...]
    providers: tuple[Side, ...]
    others: int
    total: Side

    @property
    def bad(self) -> tuple[Side, ...]:
        """Return the departments that do not answer well, the worst first."""
        named = [one for one in self.providers if one.department and one.light != "green"]
        return tuple(sorted(named, key=lambda one: (one.light != "red", -one.error_share, -(one.p95 or 0.0))))


def corners(points: str) -> list[tuple[float, float]]:
    """Return what the pack writes as numbers, across and down."""
    numbers = [float(one) for one in points.split()]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def city(
    found: DistrictFlows, districts: Iterable[District], outlines: Iterable[Outline], minutes: float
) -> City:
    """Return the flows of a time as they stand on the page."""
    drawn = {one.code: one for one in outlines}
    places = [
        Place(one, row(found.districts.get(one.slug, NOBODY), one.slug, minutes), drawn.get(one.code))
        for one in districts
    ]
    # With the city's own stands what was called by a district that the pack has no longer: rows add up to all.
    known = {one.district.slug for one in places if one.district}
    own = Place(
        None, row(_together([one for slug, one in found.districts.items() if slug not in known]), "", minutes)
    )
    providers, others = _providers(found.providers.values(), minutes)
    return City((*sorted(places, key=_northern), own), providers, others, row(found.total, "", minutes))


def _northern(one: Place) -> float:
    """Return how far in the south it lies: so few lines from the map to the rows cross each other. Undrawn, all are alike."""
    return one.point[1] if one.point else 0.0


def _providers(found: Iterable[Flow], minutes: float) -> tuple[tuple[Side, ...], int]:
    ordered = sorted(found, key=lambda one: (-one.calls, one.provider))
    sides = [row(one, one.provider, minutes) for one in ordered]
    if len(sides) <= MOST + 1:
        return tuple(sides), 0
    named = sorted(sides, key=lambda one: one.light == "green")[:MOST]
    rest = [one for one in ordered if one.provider not in {each.department for each in named}]
    return (*(one for one in sides if one in named), row(_together(rest), "", minutes)), len(rest)


def _together(some: Sequence[Flow]) -> Flow:
    """Return several as one; nineteen of twenty are answered at least as quickly as of the slowest."""
    slowest = max((one.p95 for one in some if one.p95 is not None), default=None)
    return Flow("", "", sum(one.calls for one in some), sum(one.refused for one in some), sum(one.failed for one in some),
                slowest)  # fmt: skip


def district_of(code: str, districts: Iterable[District]) -> District | None:
    """Return the district whose body has this code: ``pudong-archives`` is Pudong's; None for any other's."""
    fitting = [one for one in districts if code == one.slug or code.startswith(f"{one.slug}-")]
    return max(fitting, key=lambda one: len(one.slug), default=None)
