"""What the lists are worth today: coverage, unused duties, repeated demands, themes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Max, Min

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.rules import clocks
from tongban.datahub.resources.rules import coverage as rules
from tongban.datahub.resources.types import (
    Coverage,
    DataDuty,
    DataTheme,
    Demand,
    ListKind,
    Lists,
    Origin,
    Repeated,
    RequestState,
    ThemeList,
)


def coverage(materials: Iterable[tuple[str, str]], *, at: dt.datetime) -> Coverage:
    """Return for each (item, material) that people are asked for how far the lists and the grants spare it."""
    today = clocks.day_of(at)
    rows = models.Grant.objects.filter(state="active", valid_from__lte=today, until__gte=today)
    granted = {
        (item, material) for items, material in rows.values_list("items", "material") for item in items
    }
    return rules.coverage(materials, standing.listed(Demand), standing.lists(), granted, today)


def unused_duties(lists: Lists | None = None) -> tuple[DataDuty, ...]:
    """Return the duties by which no demand was ever decided; ``lists`` where the caller has read them already."""
    lists = lists or standing.lists()
    written = models.Version.objects.filter(kind=ListKind.DUTY.value, number=1).exclude(
        origin=Origin.PACK.value
    )
    return rules.never_used(
        lists.duties, _decided(), lists.resources, dict(written.values_list("code", "at"))
    )


def _decided() -> Iterator[rules.Decided]:
    """Yield what was granted or refused, once for the same fields of the same item."""
    answered = [RequestState.GRANTED.value, RequestState.REFUSED.value]
    rows = models.Request.objects.filter(state__in=answered).exclude(resource="")
    of = rows.order_by().values_list("resource", "item", "fields", "refused")
    for resource, item, fields, refused, first, last in of.annotate(Min("answered_at"), Max("answered_at")):
        owed = fields or [field for one in refused if not one["entry"] for field in one["fields"]]
        if owed:
            yield rules.Decided(resource, item, tuple(owed), first, last)


def repeated_demands() -> tuple[Repeated, ...]:
    """Return the demands that one grant could serve together."""
    return rules.repeated(standing.listed(Demand))


def by_theme() -> tuple[ThemeList, ...]:
    """Return the subject list of each theme."""
    return rules.by_theme(standing.listed(DataTheme), standing.lists(), standing.listed(Demand))
