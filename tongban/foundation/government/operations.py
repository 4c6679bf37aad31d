"""Writes of government: the tables are made to say what the pack says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tongban.foundation.government import models, rules, types
from tongban.foundation.packs.operations import Changes, keep_entries
from tongban.kernel.records import Record
from tongban.kernel.types import Actor


@transaction.atomic
def load_government(
    *,
    departments: Iterable[types.Department] = (),
    districts: Iterable[types.District] = (),
    outlines: Iterable[types.Outline] = (),
    streets: Iterable[types.Street] = (),
    centres: Iterable[types.Centre] = (),
    windows: Iterable[types.Window] = (),
    posts: Iterable[types.Post] = (),
    staff: Iterable[types.StaffMember] = (),
    duties: Iterable[types.Duty] = (),
    by: Actor,
    at: datetime,
) -> dict[str, Changes]:
    """Make all tables of government say what the pack says and return what changed in each."""
    departments = tuple(departments)

    def keep(table: type[models.Entry], records: Iterable[Record], columns: rules.Columns) -> Changes:
        return keep_entries(table=table, records=records, columns=columns, by=by, at=at)

    changes = {
        "districts": keep(models.District, districts, rules.district_columns),
        "outlines": keep(models.Outline, outlines, rules.no_columns),
        "streets": keep(models.Street, streets, rules.street_columns),
        "departments": keep(models.Department, departments, rules.department_columns),
        "centres": keep(models.Centre, centres, rules.centre_columns),
        "windows": keep(models.Window, windows, rules.window_columns),
        "posts": keep(models.Post, posts, rules.department_only),
        "staff": keep(models.StaffMember, staff, rules.staff_columns),
        "duties": keep(models.Duty, duties, rules.department_only),
    }
    if changes["departments"]:
        _keep_names(departments)
    return changes


def _keep_names(departments: Iterable[types.Department]) -> None:
    models.DepartmentName.objects.all().delete()
    models.DepartmentName.objects.bulk_create(
        models.DepartmentName(name=name, department_id=code)
        for name, code in rules.names(departments).items()
    )
