"""Forecasts: what earlier cases of the same items before the same departments say of this one.

A branch that has used five days already is compared with those only that took five or more. Branches run in parallel
and wait for each other as the path says, so the whole is not the sum: many fates are drawn, each branch one of its
own history, and the days counted in which half, and nine of ten, are done. The draws are always the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ENOUGH = 20
"""Earlier cases below which nothing is foretold."""
LEFT_ENOUGH = 5
"""Of them still comparable, after the days this one has used already."""
DRAWS = 400


@dataclass(frozen=True, slots=True)
class Running:
    """A branch that is not decided: days used, days of a special procedure still to come, what it waits for."""

    item: str
    used: int = 0
    stopped: int = 0
    waits_for: tuple[str, ...] = ()


def comparable(history: Sequence[int], used: int) -> tuple[int, ...]:
    """Return how many more days those took that had not been decided after so many; none without enough."""
    if len(history) < ENOUGH:
        return ()
    left = tuple(sorted(days - used for days in history if days >= used))
    return left if len(left) >= LEFT_ENOUGH else ()


def quantile(ordered: Sequence[int], share: float) -> int:
    """Return the smallest value that so large a share does not exceed."""
    place = -(-len(ordered) * share // 1)
    return ordered[max(0, min(len(ordered) - 1, int(place) - 1))]


def days_left(history: Sequence[int], used: int, share: float) -> int | None:
    """Return in how many working days that share of comparable cases was decided; None without enough history."""
    left = comparable(history, used)
    return quantile(left, share) if left else None


def fates(branches: Sequence[Running], histories: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """Return the working days until all are decided, one for each draw, in order; none without enough history.

    ``branches`` come in the order of the path: each after what it waits for.
    """
    left = {branch.item: comparable(histories.get(branch.item, ()), branch.used) for branch in branches}
    if not branches or not all(left.values()):
        return ()
    draw = random.Random(len(branches))  # noqa: S311  # the same draws every time, no secret
    return tuple(sorted(_fate(branches, left, draw) for _ in range(DRAWS)))


def _fate(branches: Sequence[Running], left: Mapping[str, Sequence[int]], draw: random.Random) -> int:
    done: dict[str, int] = {}
    for branch in branches:
        begun = max((done.get(code, 0) for code in branch.waits_for), default=0)
        done[branch.item] = begun + branch.stopped + draw.choice(left[branch.item])
    return max(done.values())


def shares(ordered: Sequence[int]) -> dict[int, float]:
    """Return for each number of days the share that is done exactly then."""
    return {days: ordered.count(days) / len(ordered) for days in dict.fromkeys(ordered)}
