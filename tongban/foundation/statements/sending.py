"""Sending a prepared statement on Django's connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, Cursor

KEPT = 500
"""How many prepared statements a connection keeps; with psycopg's hundred the pages drive out the acts."""
Sender = Cursor[tuple[Any, ...]]
Values = Sequence[Any] | Mapping[str, Any]


def send(sql: str, values: Values, *, by: type[Sender] = Cursor) -> Sender:
    """Send a statement, prepared when first sent, and return its cursor; failures are those of Django (IntegrityError …).

    The cursor is the connection's own: what it found is to be read before the next statement is sent.
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
        return _own(raw, by).execute(sql, values, prepare=True)


def _own(raw: Connection[Any], kind: type[Sender]) -> Sender:
    """Return the connection's cursor of a kind: a new one would have to learn the types of all values again."""
    kept: dict[type[Sender], Sender] = vars(raw).setdefault("tongban_cursors", {})
    if kind not in kept:
        kept[kind] = kind(raw)
    return kept[kind]
