"""Several lists in one statement: what a page reads of one case, however many tables it lies in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

PART = "(SELECT coalesce(json_agg(row_to_json(q)), '[]') FROM ({}) AS q)"


def together(*wanted: models.QuerySet[Any]) -> tuple[list[Any], ...]:
    """Return the rows of each query, all read by one statement and so at one moment; none is joined to another.

    Queries with ``select_related`` would name columns twice: read the other table beside it instead.
    """
    parts, values = [], []
    for one in wanted:
        sql, given = one.query.sql_with_params()
        parts.append(PART.format(sql))
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        found = cursor.fetchone()
    return tuple(_rows(one.model, _plain(rows)) for one, rows in zip(wanted, found, strict=True))


def _plain(value: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(value) if isinstance(value, str) else value
    return rows


def _rows(model: type[models.Model], rows: list[dict[str, Any]]) -> list[models.Model]:
    fields = [(field.attname, field.column, _reader(field)) for field in model._meta.concrete_fields]
    names = [name for name, _, _ in fields]
    return [
        model.from_db(DEFAULT_DB_ALIAS, names, [read(row[column]) for _, column, read in fields])
        for row in rows
    ]


def _reader(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what makes a column's value of what JSON says of it."""
    if isinstance(field, models.BinaryField):
        return lambda said: None if said is None else bytes.fromhex(said[2:])
    if isinstance(field, models.JSONField):
        return lambda said: said
    return field.to_python
