"""Write a list that a department keeps in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from tongban.datahub.resources import operations
from tongban.datahub.resources.queries import importing
from tongban.datahub.resources.types import ListKind
from tongban.foundation.government import queries as government
from tongban.kernel.types import Actor
from tongban.services.data_lists import queries, reading
from tongban.services.data_lists.types import Account


@transaction.atomic
def take_list(
    *, path: Path, kind: ListKind, columns: Mapping[str, str], report: Path, language: str, why: str, by: Actor,
    at: dt.datetime, is_trial: bool = False, most: int | None = None,
) -> Account:  # fmt: skip
    """Write the good rows into their list, all in one transaction, and the bad ones to the report.

    Args: ``is_trial`` takes everything back at the end, so that the account says exactly what writing would do. Raise
    Invalid for a list of more than ``most`` rows.
    """
    operations.hold_list(kind=kind)
    with reading.Report(report, language, government.departments()) as refused:
        account, judged = reading.read(path, kind, columns, queries.around_now(), refused, most)
        found = list(judged)
        failures = operations.write_list(
            kind=kind, entries=[entry for _, entry in found], why=why, by=by, at=at
        )
        for rows, entry in found:
            if entry.code in failures:
                fault = importing.Fault("rule", failure=failures[entry.code])
                reading.refuse(rows, fault, account, refused)
            else:
                account.accepted += len(rows)
                account.entries.append(entry.code)
    if is_trial:
        transaction.set_rollback(True)
    return reading.finished(account, refused)
