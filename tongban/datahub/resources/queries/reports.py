"""What the lists are worth today: coverage, unused duties, repeated demands, themes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.rules import clocks
from tongban.datahub.resources.rules import coverage as rules
from tongban.datahub.resources.types import Coverage, DataDuty, DataTheme, Demand, Repeated, ThemeList


def coverage(materials: Iterable[tuple[str, str]], *, at: dt.datetime) -> Coverage:
    """Return for each (item, material) that people are asked for how far the lists and the grants spare it."""
    today = clocks.day_of(at)
    rows = models.Grant.objects.filter(state="active", valid_from__lte=today, until__gte=today)
    granted = {
        (item, material) for items, material in rows.values_list("items", "material") for item in items
    }
    return rules.coverage(materials, standing.listed(Demand), standing.lists(), granted, today)


def unused_duties() -> tuple[DataDuty, ...]:
    """Return the duties from which nobody demands anything."""
    lists = standing.lists()
    return rules.unused(lists.duties, standing.listed(Demand), lists.resources)


def repeated_demands() -> tuple[Repeated, ...]:
    """Return the demands that one grant could serve together."""
    return rules.repeated(standing.listed(Demand))


def by_theme() -> tuple[ThemeList, ...]:
    """Return the subject list of each theme."""
    return rules.by_theme(standing.listed(DataTheme), standing.lists(), standing.listed(Demand))
