"""How departments and their services were rated: counted from the ratings themselves, so nobody can mend a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, Func, Min, Q, QuerySet, TextField, Window

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.pages import Page
from tongban.oversight.ratings import models
from tongban.oversight.ratings.rules import mending
from tongban.oversight.ratings.rules.rating import day_of
from tongban.oversight.ratings.rules.tags import TAGS
from tongban.oversight.ratings.types import Figures, Level, ServiceFigures, Tag

BY_LEVEL = {level.value: Count("id", filter=Q(level=level.value)) for level in Level}
BAD = [level.value for level in Level if level.is_bad]
SERVICE = ("department", "service_name")
Service = tuple[str, str]
OPEN = Q(follow_up__isnull=False, follow_up__closed_at__isnull=True)
WAITS = Q(follow_up__state__in=[state.value for state in mending.WAITS])


def figures(staff: StaffAccess, *, since: dt.date, until: dt.date, at: dt.datetime | None = None) -> Figures:
    """Return how all that somebody may see was rated from one day to another, both included; raise NotAllowed."""
    counted = _seen(staff, since, until).aggregate(**BY_LEVEL, **_waiting(at))
    return Figures(**_figures(counted))


def by_service(
    staff: StaffAccess, *, since: dt.date, until: dt.date, number: int = 1, size: int,
    at: dt.datetime | None = None,
) -> Page[ServiceFigures]:  # fmt: skip
    """Return how each service was rated, those with most bad ratings first; raise NotAllowed.

    After the last page comes the first.
    """
    rows = _seen(staff, since, until)
    grouped = rows.values(*SERVICE).annotate(
        all=Count("id"), bad=Count("id", filter=Q(level__in=BAD)), **BY_LEVEL, **_waiting(at)
    )
    ordered = grouped.order_by("-bad", "-all", "service_name", "department")
    paged = ordered.annotate(services=Window(Count("*")))[(number - 1) * size : number * size]
    found = list(paged)
    if not found and number > 1:
        return by_service(staff, since=since, until=until, size=size, at=at)
    reasons = _reasons(rows, found)
    services = tuple(
        ServiceFigures(
            **_figures(one), department=one["department"], name=one["service_name"],
            reasons=reasons.get((one["department"], one["service_name"]), ()),
        )
        for one in found
    )  # fmt: skip
    return Page(services, number, size, found[0]["services"] if found else 0)


def _seen(staff: StaffAccess, since: dt.date, until: dt.date) -> QuerySet[models.Rating]:
    mending.check_may_see_figures(staff)
    first, end = _start(since), _start(until + dt.timedelta(days=1))
    rows = models.Rating.objects.filter(at__gte=first, at__lt=end).order_by()
    return rows if staff.may("supervise") else rows.filter(department__in=mending.heads(staff))


def _waiting(at: dt.datetime | None) -> dict[str, Any]:
    today = day_of(at or clock.now())
    return {
        "open": Count("id", filter=OPEN),
        "overdue": Count("id", filter=OPEN & WAITS & Q(follow_up__due_on__lt=today)),
        "next_due_on": Min("follow_up__due_on", filter=OPEN & WAITS),
    }


def _figures(counted: Mapping[str, Any]) -> dict[str, Any]:
    by_level = {level: counted[level.value] for level in Level}
    return {"by_level": by_level} | {name: counted[name] for name in ("open", "overdue", "next_due_on")}


def _reasons(
    rows: QuerySet[models.Rating], shown: Iterable[Mapping[str, Any]]
) -> dict[Service, tuple[tuple[Tag, int], ...]]:
    """Return which words the bad ratings of these services chose, the commonest first."""
    bad = [one["service_name"] for one in shown if one["bad"]]
    words = Func(F("tags"), function="unnest", output_field=TextField())
    rows = rows.filter(level__in=BAD, service_name__in=bad)
    found: dict[Service, tuple[tuple[Tag, int], ...]] = {}
    chosen = rows.values(*SERVICE, code=words).annotate(count=Count("id")).order_by("-count", "code")
    for one in chosen if bad else ():
        key = (one["department"], one["service_name"])
        found[key] = (*found.get(key, ()), (TAGS[one["code"]], one["count"]))
    return found


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, SHANGHAI)
