"""What no item shows alone: circles of items that wait for each other, the same item twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.foundation.packs.types import Finding
from tongban.kernel.graphs import circles
from tongban.services.catalogue.types import Item, ItemState


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
