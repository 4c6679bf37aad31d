"""Sending a prepared statement on Django's connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Cursor

KEPT = 500
"""How many prepared statements a connection keeps; with psycopg's hundred the pages drive out the acts."""
Values = Sequence[Any] | Mapping[str, Any]


def send(sql: str, values: Values, *, by: type[Cursor[tuple[Any, ...]]] = Cursor) -> Cursor[tuple[Any, ...]]:
    """Send a statement, prepared when first sent, and return its cursor; failures are those of Django (IntegrityError …).

    Args: ``by`` a RawCursor takes places that are numbered as PostgreSQL numbers them (``$1``), in SQL of any length.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.connection is None:
        ours.connect()
    if ours.queries_logged:
        ours.queries_log.append({"sql": sql, "time": "0"})
    raw = ours.connection
    with ours.wrap_database_errors:
        if raw.prepared_max < KEPT:
            raw.prepared_max = KEPT
        return by(raw).execute(sql, values, prepare=True)
