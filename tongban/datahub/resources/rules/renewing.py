"""How a grant goes on or shrinks: told before it ends, renewed by being needed again, its limit by its use. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.kernel.errors import N_, Invalid
from tongban.kernel.law import law

TOLD_BEFORE = dt.timedelta(days=30)
"""Who holds a grant is told so long before its last day; as 行政许可法 50 has it for licences, a reading."""
QUIET = dt.timedelta(days=90)
"""A grant that nobody has used for so long is reported as unused; a reading of 上海市数据条例 39."""
PERCENTILE, MARGIN = 0.95, 1.5
"""A limit that nineteen of twenty days keep by a third: room for a busy day, none for a leak."""
LEAST = 20
"""Calls a day below which no limit is proposed."""
ENOUGH_DAYS = 20
"""Days with calls from which a limit can be proposed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A limit a day, and the use it comes from: the 95th percentile and the busiest of the days with calls."""

    per_day: int
    usual: int
    most: int
    days: int


@law("data-limit-by-use", basis="上海市数据条例 39；个人信息保护法 6", says="How many calls a day are granted follows from what was "
     "used: what is not necessary is not given")  # fmt: skip
def proposed(calls: Sequence[int], most: int) -> Proposal | None:
    """Return the limit a day that past use asks for, never above ``most``; None where there is too little use to tell.

    Args: ``calls`` of each day on which there were any.
    """
    used = sorted(one for one in calls if one > 0)
    if len(used) < ENOUGH_DAYS:
        return None
    usual = used[math.ceil(PERCENTILE * len(used)) - 1]
    return Proposal(min(most, max(LEAST, math.ceil(usual * MARGIN))), usual, used[-1], len(used))


@law("data-renewed-by-need", basis="上海市数据条例 39、40", says="A grant goes on only where who holds it says again that it is "
     "needed, and is answered as any demand")  # fmt: skip
def check_may_renew(until: dt.date, wanted: dt.date) -> None:
    """Raise Invalid where a renewal would not last longer than the grant does."""
    if wanted <= until:
        raise Invalid(
            "data-renew-not-later", N_("现在的授权到 {until}，续期要比它晚。"), until=until.isoformat()
        )


def check_may_reduce(per_day: int, wanted: int, why: str) -> None:
    """Raise Invalid where a limit would not become lower, or nobody says why."""
    if not 1 <= wanted < per_day:
        raise Invalid("data-reduce-not-less", N_("每日上限现在是 {most}，只能往少里改。"), most=per_day)
    if not why.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))
