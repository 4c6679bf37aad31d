"""Filters, their counts, and orders other than the best first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tongban.services.catalogue.search.line import Line
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
    for name in ("kind", "audience", "department", "theme"):
        counts: Counter[str] = Counter()
        for one in found:
            if one.line.passes(filters, but=name):
                counts.update(value for value in _values(one.line, name) if value)
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Facet(name, value, count)
    yield _count("no_visit", found, filters, "visits", lambda line: line.visits == 0)
    yield _count("one_visit", found, filters, "visits", lambda line: line.visits == 1)
    yield _count("no_materials", found, filters, "materials", lambda line: line.materials == 0)
    yield _count("immediate", found, filters, "immediate", lambda line: line.immediate)


def _values(line: Line, name: str) -> tuple[str, ...]:
    if name == "audience":
        return line.audience
    if name == "theme":
        return line.themes
    return (line.department,) if name == "department" else (line.kind,)


def _count(
    name: str, found: Sequence[Ranked], filters: Filters, but: str, holds: Callable[[Line], bool]
) -> Facet:
    return Facet(name, "1", sum(holds(one.line) and one.line.passes(filters, but=but) for one in found))
