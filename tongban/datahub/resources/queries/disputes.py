"""Reads of disputes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.rules import clocks, disputing
from tongban.datahub.resources.types import Clock, Dispute, Request
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity.types import StaffAccess

CLOSED_SHOWN = 100
DISPUTE_NAMES = disputing.STATE_NAMES


def find_dispute(request_id: uuid.UUID) -> Dispute | None:
    """Return the dispute of a request's refusal, if there is one."""
    row = models.Dispute.objects.filter(request=request_id).first()
    return standing.dispute(row) if row else None


def disputes(
    departments: Collection[str] | None = None, *, closed: bool = False
) -> tuple[tuple[Dispute, Request], ...]:
    """Return the disputes in which departments (or any) are a side: the first due on top, or the newest that are over."""
    rows = models.Dispute.objects.select_related("request").filter(closed_at__isnull=not closed)
    if departments is not None:
        rows = rows.filter(request__department__in=departments) | rows.filter(request__owner__in=departments)
    rows = rows.order_by("-closed_at", "id")[:CLOSED_SHOWN] if closed else rows.order_by("due_on", "id")
    return tuple((standing.dispute(row), standing.request(row.request)) for row in rows)


def clocks_of_disputes(requests: Collection[uuid.UUID], *, at: dt.datetime) -> dict[uuid.UUID, Clock]:
    """Return how the limits of disputes stand now, by the request's id; without those that are over."""
    rows = models.Dispute.objects.filter(request__in=requests)
    found = ((row.request_id, clock_of_dispute(standing.dispute(row), at=at)) for row in rows)
    return {id: clock for id, clock in found if clock is not None}


def clock_of_dispute(dispute: Dispute, *, at: dt.datetime) -> Clock | None:
    """Return how the limit of whose turn it is stands now; None for a dispute that is over."""
    if dispute.due_on is None:
        return None
    since, today = clocks.day_of(dispute.turned_at), clocks.day_of(at)
    return clocks.running(calendars.current_calendar(), since, dispute.due_on, today)


def speaks_for(access: StaffAccess, department: str) -> bool:
    """Return whether somebody is a department's own data officer: in a dispute the authority speaks for neither side."""
    return disputing.speaks_for(access, department)
