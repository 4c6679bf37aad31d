"""Prepared statements that write."""

from __future__ import annotations

from tongban.foundation.statements.sending import Values, send


def run(sql: str, values: Values) -> int:
    """Run a statement and return how many rows it wrote. The caller holds the transaction and the act."""
    return int(send(sql, values).rowcount)
