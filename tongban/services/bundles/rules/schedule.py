"""The order of the items, the longest line in working days, and the joint check on it.

A joint check serves several items in one visit (行政许可法 26(2)). It waits until the last of its items may
start, so each of them ends that much later than alone, and an item can not both share the visit and wait for
another that shares it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tongban.kernel.errors import N_, Conflict
from tongban.services.bundles.rules.words import JOINT_CHECK

After = Mapping[str, frozenset[str]]
GATE = "joint-check"


@dataclass(frozen=True, slots=True)
class Slot:
    """When an item starts and ends, in working days after acceptance; ``waits`` lie before its check."""

    start: int
    end: int
    waits: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Joint:
    """The joint check: its items, and the days between which the visit happens."""

    items: tuple[str, ...]
    start: int
    end: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """All slots by item code, the joint check if there is one, and the length of the whole."""

    slots: dict[str, Slot]
    joint: Joint | None
    days: int


def canonical_order(after: After, label: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return the codes so that each comes after what it waits for; ties in order of code.

    Raises Conflict naming the circle where there is one.
    """
    waiting = {code: len(earlier) for code, earlier in after.items()}
    later = _turned(after)
    ready = [code for code, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        code = heapq.heappop(ready)
        order.append(code)
        for other in later[code]:
            waiting[other] -= 1
            if waiting[other] == 0:
                heapq.heappush(ready, other)
    if len(order) < len(after):
        raise _circle(after, set(after) - set(order), label)
    return tuple(order)


def _turned(after: After) -> dict[str, list[str]]:
    later: dict[str, list[str]] = {code: [] for code in after}
    for code, earlier in after.items():
        for one in earlier:
            later[one].append(code)
    return later


def _circle(after: After, stuck: set[str], label: Callable[[str], str]) -> Conflict:
    """Walk back from the first stuck code until one comes round again."""
    code = min(stuck)
    seen: list[str] = []
    while code not in seen:
        seen.append(code)
        code = min(after[code] & stuck)
    ring = [*seen[seen.index(code) :], code]
    return Conflict(
        "bundle-circle",
        N_("这几件事互相等着，谁也开始不了：{circle}。"),
        circle=" → ".join(label(one) for one in reversed(ring)),
    )


def schedule(
    after: After,
    days: Mapping[str, int],
    together: Collection[str],
    within: int,
    label: Callable[[str], str] = str,
) -> Schedule:
    """Return when each item starts and ends, in working days; day 0 is the day of acceptance.

    ``together`` share one visit, made ``within`` days after the last of them may start, or sooner where one
    of them must be decided sooner. Raises Conflict where they wait for each other.
    """
    members = frozenset(together)
    graph = _with_gate(after, members)
    order = canonical_order(graph, lambda code: JOINT_CHECK if code == GATE else label(code))
    start: dict[str, int] = {}
    end: dict[str, int] = {}
    for code in order:
        start[code] = max((end[one] for one in graph[code] if one != GATE), default=0)
        begun = start[GATE] if code in members else start[code]
        end[code] = begun + (0 if code == GATE else days[code])
    total = max((end[code] for code in after), default=0)
    critical = _critical(after, members, start, end, total)
    slots = {
        code: Slot(start[code], end[code], _waits(code, members, start), code in critical) for code in after
    }
    return Schedule(slots, _joint(members, start, days, within, critical), total)


def _with_gate(after: After, members: frozenset[str]) -> dict[str, frozenset[str]]:
    if not members:
        return dict(after)
    graph = {code: earlier | {GATE} if code in members else earlier for code, earlier in after.items()}
    graph[GATE] = frozenset().union(*(after[code] for code in members))
    return graph


def _waits(code: str, members: frozenset[str], start: Mapping[str, int]) -> int:
    return start[GATE] - start[code] if code in members else 0


def _joint(
    members: frozenset[str],
    start: Mapping[str, int],
    days: Mapping[str, int],
    within: int,
    critical: set[str],
) -> Joint | None:
    if not members:
        return None
    first = start[GATE]
    by = min(within, *(days[code] for code in members))
    return Joint(tuple(sorted(members)), first, first + by, bool(critical & members))


def _critical(
    after: After, members: frozenset[str], start: Mapping[str, int], end: Mapping[str, int], total: int
) -> set[str]:
    """Walk back from what ends last to everything that held it up."""
    found: set[str] = set()
    pending = [code for code in after if end[code] == total]
    while pending:
        code = pending.pop()
        if code in found:
            continue
        found.add(code)
        holders = {code} | members if code in members else {code}
        begun = start[GATE] if code in members else start[code]
        pending += [one for held in holders for one in after[held] if end[one] == begun]
    return found
