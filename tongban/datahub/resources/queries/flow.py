"""Reads of what the desk of data has on top: the three lists in figures, what waits for an answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.queries.reports import unused_duties
from tongban.datahub.resources.rules import clocks, coverage
from tongban.datahub.resources.rules import flow as rules
from tongban.datahub.resources.rules.flow import Stated
from tongban.datahub.resources.types import (
    Clock,
    Demand,
    Flow,
    GrantState,
    Lists,
    Request,
    RequestState,
    Stage,
    Wish,
)
from tongban.foundation.calendars import queries as calendars

WEEK = dt.timedelta(days=7)


def flow(*, at: dt.datetime, lists: Lists | None = None) -> Flow:
    """Return the three lists in figures as they stand now; ``lists`` where the caller has read them already."""
    new = models.Request.objects.filter(stated_at__gte=at - WEEK).count()
    demands, lists = standing.listed(Demand), lists or standing.lists()
    unused = len(unused_duties(lists))
    return rules.flow(demands, lists, _stated(), new, unused, clocks.day_of(at))


def stages(demands: Iterable[Demand], *, at: dt.datetime) -> dict[str, Stage]:
    """Return how far each of these demands is, by its code."""
    return rules.stages(demands, standing.lists(), _stated(), clocks.day_of(at))


def _stated() -> dict[str, Stated]:
    """Return demand → its newest request."""
    rows = models.Request.objects.exclude(demand="").order_by("stated_at", "id")
    return {
        demand: Stated(RequestState(state), due_on, GrantState(grant) if grant else None)
        for demand, state, due_on, grant in rows.values_list("demand", "state", "due_on", "grant__state")
    }


def waiting(
    owners: Collection[str] | None = None, *, departments: Collection[str] | None = None
) -> tuple[Request, ...]:
    """Return the requests that wait for an answer, the first due on top: to these owners, stated by these departments."""
    rows = models.Request.objects.filter(state=RequestState.QUEUED.value)
    if owners is not None:
        rows = rows.filter(owner__in=owners)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    return tuple(standing.request(row) for row in rows.order_by("due_on", "id"))


def clocks_of(requests: Iterable[Request], *, at: dt.datetime) -> dict[uuid.UUID, Clock]:
    """Return how the limits of answers stand now, by the request's id; without those that do not wait."""
    calendar, today = calendars.current_calendar(), clocks.day_of(at)
    found = ((one.id, clocks.clock_of(calendar, one, today)) for one in requests)
    return {id: clock for id, clock in found if clock is not None}


def valid_until(until: dt.date | None, *, at: dt.datetime) -> dt.date:
    """Return the last day that a grant given now would have; raise Invalid for a day that is over."""
    return clocks.valid_until(until, clocks.day_of(at))


def due_on(days: int, *, at: dt.datetime) -> dt.date:
    """Return the last day of an answer that has so many working days from now."""
    return clocks.due_on(calendars.current_calendar(), clocks.day_of(at), days)


def wish_of(demand: Demand, asked: str = "") -> Wish:
    """Return what an entry of the demand list wants; ``asked`` is who should have it, where no resource is known."""
    return replace(coverage.wish_of(demand), asked=asked)
