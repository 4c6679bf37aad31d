"""What the lists are worth, by department: materials by how far they are from not being asked for any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.datahub.resources.types import Coverage, Reach
from tongban.services.catalogue.types import Item


@dataclass(frozen=True, slots=True)
class Line:
    """A department's materials: how many of each reach."""

    department: str
    counts: Mapping[Reach, int]

    @property
    def total(self) -> int:
        """Return how many materials it asks for, the spared ones included."""
        return sum(self.counts.values())

    @property
    def spared(self) -> int:
        """Return how many of them people need not bring any more."""
        return self.counts[Reach.GRANTED]


def by_department(coverage: Coverage, items: Mapping[str, Item]) -> tuple[Line, ...]:
    """Return the departments, the one that still asks for most first."""
    found: dict[str, Counter[Reach]] = {}
    for one in coverage.materials:
        found.setdefault(items[one.item].department, Counter())[one.reach] += 1
    lines = (Line(code, counts) for code, counts in found.items())
    return tuple(sorted(lines, key=lambda line: (line.spared - line.total, line.department)))
