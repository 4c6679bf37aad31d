"""One page of a longer list, or of several that are shown as one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of results: ``number`` counts from 1, ``total`` counts all results."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a list: by its rank, among equals by its id."""

    rank: tuple[Any, ...]
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Head:
    """How many a list has, and where the first of them stand."""

    total: int
    places: tuple[Place, ...] = ()


def merged(heads: Mapping[str, Head], number: int, size: int) -> Page[tuple[str, uuid.UUID]]:
    """Return a page of several lists shown as one, each thing with the name of its list; the last page at most.

    The head of each list must be as long as this page and all before it, or as the list.
    """
    total = sum(head.total for head in heads.values())
    number = min(number, max(1, -(-total // size)))
    ordered = sorted((place, name) for name, head in heads.items() for place in head.places)
    shown = ordered[(number - 1) * size : number * size]
    return Page(tuple((name, place.id) for place, name in shown), number, size, total)
