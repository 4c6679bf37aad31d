"""Reads of the outbox: how much waits, what is in trouble, which timers run."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Min, Q

from tongban.foundation.outbox.models import Delivery
from tongban.foundation.outbox.types import Backlog, Timer, Trouble


def backlog(at: dt.datetime) -> Backlog:
    """Return how much waits at the moment."""
    found = Delivery.objects.aggregate(
        due=Count("number", filter=Q(due_at__lte=at)),
        later=Count("number", filter=Q(due_at__gt=at, attempts=0)),
        failed=Count("number", filter=Q(attempts__gt=0)),
        oldest_due_at=Min("due_at", filter=Q(due_at__lte=at)),
    )
    return Backlog(**found)


def troubles(limit: int = 100) -> tuple[Trouble, ...]:
    """Return the deliveries that failed at least once, oldest first."""
    rows = Delivery.objects.filter(attempts__gt=0).select_related("event").order_by("number")[:limit]
    return tuple(_trouble(row) for row in rows)


def find_timer(key: str) -> Timer | None:
    """Return the timer with the key while it waits."""
    row = Delivery.objects.filter(timer=key).first()
    if row is None:
        return None
    return Timer(row.timer, row.handler.removeprefix("timer:"), row.due_at, row.payload)


def _trouble(row: Delivery) -> Trouble:
    behind = Delivery.objects.filter(about=row.about, handler=row.handler, number__gt=row.number).count()
    what = row.event.name if row.event else row.handler
    return Trouble(
        row.number, what, row.handler, row.about, row.attempts, row.error.strip(), row.due_at, behind
    )
