"""What one can do who passes the triggers of the database: its superuser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def as_superuser() -> Iterator[Any]:
    """Give a cursor that no trigger stops."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def tamper(statement: str, *values: object) -> int:
    """Run a statement past the triggers; return how many rows it changed."""
    with as_superuser() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
