"""Whole rows by a prepared statement: the same objects as Django's models give, without building SQL each time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from tongban.foundation.statements.sending import Values, send

M = TypeVar("M", bound=models.Model)


def fetch(model: type[M], rest: str, values: Values) -> list[M]:
    """Return the rows for which ``rest``, a constant such as ``WHERE id = %s FOR UPDATE``, holds."""
    select, names, as_text = _columns(model)
    found = send(f"{select} {_from(model)} {rest}", values).fetchall()
    return [_made(model, names, _read(row, as_text) if as_text else row) for row in found]


def fetch_with(model: type[M], beside: str, rest: str, values: Values) -> tuple[M, tuple[Any, ...]] | None:
    """Return the first row and what stands beside it, None if there is none.

    Args: ``beside`` are further columns, ``rest`` may join what they are of; the model's table is ``t`` in both.
    """
    select, names, as_text = _columns(model)
    found = send(f"{select}, {beside} {_from(model)} {rest}", values).fetchone()
    if found is None:
        return None
    return _made(model, names, _read(found[: len(names)], as_text)), found[len(names) :]


def _from(model: type[models.Model]) -> str:
    return f'FROM "{model._meta.db_table}" t'


def _made(model: type[M], names: list[str], values: Sequence[Any]) -> M:
    """Return what ``from_db`` returns. All columns are there: nobody has to look which one is deferred or defaulted."""
    row = object.__new__(model)
    row.__dict__ = dict(zip(names, values, strict=True))
    state = row._state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return row


def fetch_one(model: type[M], rest: str, values: Values) -> M | None:
    """Return the first such row, None if there is none."""
    return next(iter(fetch(model, rest, values)), None)


_known: dict[type[models.Model], tuple[str, list[str], list[int]]] = {}


def _columns(model: type[models.Model]) -> tuple[str, list[str], list[int]]:
    """Return the beginning of the statement, the names of the columns, and which of them hold JSON."""
    if model not in _known:
        fields = model._meta.concrete_fields
        columns = ", ".join(f't."{field.column}"' for field in fields)
        select = f"SELECT {columns}"
        as_text = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
        _known[model] = select, [field.attname for field in fields], as_text
    return _known[model]


def _read(row: tuple[Any, ...], as_text: list[int]) -> list[Any]:
    # Django leaves JSON as text on its connection.
    values = list(row)
    for place in as_text:
        if isinstance(values[place], str):
            values[place] = json.loads(values[place])
    return values
