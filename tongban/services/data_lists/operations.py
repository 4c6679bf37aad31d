"""Write a list that a department keeps in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from tongban.datahub.resources import operations
from tongban.datahub.resources.queries import importing
from tongban.datahub.resources.types import DataDuty, Demand, ListKind, Origin, Resource
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor
from tongban.services.data_lists import queries, reading
from tongban.services.data_lists.types import Account, Entry


@transaction.atomic
def take_list(
    *, path: Path, kind: ListKind, columns: Mapping[str, str], report: Path, language: str, why: str, by: Actor,
    at: dt.datetime, is_trial: bool = False,
) -> Account:  # fmt: skip
    """Write the good rows into their list, all in one transaction, and the bad ones to the report.

    Args: ``is_trial`` takes everything back at the end, so that the account says exactly what writing would do.
    """
    with reading.Report(report, language) as refused:
        account, entries = reading.read(path, kind, columns, queries.around_now(), refused)
        for rows, entry in entries:
            try:
                _write(entry, why, by, at)
            except Failure as failure:
                reading.refuse(rows, importing.Fault("rule", str(failure)), account, refused)
            else:
                account.accepted += len(rows)
                account.entries.append(entry.code)
    if is_trial:
        transaction.set_rollback(True)
    return reading.finished(account, refused)


def _write(entry: Entry, why: str, by: Actor, at: dt.datetime) -> None:
    if isinstance(entry, Resource):
        operations.register_resource(resource=entry, why=why, by=by, at=at, origin=Origin.LIST)
    elif isinstance(entry, DataDuty):
        operations.write_duty(duty=entry, why=why, by=by, at=at, origin=Origin.LIST)
    elif isinstance(entry, Demand):
        operations.list_demand(demand=entry, why=why, by=by, at=at, origin=Origin.LIST)
    else:
        operations.write_negative(negative=entry, review=why, by=by, at=at, origin=Origin.LIST)
