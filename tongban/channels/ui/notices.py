"""Notices on the doors: what packages above have to tell whoever is about to come in. Filled at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence with its values, and how far something is in hundredths, where that can be said."""

    sentence: str
    values: dict[str, object]
    percent: int | None = None


Source = Callable[[], Notice | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have a source asked whenever a door is shown; to be used at start only."""
    if source not in _sources:
        _sources.append(source)


def notices() -> tuple[Notice, ...]:
    """Return what there is to tell now."""
    return tuple(notice for source in _sources if (notice := source()) is not None)
