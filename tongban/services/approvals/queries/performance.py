"""How a department, or one of its staff, has kept its limits."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from tongban.kernel.clock import SHANGHAI
from tongban.services.approvals import models
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.types import BranchState, Performance

DECIDED = [BranchState.GRANTED.value, BranchState.REFUSED.value]


def performance(department: str, *, since: dt.date, until: dt.date, assignee: str = "") -> Performance:
    """Return what was decided from one day to another, both included, and how much of it in time (one statement)."""
    first, last = (
        dt.datetime.combine(day, dt.time(), SHANGHAI) for day in (since, until + dt.timedelta(days=1))
    )
    rows = models.Branch.objects.filter(
        department=department, state__in=DECIDED, closed_at__gte=first, closed_at__lt=last
    )
    if assignee:
        rows = rows.filter(assignee=assignee)
    found = list(rows.values_list("closed_at", "due_on", "used_days", "promised_days"))
    by_day = Counter(day_of(closed) for closed, *_ in found)
    return Performance(
        decided=len(found),
        in_time=sum(due is None or day_of(closed) <= due for closed, due, *_ in found),
        mean_used=_mean([used for _, _, used, _ in found if used is not None]),
        mean_promised=_mean([promised for *_, promised in found]),
        by_day=dict(sorted(by_day.items())),
    )


def _mean(values: list[int]) -> float | None:
    return sum(values) / len(values) if values else None
