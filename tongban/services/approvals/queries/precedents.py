"""How the same item was decided before: what a reviewer has beside the case, and what forecasts stand on."""

from __future__ import annotations

import datetime as dt
import statistics
import uuid
from collections.abc import Sequence

from tongban.kernel import clock
from tongban.services.approvals import models
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.types import Branch, BranchState, Precedent, Precedents

YEAR = dt.timedelta(days=365)
MOST = 1000
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
SHOWN = (
    "id", "round_id", "round__applicant_shown", "round__number", "state", "decisions__reasons", "closed_at", "used_days",
)  # fmt: skip
DECIDED = [BranchState.GRANTED.value, BranchState.REFUSED.value]


def precedents(
    item: str, branch: Branch | None = None, *, latest: int = 5, at: dt.datetime | None = None
) -> Precedents:
    """Return how an item was decided in the last twelve months, at most a thousand times, newest first."""
    until = at or clock.now()
    rows = models.Branch.objects.filter(
        item=item,
        closed_at__isnull=False,
        closed_at__gt=until - YEAR,
        closed_at__lte=until,
        state__in=DECIDED,
    )
    if branch is not None:
        rows = rows.exclude(id=branch.id)
    found = list(rows.order_by("-closed_at").values_list("id", "state", "used_days")[:MOST])
    used = [days for _, _, days in found if days is not None]
    states = [state for _, state, _ in found]
    return Precedents(
        granted=states.count(BranchState.GRANTED.value),
        refused=states.count(BranchState.REFUSED.value),
        median_days=statistics.median(used) if used else None,
        latest=_latest([id for id, _, _ in found[:latest]]),
    )


def _latest(ids: Sequence[uuid.UUID]) -> tuple[Precedent, ...]:
    """Return the newest, each with the reasons of its decision (one statement)."""
    rows = models.Branch.objects.filter(id__in=ids).order_by("-closed_at").values_list(*SHOWN) if ids else ()
    return tuple(
        Precedent(id, case_id, shown, BranchState(state), reasons or "", day_of(closed or NEVER), used or 0,
                  masked_number(number))
        for id, case_id, shown, number, state, reasons, closed, used in rows
    )  # fmt: skip


def masked_number(number: str) -> str:
    """Return a case's number as others than its handlers see it: only the ends."""
    return f"{number[:4]}{'*' * max(0, len(number) - 6)}{number[-2:]}"


def days_used(
    item: str, department: str, *, at: dt.datetime | None = None, most: int = MOST
) -> tuple[int, ...]:
    """Return the working days that decided branches of an item took in the last twelve months, newest first.

    Days of waiting for other branches are not in it, days of special procedures neither.
    """
    until = at or clock.now()
    rows = models.Branch.objects.filter(
        item=item, department=department, closed_at__isnull=False, closed_at__gt=until - YEAR, closed_at__lte=until,
        state__in=DECIDED, used_days__isnull=False,
    )  # fmt: skip
    return tuple(rows.order_by("-closed_at").values_list("used_days", flat=True)[:most])
