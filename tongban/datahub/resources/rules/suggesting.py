"""Which resources may hold what a material proves: by the words they share. A suggestion, never an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.datahub.resources.types import Resource

MOST = 6
PLAIN = frozenset({"信息", "材料", "证明", "复印", "印件", "原件", "数据", "相关", "或者", "记录", "情况"})
"""Pairs of characters that nearly every name has: they tell nothing apart."""
LEAST = 2
"""What is less near than this is no suggestion."""


def suggest(words: str, resources: Iterable[Resource], department: str) -> tuple[Resource, ...]:
    """Return the resources of others whose names and fields share most with some words, the nearest first."""
    wanted = _pairs(words)
    ranked = [
        (-weight, one.code, one)
        for one in resources
        if one.department != department and (weight := _weight(wanted, one)) >= LEAST
    ]
    return tuple(one for _, _, one in sorted(ranked, key=lambda row: row[:2])[:MOST])


def _weight(wanted: frozenset[str], resource: Resource) -> int:
    """Return how much a resource has of the words: its own name counts three times a field's."""
    fields = frozenset().union(*(_pairs(one.name) for one in resource.fields))
    return 3 * len(wanted & _pairs(resource.name)) + len(wanted & fields)


def _pairs(words: str) -> frozenset[str]:
    return frozenset(words[at : at + 2] for at in range(len(words) - 1)) - PLAIN
