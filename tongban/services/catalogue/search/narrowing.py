"""Filters, their counts, and orders other than the best first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tongban.services.catalogue.search.line import NO_FILTERS, Line
from tongban.services.catalogue.search.ranking import Ranked
from tongban.services.catalogue.search.types import Facet, Filters, Order

UNKNOWN = 10**6


def narrowed(found: Sequence[Ranked], filters: Filters) -> list[Ranked]:
    """Return the candidates that pass the filters."""
    return [one for one in found if one.line.passes(filters)]


def ordered(found: list[Ranked], order: Order) -> list[Ranked]:
    """Return the candidates in the order; what is not known comes last, equals stay best first."""
    if order is Order.FASTEST:
        return sorted(found, key=lambda one: _or_last(one.line.days))
    if order is Order.FEWEST:
        return sorted(found, key=lambda one: _or_last(one.line.materials))
    return found


def _or_last(number: int | None) -> int:
    return UNKNOWN if number is None else number


def facets(found: Sequence[Ranked], filters: Filters) -> Iterator[Facet]:
    """Yield for each filter its values and their counts, with all other filters as they are."""
    lines = [one.line for one in found]
    for name in ("kind", "audience", "department", "theme"):
        counts: Counter[str] = Counter()
        for line in _but(lines, filters, name):
            counts.update(_values(line, name))
        del counts[""]
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Facet(name, value, count)
    by_visits = _but(lines, filters, "visits")
    yield Facet("no_visit", "1", sum(line.visits == 0 for line in by_visits))
    yield Facet("one_visit", "1", sum(line.visits == 1 for line in by_visits))
    by_materials = _but(lines, filters, "materials")
    yield Facet("no_materials", "1", sum(line.materials == 0 for line in by_materials))
    yield Facet("immediate", "1", sum(line.immediate for line in _but(lines, filters, "immediate")))


def _but(lines: list[Line], filters: Filters, name: str) -> list[Line]:
    """Return the lines that pass all filters except the one named."""
    return lines if filters == NO_FILTERS else [line for line in lines if line.passes(filters, but=name)]


def _values(line: Line, name: str) -> tuple[str, ...]:
    if name == "audience":
        return line.audience
    if name == "theme":
        return line.themes
    return (line.department,) if name == "department" else (line.kind,)
