"""Sending a prepared statement on Django's connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Cursor

MANY = 5  # psycopg's own; ours are prepared when first sent
Values = Sequence[Any] | Mapping[str, Any]


def send(sql: str, values: Values) -> Cursor[tuple[Any, ...]]:
    """Send a statement and return its cursor; failures are those of Django (IntegrityError …)."""
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.connection is None:
        ours.connect()
    if ours.queries_logged:
        ours.queries_log.append({"sql": sql, "time": "0"})
    raw = ours.connection
    with ours.wrap_database_errors:
        # Django's own cursors write the values into the text, so that PostgreSQL plans anew each time, and they
        # switch preparing off for the whole connection; it changes nothing for them when it is on.
        if raw.prepare_threshold is None:
            raw.prepare_threshold = MANY
        return Cursor(raw).execute(sql, values, prepare=True)
