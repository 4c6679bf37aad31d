"""Reads of the data hub's lists: the catalogue, requests and grants, what the lists are worth."""

from tongban.datahub.resources.queries.catalogue import (
    demands,
    duties,
    get_resource,
    get_system,
    lists,
    negatives,
    resources,
    systems,
    themes,
    versions,
)
from tongban.datahub.resources.queries.officers import check_acts_for
from tongban.datahub.resources.queries.reports import (
    by_theme,
    coverage,
    repeated_demands,
    unused_duties,
)
from tongban.datahub.resources.queries.requests import (
    Note,
    get_grant,
    get_request,
    grants,
    notes,
    overdue_answers,
    requests,
    spared,
    try_demand,
)

__all__ = [
    "Note",
    "by_theme",
    "check_acts_for",
    "coverage",
    "demands",
    "duties",
    "get_grant",
    "get_request",
    "get_resource",
    "get_system",
    "grants",
    "lists",
    "negatives",
    "notes",
    "overdue_answers",
    "repeated_demands",
    "requests",
    "resources",
    "spared",
    "systems",
    "themes",
    "try_demand",
    "unused_duties",
    "versions",
]
