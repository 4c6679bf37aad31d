"""Judge a list without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.queries import importing
from tongban.datahub.resources.types import Demand, ListKind, Lists
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Department
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.imports.types import REASONS as UNREADABLE
from tongban.services.catalogue.types import Item
from tongban.services.data_lists import reading
from tongban.services.data_lists.types import Account

REASONS = importing.REASONS | UNREADABLE
"""Reason → sentence with a place for its detail."""


def try_list(
    path: Path,
    kind: ListKind,
    columns: Mapping[str, str],
    around: importing.Around,
    report: Path,
    language: str,
    departments: Iterable[Department],
) -> Account:
    """Judge every row; nothing is kept but the report. Raise Invalid for a file that is no such list.

    Args: ``departments`` are called by their names in the report.
    """
    with reading.Report(report, language, departments) as refused:
        account, entries = reading.read(path, kind, columns, around, refused)
        for rows, entry in entries:
            account.accepted += len(rows)
            account.entries.append(entry.code)
    return reading.finished(account, refused)


def around_now() -> importing.Around:
    """Return what is published at this moment: what rows are looked up in."""
    systems = {one.code: one.name for one in resources.systems()}
    themes = {one.code: one.name for one in resources.themes()}
    return around(
        resources.lists(), government.department_finder(), catalogue.all_items().values(), systems, themes,
        resources.demands(),
    )  # fmt: skip


def around(
    lists: Lists,
    find: Any,
    items: Iterable[Item],
    systems: Mapping[str, str],
    themes: Mapping[str, str],
    demands: Iterable[Demand],
) -> importing.Around:
    """Return what rows are looked up in; ``find`` finds a department by any of its names."""
    items = tuple(items)
    return importing.Around(
        find_department=find,
        resources=lists.resources,
        negatives=lists.negatives,
        items={item.code: item.name for item in items},
        materials={item.code: {one.code: one.name for one in item.materials} for item in items},
        systems=systems,
        themes=themes,
        standing={
            ListKind.RESOURCE: lists.resources,
            ListKind.DUTY: {one.code: one for one in lists.duties},
            ListKind.DEMAND: {one.code: one for one in demands},
            ListKind.NEGATIVE: {one.code: one for one in lists.negatives},
        },
    )
