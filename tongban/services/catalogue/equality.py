"""One matter, one standard, in every district: where the terms differ, and which are better. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from tongban.services.catalogue.types import Item, ItemState, Variant


class Standing(StrEnum):
    """How a district's term stands to the city's, for the applicant."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Difference:
    """One term in which one district departs from the city; ``city`` and ``own`` are counts."""

    item: str
    district: str
    term: str
    city: int
    own: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Report:
    """The comparison of all offered items over all districts."""

    items: int
    districts: int
    differences: tuple[Difference, ...]

    def count(self, standing: Standing) -> int:
        """Return how many terms stand so."""
        return sum(one.standing is standing for one in self.differences)

    @property
    def differing(self) -> int:
        """Return how many items are not the same in all districts."""
        return len({one.item for one in self.differences})

    def document(self) -> dict[str, object]:
        """Return the report as plain data."""
        return {
            "items": self.items,
            "districts": self.districts,
            "differing": self.differing,
            "better": self.count(Standing.BETTER),
            "worse": self.count(Standing.WORSE),
            "differences": [asdict(one) for one in self.differences],
        }


def compare(items: Iterable[Item], districts: Iterable[str]) -> Report:
    """Return where the districts' terms differ from the city's, over the items in use."""
    offered = [item for item in items if item.state is ItemState.IN_USE]
    places = tuple(districts)
    found = [
        difference
        for item in offered
        for district in places
        if (variant := item.variants.get(district))
        for difference in differences(item, district, variant)
    ]
    return Report(len(offered), len(places), tuple(found))


def differences(item: Item, district: str, variant: Variant) -> Iterator[Difference]:
    """Yield each term in which the district departs from the city; fewer is better in all of them."""
    for term, city, own in _terms(item, variant):
        if own != city:
            standing = Standing.BETTER if own < city else Standing.WORSE
            yield Difference(item.code, district, term, city, own, standing)


def _terms(item: Item, variant: Variant) -> Iterator[tuple[str, int, int]]:
    limit = item.promise or item.statutory
    if variant.promise_days is not None and limit:
        yield "promise_days", limit.days, variant.promise_days
    if variant.visits is not None:
        yield "visits", len(item.visits), variant.visits
    if variant.fee_free and item.fee.charged is not None:
        yield "charges", int(item.fee.charged), 0
    if variant.fee_free is False and item.fee.charged is False:
        yield "charges", 0, 1
    known = {material.code for material in item.materials}
    fewer = known.intersection(variant.not_asked)
    more = set(variant.asks) - known
    if fewer:
        yield "materials", len(known), len(known) - len(fewer)
    if more:
        yield "materials", len(known), len(known) + len(more)
