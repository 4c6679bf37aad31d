"""Sending a prepared statement on Django's connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor

Values = Sequence[Any] | Mapping[str, Any]


def send(sql: str, values: Values) -> Cursor[tuple[Any, ...]]:
    """Send a statement and return its cursor; failures are those of Django (IntegrityError …)."""
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    with connection.wrap_database_errors:
        # Django's own cursors write the values into the text, so that PostgreSQL plans anew each time.
        cursor: Cursor[tuple[Any, ...]] = Cursor(connection.connection)
        return cursor.execute(sql, values, prepare=True)
