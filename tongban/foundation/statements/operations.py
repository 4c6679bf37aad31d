"""Prepared statements that write."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.foundation.statements.gathering import Gathering
from tongban.foundation.statements.joining import Part, run_together
from tongban.foundation.statements.own import disconnect
from tongban.foundation.statements.prepared import Prepared
from tongban.foundation.statements.sending import Values, send

__all__ = [
    "Gathering",
    "Part",
    "Prepared",
    "disconnect",
    "insert",
    "insert_many",
    "inserting",
    "run",
    "run_together",
    "update",
    "updating",
]

M = TypeVar("M", bound=models.Model)

# The table's own row type says what each value is, so that one statement fits any number of rows.
INSERT_MANY = """
INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)
"""
UPDATE = """
UPDATE {table} AS t SET {changes} FROM json_populate_record(NULL::{table}, %s::json) AS new WHERE t."{key}" = new."{key}"
"""
Writer = tuple[str, str, Callable[[Any], Any]]


def run(sql: str, values: Values) -> int:
    """Run a statement and return how many rows it wrote. The caller holds the transaction and the act."""
    return int(send(sql, values).rowcount)


def insert_many(rows: Sequence[models.Model], *, then: str = "") -> int:
    """Insert rows of one table, all in one statement, and return how many; their keys have to be set.

    ``then`` is a statement that goes with it and reads the inserted rows as ``inserted``.
    """
    return run_together([inserting(rows, then=then)]) if rows else 0


def inserting(rows: Sequence[models.Model], *, then: str = "") -> Part:
    """Return the insertion of rows of one table as a part of a statement; at least one, their keys set.

    ``then`` is a statement that goes with it and reads the inserted rows as ``inserted``.
    """
    sql, writers = _writing(type(rows[0]))  # type: ignore[arg-type]  # a class can be a key
    said = [{column: write(getattr(row, name)) for name, column, write in writers} for row in rows]
    values = [json.dumps(said, ensure_ascii=False)]
    return Part(then, values, (("inserted", f"{sql} RETURNING *"),)) if then else Part(sql, values)


def insert(row: M) -> M:
    """Insert one row and return it; its key has to be set."""
    insert_many([row])
    return row


def update(row: models.Model, changed: Sequence[str]) -> int:
    """Write the changed fields of a row that is there; return whether it still was, as 1 or 0."""
    return run_together([updating(row, changed)])


def updating(row: models.Model, changed: Sequence[str]) -> Part:
    """Return the change of some fields of a row that is there as a part of a statement."""
    sql, writers = _changing(type(row), tuple(changed))  # type: ignore[arg-type]  # a class can be a key
    said = {column: write(getattr(row, name)) for name, column, write in writers}
    return Part(sql, [json.dumps(said, ensure_ascii=False)])


@cache
def _writing(model: type[models.Model]) -> tuple[str, list[Writer]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    writers: list[Writer] = [(field.attname, str(field.column), _writer(field)) for field in fields]
    return INSERT_MANY.format(table=f'"{model._meta.db_table}"', columns=columns).strip(), writers


@cache
def _changing(model: type[models.Model], changed: tuple[str, ...]) -> tuple[str, list[Writer]]:
    key = model._meta.pk
    fields = [model._meta.get_field(name) for name in changed]
    changes = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields)
    writers: list[Writer] = [(field.attname, str(field.column), _writer(field)) for field in (key, *fields)]
    return UPDATE.format(table=f'"{model._meta.db_table}"', changes=changes, key=key.column).strip(), writers


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what makes of a value what JSON says of it."""
    if isinstance(field, models.BinaryField):
        return lambda value: None if value is None else f"\\x{bytes(value).hex()}"
    if isinstance(field, ArrayField):
        of_one = _writer(field.base_field)
        return lambda value: None if value is None else [of_one(one) for one in value]
    if isinstance(field, models.JSONField | models.IntegerField | models.BooleanField):
        return lambda value: value
    return lambda value: None if value is None else str(value)
