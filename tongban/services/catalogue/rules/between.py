"""What no item shows alone: circles of items that wait for each other, the same item twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.foundation.packs.types import Finding
from tongban.services.catalogue.types import Item, ItemState


def circles(after: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield each circle of a graph once, from its first code by the alphabet: ``(a, b, a)``.

    Every circle has at least one member in what is yielded, though two that share a member may give one.
    """
    state: dict[str, int] = {}
    for start in sorted(after):
        if start in state:
            continue
        way: list[str] = [start]
        branches = [iter(after.get(start, ()))]
        state[start] = 1
        while branches:
            code = next(branches[-1], None)
            if code is None:
                state[way.pop()] = 2
                branches.pop()
            elif state.get(code) == 1:
                yield _from_its_first(way[way.index(code):])
            elif code not in state and code in after:
                state[code] = 1
                way.append(code)
                branches.append(iter(after[code]))


def _from_its_first(members: list[str]) -> tuple[str, ...]:
    start = members.index(min(members))
    turned = members[start:] + members[:start]
    return (*turned, turned[0])


def needs_findings(items: Mapping[str, Item]) -> Iterator[tuple[str, Finding]]:
    """Yield, with the code of an item, circles of needs and needs that nobody can meet today."""
    after = {code: tuple(one for one in item.needs if one != code) for code, item in items.items()}
    for circle in circles(after):
        yield circle[0], Finding("needs-circle", ("needs",), {"circle": " → ".join(circle)})
    for code, item in items.items():
        if item.state is not ItemState.IN_USE:
            continue
        for position, need in enumerate(item.needs):
            other = items.get(need)
            if other and other.state is ItemState.HISTORICAL:
                yield code, Finding("needs-historical", ("needs", position), {"code": need})


def name_findings(items: Mapping[str, Item]) -> Iterator[tuple[str, Finding]]:
    """Yield, with the code of the later one, items of one department that have the same name."""
    first: dict[tuple[str, str], str] = {}
    for code, item in items.items():
        if item.state is ItemState.IN_USE:
            other = first.setdefault((item.department, item.name), code)
            if other != code:
                yield code, Finding("same-name", ("name",), {"name": item.name, "other": other})
