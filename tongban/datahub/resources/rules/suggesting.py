"""Which resources may hold what a material proves: by the words they share. A suggestion, never an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.datahub.resources.types import Resource, Sharing

MOST = 6
PLAIN = frozenset({"信息", "材料", "证明", "复印", "印件", "原件", "数据", "相关", "或者", "记录", "情况"})
"""Pairs of characters that nearly every name has: they tell nothing apart."""
LEAST = 2
"""What is less near than this is no suggestion, nor what is less than half as near as the nearest."""


def suggest(words: str, resources: Iterable[Resource], department: str) -> tuple[Resource, ...]:
    """Return the resources of others whose names and fields share most with some words, the nearest first."""
    wanted = _pairs(words)
    ranked = [
        (-_weight(wanted, one), one.code, one)
        for one in resources
        if one.department != department and one.sharing is not Sharing.NEVER
    ]
    ranked.sort(key=lambda row: row[:2])
    least = max(LEAST, -ranked[0][0] / 2) if ranked else LEAST
    return tuple(one for weight, _, one in ranked[:MOST] if -weight >= least)


def _weight(wanted: frozenset[str], resource: Resource) -> int:
    """Return how much a resource has of the words: its own name counts three times a field's."""
    fields = frozenset().union(*(_pairs(one.name) for one in resource.fields))
    return 3 * len(wanted & _pairs(resource.name)) + len(wanted & fields)


def _pairs(words: str) -> frozenset[str]:
    return frozenset(words[at : at + 2] for at in range(len(words) - 1)) - PLAIN
