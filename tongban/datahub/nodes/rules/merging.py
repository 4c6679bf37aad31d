"""Which of the changes that came are to be kept. Pure.

Each says the whole state of one thing, so the one with the highest position of an origin wins, whatever came first and
however often it came. Two that know the same changes therefore hold the same directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.datahub.nodes.types import ORDER, Change

Key = tuple[str, str, str]
"""Kind, code, origin."""


def key_of(change: Change) -> Key:
    """Return what a change is about, and who said it."""
    return change.kind, change.code, change.origin


def newest(changes: Iterable[Change], known: Mapping[Key, int]) -> list[Change]:
    """Return what is newer than what is known, once for each thing, in an order in which it can be kept."""
    latest: dict[Key, Change] = {}
    for change in changes:
        before = latest.get(key_of(change))
        floor = before.position if before else known.get(key_of(change), 0)
        if change.position > floor:
            latest[key_of(change)] = change
    return sorted(latest.values(), key=lambda one: (ORDER[one.kind], one.position))
