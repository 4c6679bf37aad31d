"""What a department looks at before it publishes, and its keys for the sandbox."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from django.conf import settings

from tongban.datahub.exchange import models
from tongban.datahub.exchange.errors import StatementWrong
from tongban.datahub.exchange.providers import databases
from tongban.datahub.exchange.providers import registers as known
from tongban.datahub.exchange.reach import check_reach, is_own_database
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.exchange.rules.publishing import check_service
from tongban.datahub.exchange.types import Row, Service, TrialKey
from tongban.datahub.resources import queries as resources
from tongban.kernel.types import Actor

registers = known.names


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a query gave: how many rows in how many seconds, and its columns beside the fields of the resource.

    Without a row nothing is known of its columns. ``unknown`` are columns that are no field and would never leave;
    ``missing`` are fields that no column has.
    """

    rows: int
    seconds: float
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def dry_run(service: Service, parameters: Mapping[str, str], *, by: Actor, at: dt.datetime) -> DryRun:
    """Return what a query over a department's database would give, without publishing it and without any value.

    Raises BadService, NotAllowed, ProviderFailed, StatementWrong, or as ``check_reach`` does.
    """
    resources.check_acts_for(by, member_of(service.provider), at)
    check_service(service)
    check_reach(service, by, at)
    fields = resources.get_resource(service.resource).field_codes
    began = time.perf_counter()
    found = _rows(service, {name: parameters.get(name, "") for name in service.parameters})
    seconds, columns = time.perf_counter() - began, tuple(found[0]) if found else ()
    unknown = tuple(name for name in columns if name not in fields)
    missing = tuple(name for name in fields if found and name not in columns)
    return DryRun(len(found), seconds, columns, unknown, missing)


def _rows(service: Service, parameters: Mapping[str, str]) -> Sequence[Row]:
    try:
        return databases.rows(service, parameters)
    except psycopg.Error as why:
        raise StatementWrong(why.diag.message_primary or type(why).__name__) from None


def databases_of(department: str) -> tuple[str, ...]:
    """Return the names of a department's databases, as the operator has called them."""
    return tuple(sorted(name for name in settings.DEPARTMENT_DATABASES if is_own_database(name, department)))


def trial_keys_of(subsystem: str) -> tuple[TrialKey, ...]:
    """Return a subsystem's keys for the sandbox, the newest first, those that have run out too."""
    rows = models.TrialKey.objects.filter(subsystem=subsystem).order_by("-registered_at", "id")
    return tuple(
        TrialKey(row.id, row.algorithm, row.registered_at, row.registered_by, row.until) for row in rows
    )
