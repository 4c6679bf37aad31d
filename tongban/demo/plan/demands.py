"""When departments say which data they need, and how its owners answer: most in time, some late, some not at all. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from tongban.demo.plan.types import Act, Plan, Step
from tongban.kernel.clock import SHANGHAI

AT_ONCE = 0.8
"""The share of demands that are stated on the first day; the others come one by one."""
LATELY = 0.2
"""How much the others crowd towards the end of the time that is played: whoever looks finds demands that wait in time."""
MORNING, AFTERNOON = dt.time(7, 30), dt.time(14, 21)


class Reply(StrEnum):
    """How an owner answers a demand that the lists leave to it."""

    GRANT = "grant"
    REFUSE = "refuse"
    LATE = "late"
    SILENT = "silent"


# Working days until the answer, from … to; the limit is ten.
DAYS = {Reply.GRANT: (2, 9), Reply.REFUSE: (2, 9), Reply.LATE: (12, 18)}
SHARES = {Reply.GRANT: 60, Reply.REFUSE: 12, Reply.LATE: 13, Reply.SILENT: 15}


def with_demands(plan: Plan, codes: Sequence[str], is_working: Callable[[dt.date], bool]) -> Plan:
    """Return the plan in which these demands of the list are stated and answered as well."""
    first = plan.until - dt.timedelta(days=plan.days - 1)
    working = [day for number in range(plan.days) if is_working(day := first + dt.timedelta(number))]
    added = [act for place, code in enumerate(codes) for act in _acts(plan.seed, place, code, working)]
    return replace(plan, acts=tuple(sorted((*plan.acts, *added), key=lambda act: act.at)))


def _acts(seed: int, place: int, code: str, working: Sequence[dt.date]) -> Iterator[Act]:
    # Not a secret: the same must come out every time.
    chance = random.Random(f"{seed}:{code}")  # noqa: S311
    stated = 0 if chance.random() < AT_ONCE else max(1, int(len(working) * chance.random() ** LATELY))
    if stated >= len(working):
        return
    yield Act(_moment(working[stated], MORNING, place), 0, Step.STATE_DEMAND, code)
    (reply,) = chance.choices(list(SHARES), list(SHARES.values()))
    if reply in DAYS and (answered := stated + chance.randint(*DAYS[reply])) < len(working):
        yield Act(
            _moment(working[answered], AFTERNOON, place % 180), 0, Step.ANSWER_DEMAND, f"{code} {reply}"
        )


def _moment(day: dt.date, time: dt.time, second: int) -> dt.datetime:
    return dt.datetime.combine(day, time, SHANGHAI) + dt.timedelta(seconds=second)
