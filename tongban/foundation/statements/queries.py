"""Statements that read, or lock what a write is about to change."""

from __future__ import annotations

from typing import Any

from tongban.foundation.statements.fetching import fetch, fetch_one, fetch_with
from tongban.foundation.statements.own import looking_up
from tongban.foundation.statements.sending import Values, send
from tongban.foundation.statements.together import together

__all__ = ["fetch", "fetch_one", "fetch_with", "looking_up", "one", "rows", "together"]


def one(sql: str, values: Values) -> tuple[Any, ...] | None:
    """Return the first row, None if there is none."""
    return send(sql, values).fetchone()


def rows(sql: str, values: Values) -> list[tuple[Any, ...]]:
    """Return all rows."""
    return send(sql, values).fetchall()
