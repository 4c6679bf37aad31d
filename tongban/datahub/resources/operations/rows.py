"""A request's row as every operation takes it: locked, said in an event's words, held to the negative list of today."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.errors import RequestUnknown
from tongban.datahub.resources.rules import answering, clocks, life_cycle
from tongban.datahub.resources.types import Resource
from tongban.kernel.errors import N_, Conflict


def locked(request_id: uuid.UUID) -> models.Request:
    """Return a request's row, locked until the transaction ends; raise RequestUnknown."""
    row = models.Request.objects.select_for_update().filter(id=request_id).first()
    if row is None:
        raise RequestUnknown
    return row


def about(row: models.Request) -> tuple[str, str, str, str]:
    """Return what every event of a request says."""
    return str(row.id), row.department, row.owner, row.resource


def refuse_barred(row: models.Request, given: tuple[str, ...], at: dt.datetime) -> None:
    """Raise Conflict where the negative list has come to forbid a field since the demand was stated."""
    lists = standing.lists([row.resource])
    resource = lists.resources.get(row.resource)
    refused = answering.refusals(resource, given, lists, clocks.day_of(at)) if resource else ()
    if refused:
        names = _names(row.resource)
        fields = "、".join(names.get(field, field) for one in refused for field in one.fields)
        raise Conflict("data-barred", N_("{law} 不准共享 {fields}。"), law=refused[0].law, fields=fields)


def given_of(row: models.Request, asked: tuple[str, ...], given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the fields of an answer, as ``life_cycle.narrowed``, which calls others by their names."""
    names = _names(row.resource) if set(given or ()) - set(asked) else None
    return life_cycle.narrowed(asked, None if given is None else tuple(given), names)


def _names(resource: str) -> dict[str, str]:
    found = standing.listed(Resource, code=resource)
    return {one.code: one.name for each in found for one in each.fields}
