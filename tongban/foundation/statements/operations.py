"""Prepared statements that write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tongban.foundation.statements.sending import Values, send


def run(sql: str, values: Values) -> int:
    """Run a statement and return how many rows it wrote. The caller holds the transaction and the act."""
    return int(send(sql, values).rowcount)


@contextmanager
def together() -> Iterator[None]:
    """Send the block's statements without waiting for each answer; the first failure is raised at its end.

    For writes only, inside a transaction: nothing can be read in the block, and ``run`` knows no count.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
