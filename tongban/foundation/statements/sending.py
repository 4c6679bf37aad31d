"""Sending a prepared statement on Django's connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Cursor

KEPT = 500
"""How many prepared statements a connection keeps; with psycopg's hundred the pages drive out the acts."""
Values = Sequence[Any] | Mapping[str, Any]


def send(sql: str, values: Values) -> Cursor[tuple[Any, ...]]:
    """Send a statement, prepared when first sent, and return its cursor; failures are those of Django (IntegrityError …)."""
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.connection is None:
        ours.connect()
    if ours.queries_logged:
        ours.queries_log.append({"sql": sql, "time": "0"})
    raw = ours.connection
    with ours.wrap_database_errors:
        if raw.prepared_max < KEPT:
            raw.prepared_max = KEPT
        return Cursor(raw).execute(sql, values, prepare=True)
